"""Puts mail into the outbox, in the caller's transaction: what is rolled back is never mailed, what is committed always is."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from feedback_api.models import OutboxMail, utc_now

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from feedback_api.models import Ticket, TicketEvent


def enqueue(session: Session, template: str, ticket: Ticket, event: TicketEvent) -> bool:
    """Mails `event` to the ticket's citizen; False when there is no address. The event's id makes the mail's key."""
    if not ticket.email:
        return False
    session.add(
        OutboxMail(
            key=f"{template}:{event.id}",
            template=template,
            recipient=ticket.email,
            ticket_id=ticket.id,
            event_id=event.id,
        )
    )
    session.flush()
    return True


def sent_today(session: Session, recipient: str, template: str) -> int:
    """How many mails of one kind an address was sent, or is about to be, within 24 hours."""
    query = select(func.count()).where(
        OutboxMail.recipient == recipient,
        OutboxMail.template == template,
        OutboxMail.created_at > utc_now() - timedelta(days=1),
    )
    return session.scalar(query) or 0
