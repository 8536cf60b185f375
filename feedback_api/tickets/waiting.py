"""Whose turn it is in a ticket, by the clock: citizens who do not answer, and agents who do not.

A ticket whose citizen stays silent is ended, since its chat would be without the bot for ever; a reply reopens it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from feedback_api import logs, outbox, texts_vi
from feedback_api.models import Audience, EventKind, utc_now
from feedback_api.policy import policy_of
from feedback_api.tickets import events, repository
from feedback_api.tickets.lifecycle import Move, Resolution

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from feedback_api.models import Ticket


def resolve_unanswered(session: Session) -> int:
    """Ends the tickets that have waited for their citizens for too long, and says so in thread, chat and mail; how many."""
    days = policy_of(session).waiting_days
    before = utc_now() - timedelta(days=days)
    ended = 0
    for ticket in repository.waiting_since(session, before):
        repository.lock(session, ticket)
        if not repository.waiting_since(session, before, ticket.id):
            continue  # someone has just written
        _end(session, ticket, texts_vi.WAITED_LONG.format(code=ticket.code, days=days))
        ended += 1
    return ended


def agent_is_silent(session: Session, ticket: Ticket) -> bool:
    """Whether the citizen has waited for an agent's answer for too many hours of work."""
    first = repository.first_unanswered(session, ticket.id)
    if first is None:
        return False
    policy = policy_of(session)
    return policy.calendar.worked(first.created_at, utc_now()) >= timedelta(hours=policy.silent_hours)


def _end(session: Session, ticket: Ticket, text: str) -> None:
    status = events.next_status(ticket, Move.RESOLVE)
    ticket.resolution, ticket.resolved_at = Resolution.NO_REPLY.value, utc_now()
    data = {"resolution": Resolution.NO_REPLY.value, "entry_id": None, "answer": None}
    done = events.write(
        session, ticket, EventKind.RESOLVED, Audience.CITIZEN, text=text, status=status, data=data
    )
    outbox.enqueue(session, "ticket_resolved", ticket, done)
    logs.event("ticket_resolved", ticket=ticket.code, agent=None, resolution=Resolution.NO_REPLY.value)
