"""When people work and when they can call, as desk says it (tests/contract/bot_hours.json); pure.

Also reads which callback slot a typed answer means. Knows no calendar: every word of it is desk's.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any, Mapping, Optional, Tuple

from bot import wishes
from bot.text import chosen_number, fold, normalise

ANY = "any"
Times = Tuple[Tuple[str, str], ...]  # (id, title) of the slots on offer
_ANY = re.compile(
    r"(?:luc|khi|gio|bao gio|ngay|hom) ?(?:nao|gi)? (?:cung|deu)|cung duoc|\btuy\b|sao cung|bat (?:ky|cu)"
)
_SOONEST = re.compile(r"som nhat|cang som|ngay bay gio|goi (?:ngay|lien)|lien di|gan nhat|goi luon")
_WEEKDAY = re.compile(r"^(?:\w+ )?thu (?:hai|ba|tu|nam|sau|bay)\b")  # Monday rather than the second
_MOST_WORDS = 8  # more is a question of its own, unless it asks for a call


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


def chosen(text: str, times: Times, today: date, most_words: int = _MOST_WORDS) -> Optional[str]:
    """The id of the slot that a typed answer means, `ANY`, or None when it names none. `today` is Vietnam's date."""
    folded = fold(normalise(text))
    number = None if _WEEKDAY.search(folded) else chosen_number(text)
    if number is not None and times:
        ids = [*(item for item, _ in times), ANY]
        return times[-1][0] if number == -1 else ids[number - 1] if number <= len(ids) else None
    if _SOONEST.search(folded):
        return times[0][0] if times else ANY
    if _ANY.search(folded):
        return ANY
    wish = wishes.read(text, today)
    if wish is None or len(folded.split()) > most_words:
        return None
    return next((item for item, title in times if wishes.fits(wish, title, today)), None)


def names_time(text: str, today: date, most_words: int = _MOST_WORDS) -> bool:
    """Whether a typed text says when, be it at a time on offer or not."""
    folded = fold(normalise(text))
    if _SOONEST.search(folded) or _ANY.search(folded):
        return True
    return len(folded.split()) <= most_words and wishes.read(text, today) is not None


def title_of(slot: Optional[str], times: Times) -> Optional[str]:
    """The title of a chosen slot; None for any time and for slots no longer known."""
    return dict(times).get(slot or "")
