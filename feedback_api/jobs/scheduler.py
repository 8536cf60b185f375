"""Runs the daily purge inside the web server, in one of however many processes share the database.

Claim and purge are one transaction: whoever dies in the middle leaves the job to the next one, nothing is done twice.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool

from feedback_api import logs
from feedback_api.jobs import repository
from feedback_api.models import utc_now
from feedback_api.retention import purge_all
from feedback_api.workhours.calendar import VIETNAM

if TYPE_CHECKING:
    from feedback_api.database import Database
    from feedback_api.retention import Purged
    from feedback_api.settings import Settings

PURGE = "purge"
EVERY = 60.0  # seconds between looks at the clock


class Scheduler:
    """The clock of one process.

    :param every: seconds between looks.
    """

    def __init__(self, database: Database, settings: Settings, every: float = EVERY) -> None:
        self._database = database
        self._at = settings.purge_at
        self._keep_days = settings.keep_conversations_days
        self._every = every

    async def run(self) -> None:
        """Works until it is cancelled; returns at once where no time of day is set. A fault never ends it."""
        while self._at:
            await asyncio.sleep(self._every)
            try:
                async with self._database.turn():
                    await run_in_threadpool(self.look)
            except Exception as error:  # noqa: BLE001  # the clock must outlive everything; the next look tries again
                logs.failure("purge_failed", error)

    def look(self, now: datetime | None = None) -> Purged | None:
        """Purges if it is time and no other process did; what was purged, or None."""
        now = now or utc_now()
        with self._database.writing() as session:
            if not repository.claim(session, PURGE, now, next_time(self._at, now)):
                return None
            done = purge_all(session, self._keep_days)
        logs.event(
            "purged",
            conversations=done.conversations,
            keys=done.keys,
            closed=done.closed,
            unanswered=done.unanswered,
        )
        return done


def next_time(clock: str, now: datetime) -> datetime:
    """The next moment (UTC) after `now` at which it is `clock` ("03:00") in Vietnam."""
    here = now.astimezone(VIETNAM)
    at = datetime.combine(here.date(), time.fromisoformat(clock), VIETNAM)
    return (at if at > here else at + timedelta(days=1)).astimezone(UTC)
