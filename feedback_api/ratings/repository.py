"""All SQL about ratings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from feedback_api.models import TicketRating

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session


def of_ticket(session: Session, ticket_id: int) -> TicketRating | None:
    return session.scalar(select(TicketRating).where(TicketRating.ticket_id == ticket_id))


def count_by_score(session: Session, since: datetime) -> dict[str, int]:
    """Score -> ratings given since a moment."""
    query = (
        select(TicketRating.score, func.count())
        .where(TicketRating.created_at >= since)
        .group_by(TicketRating.score)
    )
    return {str(score): int(number) for score, number in session.execute(query)}
