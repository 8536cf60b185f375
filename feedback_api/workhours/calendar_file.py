"""Reads `data/calendar_vi.yml`; the rules themselves live in `calendar`."""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from feedback_api.workhours.calendar import Calendar, Span

if TYPE_CHECKING:
    from pathlib import Path

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN = re.compile(r"^(\d\d):(\d\d)-(\d\d):(\d\d)$")
LONGEST_HOLIDAY = 31  # days; more is a typing mistake


class CalendarError(Exception):
    """The calendar file is wrong; `args[0]` lists all faults, one a line."""


def load_calendar(path: Path) -> Calendar:
    """The calendar of the file.

    :raises CalendarError: when the file is missing, no YAML, or wrong; all faults at once.
    """
    try:
        document = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except (OSError, YAMLError, UnicodeDecodeError) as error:
        raise CalendarError(f"{path}: {error}") from error
    try:
        return parse(document)
    except CalendarError as error:
        raise CalendarError(f"{path}:\n{error.args[0]}") from error


def parse(document: Any) -> Calendar:
    """The calendar from the parsed YAML.

    :raises CalendarError: listing every fault.
    """
    if not isinstance(document, dict) or not isinstance(document.get("week"), dict):
        raise CalendarError("calendar: a mapping with `week` is expected")
    faults: list[str] = []
    week = document["week"]
    faults += [f"week.{name}: one of {', '.join(WEEK)} is expected" for name in week if name not in WEEK]
    days = tuple(_spans(week.get(name) or [], f"week.{name}", faults) for name in WEEK)
    if not any(days):
        faults.append("week: at least one day needs hours")
    holidays: set[date] = set()
    for number, item in enumerate(document.get("holidays") or [], start=1):
        holidays |= _holiday(item, f"holidays[{number}]", faults)
    extra = []
    for number, item in enumerate(document.get("extra_days") or [], start=1):
        place = f"extra_days[{number}]"
        day = item.get("date") if isinstance(item, dict) else None
        if not isinstance(day, date):
            faults.append(f"{place}: date YYYY-MM-DD and hours are expected")
            continue
        extra.append((day, _spans(item.get("hours") or [], place, faults)))
    if faults:
        raise CalendarError("\n".join(faults))
    return Calendar(days, frozenset(holidays), tuple(extra))


def _spans(items: Any, place: str, faults: list[str]) -> tuple[Span, ...]:
    spans: list[Span] = []
    for item in items if isinstance(items, list) else [items]:
        match = _SPAN.match(str(item))
        try:
            hours = [int(part) for part in match.groups()] if match else []
            start, end = time(hours[0], hours[1]), time(hours[2], hours[3])
        except (IndexError, ValueError):
            faults.append(f'{place}: "HH:MM-HH:MM" is expected, not {item!r}')
            continue
        if start >= end or (spans and start < spans[-1].end):
            faults.append(f"{place}: {item!r} ends before it starts, or before the one before it ends")
        spans.append(Span(start, end))
    return tuple(spans)


def _holiday(item: Any, place: str, faults: list[str]) -> set[date]:
    first = item.get("from") if isinstance(item, dict) else None
    last = item.get("to") if isinstance(item, dict) else None
    if not isinstance(first, date) or not isinstance(last, date):
        faults.append(f"{place}: from and to (YYYY-MM-DD) are expected")
        return set()
    length = (last - first).days
    if not 0 <= length < LONGEST_HOLIDAY:
        faults.append(f"{place}: `to` must be 0 to {LONGEST_HOLIDAY - 1} days after `from`")
        return set()
    return {first + timedelta(days=offset) for offset in range(length + 1)}
