"""The queue, and counts for the charts."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from feedback_api import texts_vi
from feedback_api.errors import DeskError
from feedback_api.models import utc_now
from feedback_api.tickets import codes, mapping, repository
from feedback_api.tickets.lifecycle import DONE, Status
from feedback_api.tickets.views import DayOutcomes, DeskCounts

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from feedback_api.tickets.views import QueueFilter, QueueRow

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
DAYS = 14
VIEWS: dict[str, tuple[Status, ...]] = {
    "todo": (Status.NEW, Status.OPEN),
    "mine": (Status.NEW, Status.OPEN, Status.WAITING_CITIZEN, Status.WAITING_OTHER),
    "unassigned": (Status.NEW, Status.OPEN),
    "waiting": (Status.WAITING_CITIZEN, Status.WAITING_OTHER),
    "done": DONE,
    "all": tuple(Status),
}


def queue(session: Session, filter: QueueFilter) -> list[QueueRow]:  # noqa: A002  # the word people use for it
    """Tickets of a view, most urgent first, then by what is due first.

    :raises DeskError: 422 for an unknown view, or `mine` without an agent.
    """
    if filter.view not in VIEWS or (filter.view == "mine" and filter.agent_id is None):
        raise DeskError(texts_vi.BAD_REQUEST, 422, "bad_request")
    rows = repository.queue(
        session,
        [status.value for status in VIEWS[filter.view]],
        assignee=filter.agent_id if filter.view == "mine" else None,
        unassigned=filter.view == "unassigned",
        group=filter.group,
        code=(codes.normalise(filter.code) or "-") if filter.code else None,
        limit=max(1, min(filter.limit, 500)),
    )
    now = utc_now()
    return [mapping.queue_row(ticket, name, now) for ticket, name in rows]


def counts(session: Session) -> DeskCounts:
    """Figures of now and of the last 14 days of Vietnam's calendar."""
    now = utc_now()
    today = now.astimezone(VIETNAM).date()
    first = today - timedelta(days=DAYS - 1)
    since = now.astimezone(VIETNAM).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(
        days=DAYS - 1
    )
    by_day: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for day, outcome, number in repository.outcomes_by_day(session, since):
        by_day[day][outcome] = number
    days = tuple(
        DayOutcomes(day, by_day.get(day.isoformat(), {}))
        for day in (first + timedelta(days=offset) for offset in range(DAYS))
    )
    known = repository.count_by_status(session)
    return DeskCounts(
        tickets_by_status={status.value: known.get(status.value, 0) for status in Status},
        outcomes_by_day=days,
        overdue=repository.count_overdue(session, now),
        mail_dead=repository.count_dead_mail(session),
    )
