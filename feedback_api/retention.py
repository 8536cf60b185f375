"""Forgets in time: old conversations, expired contacts, spent keys and sessions; ends tickets whose citizens stay
silent, closes those that stayed resolved.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from feedback_api.agents import repository as agents
from feedback_api.attachments import repository as attachments
from feedback_api.conversations import repository as conversations
from feedback_api.models import utc_now
from feedback_api.tickets import repository as tickets
from feedback_api.tickets.service import close
from feedback_api.tickets.waiting import resolve_unanswered

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

CLOSE_AFTER = timedelta(days=7)  # a resolved ticket that the citizen did not answer
KEEP_KEYS = timedelta(days=30)
KEEP_SESSIONS = timedelta(days=30)
KEEP_PICTURES = timedelta(days=90)  # after a ticket was closed


@dataclass(frozen=True, slots=True)
class Purged:
    """How many of each."""

    conversations: int
    drafts: int
    keys: int
    closed: int
    pictures: int = 0
    unanswered: int = 0


def purge_all(session: Session, keep_days: int) -> Purged:
    """Purges everything; conversations are kept `keep_days` after they were last used."""
    now = utc_now()
    old, drafts = conversations.purge(session, now - timedelta(days=keep_days), now)
    keys = tickets.purge_keys(session, now - KEEP_KEYS)
    pictures = attachments.purge(session, now - KEEP_PICTURES)
    agents.purge_sessions(session, now - KEEP_SESSIONS)
    resolved = tickets.resolved_before(session, now - CLOSE_AFTER)
    for ticket in resolved:
        close(session, ticket, None)
    unanswered = resolve_unanswered(session)
    return Purged(old, drafts, keys, len(resolved), pictures, unanswered)
