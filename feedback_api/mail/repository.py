"""All SQL about the outbox as the worker sees it, and the worker's sign of life."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.exc import IntegrityError

from feedback_api.models import Heartbeat, MailState, OutboxMail

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.engine import CursorResult
    from sqlalchemy.orm import Session


def claim_next(session: Session, claim: str, now: datetime, stale_before: datetime) -> OutboxMail | None:
    """Claims one mail that is due, or whose claimer has died; None when there is none.

    1. Find a candidate (PostgreSQL skips rows that another worker holds). 2. Claim it by an UPDATE that repeats the
    condition. 3. No row changed: another worker was faster, look again.
    """
    due = or_(
        and_(OutboxMail.state == MailState.PENDING.value, OutboxMail.available_at <= now),
        and_(OutboxMail.state == MailState.CLAIMED.value, OutboxMail.claimed_at < stale_before),
    )
    while True:
        query = select(OutboxMail.id).where(due).order_by(OutboxMail.available_at, OutboxMail.id).limit(1)
        found = session.scalar(query.with_for_update(skip_locked=True))
        if found is None:
            return None
        result = session.execute(
            update(OutboxMail)
            .where(OutboxMail.id == found, due)
            .values(
                state=MailState.CLAIMED.value, claim=claim, claimed_at=now, attempts=OutboxMail.attempts + 1
            )
            .execution_options(synchronize_session=False)
        )
        if cast("CursorResult[Any]", result).rowcount == 1:
            return session.get_one(OutboxMail, found, populate_existing=True)


def settle(session: Session, mail_id: int, claim: str, **values: Any) -> bool:
    """Records what became of a claimed mail; False when the claim was lost to another worker meanwhile."""
    result = session.execute(
        update(OutboxMail)
        .where(
            OutboxMail.id == mail_id, OutboxMail.claim == claim, OutboxMail.state == MailState.CLAIMED.value
        )
        .values(claim=None, claimed_at=None, **values)
        .execution_options(synchronize_session=False)
    )
    return cast("CursorResult[Any]", result).rowcount == 1


def beat(session: Session, name: str, now: datetime) -> None:
    """Notes that the worker `name` lives."""
    result = session.execute(update(Heartbeat).where(Heartbeat.name == name).values(seen_at=now))
    if cast("CursorResult[Any]", result).rowcount:
        return
    with (
        suppress(IntegrityError),
        session.begin_nested(),
    ):  # another worker may be starting at the same moment
        session.add(Heartbeat(name=name, seen_at=now))


def last_beat(session: Session, name: str) -> datetime | None:
    return session.scalar(select(Heartbeat.seen_at).where(Heartbeat.name == name))


def oldest_due(session: Session, now: datetime) -> datetime | None:
    """Since when the oldest unsent mail has been due; None when nothing waits."""
    query = select(func.min(OutboxMail.available_at)).where(
        OutboxMail.state.in_([MailState.PENDING.value, MailState.CLAIMED.value]),
        OutboxMail.available_at <= now,
    )
    return session.scalar(query)


def count_dead(session: Session) -> int:
    return session.scalar(select(func.count()).where(OutboxMail.state == MailState.DEAD.value)) or 0
