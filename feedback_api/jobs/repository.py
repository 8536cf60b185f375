"""All SQL about jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from feedback_api.models import Job

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.engine import CursorResult
    from sqlalchemy.orm import Session


def claim(session: Session, name: str, now: datetime, next_at: datetime) -> bool:
    """Whether the job is due and now this transaction's: it moves the job on to `next_at` in one statement.

    Others who try meanwhile wait for this transaction, then find the job moved on; if it is rolled back, it is theirs.
    A job that is seen for the first time is due at `next_at`.
    """
    moved = update(Job).where(Job.name == name, Job.next_at <= now).values(next_at=next_at)
    if cast("CursorResult[Any]", session.execute(moved)).rowcount == 1:
        return True
    if session.get(Job, name) is None:
        try:
            with session.begin_nested():
                session.add(Job(name=name, next_at=next_at))
                session.flush()
        except IntegrityError:
            return False  # another process has just written it down
    return False
