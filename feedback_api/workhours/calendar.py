"""Working hours, holidays and callback slots; pure. The rules are `data/calendar_vi.yml`, owned by the hotline.

All moments that go in and come out are aware; days and hours are Vietnam's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Iterator

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
LOOK_AHEAD = 60  # days within which the next working day is looked for
CALL_AHEAD = 14  # days within which a call back can be chosen
NOON = time(12)
DAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one day, start included, end not."""

    start: time
    end: time


@dataclass(frozen=True, slots=True)
class Slot:
    """A half day in which an agent can call back.

    `id` is its start and end in Vietnam, "2026-11-25T08:00/12:00"; `title` is ready to be shown; moments are UTC.
    """

    id: str
    title: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Calendar:
    """`week` holds the spans of Monday to Sunday; `extra` replaces them on single days, `holidays` empties them."""

    week: tuple[tuple[Span, ...], ...]
    holidays: frozenset[date] = frozenset()
    extra: tuple[tuple[date, tuple[Span, ...]], ...] = ()

    def spans(self, day: date) -> tuple[Span, ...]:
        """When people work on `day`; a day that is made up for wins over a holiday."""
        made_up = dict(self.extra).get(day)
        if made_up is not None:
            return made_up
        return () if day in self.holidays else self.week[day.weekday()]

    def is_open(self, moment: datetime) -> bool:
        """Whether people work at `moment`."""
        here = moment.astimezone(VIETNAM)
        return any(span.start <= here.time() < span.end for span in self.spans(here.date()))

    def next_open(self, moment: datetime) -> datetime | None:
        """When people begin to work next (UTC), None while they do, or when no working day is in sight."""
        if self.is_open(moment):
            return None
        for start, _ in self._stretches(moment, LOOK_AHEAD):
            if start > moment:
                return start.astimezone(UTC)
        return None

    def at_work(self, moment: datetime) -> datetime:
        """`moment` (UTC) if people work then, else an hour after they begin again."""
        opens = self.next_open(moment)
        return moment if opens is None else opens + timedelta(hours=1)

    def worked(self, start: datetime, end: datetime) -> timedelta:
        """How long people work between two moments; stops counting after LOOK_AHEAD days."""
        total = timedelta()
        for opens, closes in self._stretches(start, min((end - start).days + 1, LOOK_AHEAD)):
            total += max(min(closes, end) - max(opens, start), timedelta())
        return total

    def slots(self, moment: datetime, limit: int) -> list[Slot]:
        """The soonest `limit` stretches of work that have not begun: the citizen chooses one to be called in."""
        coming = (both for both in self._stretches(moment, CALL_AHEAD) if both[0] > moment)
        return [_slot(start, end) for start, end in islice(coming, limit)]

    def slot(self, slot_id: str, moment: datetime) -> Slot | None:
        """The slot of an id, if it may still be chosen at `moment`."""
        return next((slot for slot in self.slots(moment, 10_000) if slot.id == slot_id), None)

    def hours_said(self) -> str:
        """The usual week in words: "từ thứ Hai đến thứ Sáu, 8:00 đến 12:00 và 13:30 đến 17:30"."""
        groups: list[tuple[int, int]] = []
        for number, spans in enumerate(self.week):
            if not spans:
                continue
            if groups and groups[-1][1] == number - 1 and self.week[groups[-1][0]] == spans:
                groups[-1] = (groups[-1][0], number)
            else:
                groups.append((number, number))
        return "; ".join(
            f"{_days_said(first, last)}, {_spans_said(self.week[first])}" for first, last in groups
        )

    def _stretches(self, moment: datetime, days: int) -> Iterator[tuple[datetime, datetime]]:
        first = moment.astimezone(VIETNAM).date()
        for offset in range(days + 1):
            day = first + timedelta(days=offset)
            for span in self.spans(day):
                yield (
                    datetime.combine(day, span.start, VIETNAM),
                    datetime.combine(day, span.end, VIETNAM),
                )


def moment_said(moment: datetime, now: datetime) -> str:
    """A moment as people say it: "8:00 hôm nay", "8:00 thứ Tư 25/11"."""
    here = moment.astimezone(VIETNAM)
    if here.date() == now.astimezone(VIETNAM).date():
        return f"{_clock(here.time())} hôm nay"
    return f"{_clock(here.time())} {DAYS[here.weekday()]} {here.day}/{here.month}"


def slot_said(starts_at: datetime, ends_at: datetime) -> str:
    """A slot as people say it: "Sáng thứ Tư 25/11, 8:00 đến 12:00"."""
    start, end = starts_at.astimezone(VIETNAM), ends_at.astimezone(VIETNAM)
    half = "Sáng" if end.time() <= NOON else "Chiều" if start.time() >= NOON else "Ngày"
    return (
        f"{half} {DAYS[start.weekday()]} {start.day}/{start.month}, "
        f"{_clock(start.time())} đến {_clock(end.time())}"
    )


def _slot(start: datetime, end: datetime) -> Slot:
    slot_id = f"{start:%Y-%m-%dT%H:%M}/{end:%H:%M}"
    return Slot(slot_id, slot_said(start, end), start.astimezone(UTC), end.astimezone(UTC))


def _clock(at: time) -> str:
    return f"{at.hour}:{at.minute:02}"


def _days_said(first: int, last: int) -> str:
    return DAYS[first] if first == last else f"từ {DAYS[first]} đến {DAYS[last]}"


def _spans_said(spans: tuple[Span, ...]) -> str:
    return " và ".join(f"{_clock(span.start)} đến {_clock(span.end)}" for span in spans)
