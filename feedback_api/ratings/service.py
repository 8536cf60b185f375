"""One rating per ticket, once it is done: one tap, and a reason if there is one. It can be changed for a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from feedback_api import logs, privacy, texts_vi
from feedback_api import text as text_rules
from feedback_api.errors import DeskError
from feedback_api.models import TicketRating, utc_now
from feedback_api.ratings import repository
from feedback_api.tickets import repository as tickets

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from feedback_api.models import Ticket

EDITABLE = timedelta(days=1)
COMMENT_LIMIT = 500
RATEABLE = {"resolved", "closed"}
SCORES = ("yes", "no")
DAYS = 30  # of the console's figures


@dataclass(frozen=True, slots=True)
class RatingView:
    """`solved` is yes | no; `reason` a key of texts_vi.RATING_REASONS, `reason_title` its words; `comment` masked."""

    solved: str
    reason: str | None
    reason_title: str | None
    comment: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class RatingCounts:
    """Ratings of the last 30 days."""

    solved: int
    unsolved: int


def rating_of(session: Session, ticket: Ticket) -> RatingView | None:
    """The ticket's rating, if it has one."""
    row = repository.of_ticket(session, ticket.id)
    if row is None:
        return None
    title = texts_vi.RATING_REASONS.get(row.reason or "")
    return RatingView(row.score, row.reason, title, row.comment, row.created_at)


def can_rate(ticket: Ticket, rating: RatingView | None) -> bool:
    """Whether the citizen may give a rating now, or change it."""
    return ticket.status in RATEABLE and (rating is None or utc_now() - rating.created_at <= EDITABLE)


def rate(session: Session, ticket: Ticket, solved: str, reason: str, comment: str) -> None:
    """Gives or changes the rating. The same again changes nothing, so a second press of the button is harmless.

    :raises DeskError: 422 bad_rating, 409 rating_closed.
    """
    if solved not in SCORES or (reason and reason not in texts_vi.RATING_REASONS):
        raise DeskError(texts_vi.BAD_RATING, 422, "bad_rating")
    tickets.lock(session, ticket)
    if not can_rate(ticket, rating_of(session, ticket)):
        raise DeskError(texts_vi.RATING_CLOSED, 409, "rating_closed")
    row = repository.of_ticket(session, ticket.id)
    if row is None:
        row = TicketRating(ticket_id=ticket.id, score=solved)
        session.add(row)
    masked = privacy.mask(text_rules.clean(comment)[:COMMENT_LIMIT]).text
    row.score, row.reason, row.comment, row.updated_at = solved, reason or None, masked or None, utc_now()
    session.flush()
    logs.event("ticket_rated", ticket=ticket.code, solved=solved, reason=reason or None)


def counts(session: Session) -> RatingCounts:
    """For the console."""
    found = repository.count_by_score(session, utc_now() - timedelta(days=DAYS))
    return RatingCounts(found.get("yes", 0), found.get("no", 0))
