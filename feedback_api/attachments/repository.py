"""All SQL about attachments. Contents are read one at a time, never with a list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import delete, func, select

from feedback_api.models import Attachment, Ticket

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.engine import CursorResult
    from sqlalchemy.orm import Session


def of_ticket(session: Session, ticket_id: int) -> list[tuple[int, str, str, int]]:
    """(event id, name, kind, size) of a ticket's pictures, oldest first."""
    query = select(Attachment.event_id, Attachment.name, Attachment.kind, Attachment.size)
    rows = session.execute(query.where(Attachment.ticket_id == ticket_id).order_by(Attachment.id))
    return [(event_id, name, kind, size) for event_id, name, kind, size in rows]


def count(session: Session, ticket_id: int) -> int:
    return session.scalar(select(func.count()).where(Attachment.ticket_id == ticket_id)) or 0


def by_name(session: Session, ticket_id: int, name: str) -> Attachment | None:
    """The picture, if it is of this ticket."""
    query = select(Attachment).where(Attachment.ticket_id == ticket_id, Attachment.name == name)
    return session.scalar(query)


def remove(session: Session, ticket_id: int, name: str) -> bool:
    """Deletes a picture of this ticket; False when there is none of that name (any more)."""
    gone = session.execute(
        delete(Attachment).where(Attachment.ticket_id == ticket_id, Attachment.name == name)
    )
    return cast("CursorResult[Any]", gone).rowcount == 1


def purge(session: Session, closed_before: datetime) -> int:
    """Deletes the pictures of tickets that were closed before a moment; how many."""
    old = select(Ticket.id).where(Ticket.closed_at < closed_before)
    gone = session.execute(delete(Attachment).where(Attachment.ticket_id.in_(old)))
    return cast("CursorResult[Any]", gone).rowcount
