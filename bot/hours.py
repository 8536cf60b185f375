"""When people work and when they can call, as desk says it (tests/contract/bot_hours.json); pure.

Also reads which callback slot a typed answer means. Knows no calendar: every word of it is desk's.
"""

import re
from dataclasses import dataclass
from typing import Any, Mapping, Optional, Tuple

from bot.text import chosen_number, fold, normalise

ANY = "any"
Times = Tuple[Tuple[str, str], ...]  # (id, title) of the slots on offer
_ANY = re.compile(
    r"(?:luc|khi|gio|bao gio|ngay|hom) ?(?:nao|gi)? (?:cung|deu)|cung duoc|\btuy\b|sao cung|bat (?:ky|cu)"
)
_SOONEST = re.compile(r"som nhat|cang som|ngay bay gio|goi ngay|gan nhat|goi luon")
_HALF = re.compile(r"\b(sang|chieu)\b")
_DAY = re.compile(r"\b(?:thu|t) ?(hai|ba|tu|nam|sau|bay|[2-7])\b")
_DAYS = {"2": "hai", "3": "ba", "4": "tu", "5": "nam", "6": "sau", "7": "bay"}


@dataclass(frozen=True)
class Hours:
    """`is_open`: people work now; `text` stands after "Cán bộ làm việc "; `times` may be empty."""

    is_open: bool
    text: str
    times: Times


def read(body: Mapping[str, Any]) -> Hours:
    """Out of desk's JSON.

    :raises KeyError: when it is of another shape.
    """
    times = tuple((str(slot["id"]), str(slot["title"])) for slot in body["slots"])
    return Hours(bool(body["open"]), str(body["text"]), times)


def chosen(text: str, times: Times) -> Optional[str]:
    """The id of the slot that a typed answer means, `ANY`, or None when it names none."""
    number = chosen_number(text)
    if number is not None and times:
        ids = [*(item for item, _ in times), ANY]
        return times[-1][0] if number == -1 else ids[number - 1] if number <= len(ids) else None
    folded = fold(normalise(text))
    if _SOONEST.search(folded):
        return times[0][0] if times else ANY
    if _ANY.search(folded):
        return ANY
    half, day = _HALF.search(folded), _DAY.search(folded)
    if len(folded.split()) > 8 or not (half or day):
        return None
    words = ([half.group(1)] if half else []) + (
        [f"thu {_DAYS.get(day.group(1), day.group(1))}"] if day else []
    )
    return next((item for item, title in times if all(word in fold(title) for word in words)), None)


def title_of(slot: Optional[str], times: Times) -> Optional[str]:
    """The title of a chosen slot; None for any time and for slots no longer known."""
    return dict(times).get(slot or "")
