"""Everything about tickets that endpoints and pages may call, gathered from its rooms. No function commits."""

from feedback_api.tickets.agent_side import (
    StaleTicket,
    add_note,
    agent_thread,
    agent_view,
    close,
    find_for_agent,
    release,
    reply,
    resolve,
    reveal_contact,
    take,
    transcript_of,
)
from feedback_api.tickets.citizen_side import citizen_reply, citizen_thread, citizen_view
from feedback_api.tickets.figures import counts, queue
from feedback_api.tickets.lifecycle import Resolution
from feedback_api.tickets.mapping import expected_said
from feedback_api.tickets.opening import (
    find_for_citizen,
    find_for_conversation,
    find_for_subject,
    mint_access,
    open_by_secret,
    open_ticket,
    revoke_access,
    tickets_of_conversation,
    tickets_of_subject,
)
from feedback_api.tickets.status_check import status_by_contact, status_in_chat, typed_contact

__all__ = [
    "Resolution",
    "StaleTicket",
    "add_note",
    "agent_thread",
    "agent_view",
    "citizen_reply",
    "citizen_thread",
    "citizen_view",
    "close",
    "counts",
    "expected_said",
    "find_for_agent",
    "find_for_citizen",
    "find_for_conversation",
    "find_for_subject",
    "mint_access",
    "open_by_secret",
    "open_ticket",
    "queue",
    "release",
    "reply",
    "resolve",
    "reveal_contact",
    "revoke_access",
    "status_by_contact",
    "status_in_chat",
    "take",
    "tickets_of_conversation",
    "tickets_of_subject",
    "transcript_of",
    "typed_contact",
]
