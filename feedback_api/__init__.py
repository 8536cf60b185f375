"""The desk: conversations, tickets, agents, mail and pages; the only writer of the database.

It never imports `faq_index` or `bot`: search and Rasa are reached over HTTP through `feedback_api.clients`.
"""
