"""The Rasa bot (Python 3.10): dialogue over a few intents; questions go to search, what stays open becomes a ticket.

Knows search and desk by HTTP only (`bot.clients`) and imports neither of their packages.
"""
