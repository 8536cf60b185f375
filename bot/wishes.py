"""When a citizen wants to be called, as typed: "9h sáng mai", "chiều nay", "thứ năm tuần sau"; pure.

Never guesses: what is named must fit an offered slot's title ("Sáng thứ Tư 25/11, 8:00 đến 11:30") in every part.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Optional, Tuple

from bot.text import clean, fold, normalise

# Read with diacritics where there are some: "mai" and "mãi", "tối" and "tôi" are the same without them.
_TOMORROW = re.compile(r"\b(?:ngày|sáng|chiều|trưa|tối|hôm)? ?mai\b")
_AFTER = re.compile(r"\b(?:ngày kia|ngày mốt|(?:sáng|chiều) (?:mốt|kia))\b")
_NIGHT = re.compile(r"\b(?:tối|trưa|đêm)\b")
_TOMORROW_FOLDED = re.compile(r"\bmai\b")
_AFTER_FOLDED = re.compile(r"\b(?:ngay kia|ngay mot|(?:sang|chieu) (?:mot|kia))\b")
_NIGHT_FOLDED = re.compile(r"\b(?:toi (?:nay|mai)|buoi toi|trua|dem)\b")
_TODAY = re.compile(r"\b(?:hom|sang|chieu|trua|toi) nay\b")
_HALF = re.compile(r"\b(sang|chieu)\b")
_DAY = re.compile(r"\b(?:thu|t) ?(hai|ba|tu|nam|sau|bay|[2-7])\b|\b(chu nhat|cn)\b")
_DAYS = {"2": "hai", "3": "ba", "4": "tu", "5": "nam", "6": "sau", "7": "bay"}
_NEXT_WEEK = re.compile(r"\btuan (?:sau|toi)\b")
_DATE = re.compile(r"\b(\d{1,2})/(\d{1,2})\b")
_NUMBERS = {
    "mot": 1, "hai": 2, "ba": 3, "bon": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9, "muoi": 10,
    "muoi mot": 11, "muoi hai": 12,
}  # fmt: skip
_CLOCK = re.compile(
    r"\b(?:(\d{1,2}) ?(?:h|g|gio|:)|(muoi (?:mot|hai)|muoi|mot|hai|ba|bon|nam|sau|bay|tam|chin) gio)"
    r" ?(?:(\d{2})\b|(ruoi)\b)?(?!\w)"
)
_HALF_PAST = re.compile(r"\b(\d{1,2}) ruoi\b")
_SPAN = re.compile(r"(\d{1,2}):(\d{2}) den (\d{1,2}):(\d{2})")
_SOMETIME = "khac"  # a part of the day in which nobody calls


@dataclass(frozen=True)
class Wish:
    """What was named: part of the day, weekday ("thu tu"), day, minutes after midnight (12 or 24 hours), next week."""

    half: Optional[str] = None
    weekday: Optional[str] = None
    day: Optional[Tuple[int, int]] = None  # day, month
    minute: Optional[int] = None
    next_week: bool = False


def read(text: str, today: date) -> Optional[Wish]:
    """The wish in `text`; `today` is Vietnam's date. None when no time is named."""
    folded = fold(normalise(text))
    weekday = _DAY.search(folded)
    wish = Wish(
        half=_half(text),
        weekday=_weekday(weekday) if weekday else None,
        day=_day(text, today),
        minute=_minute(text),
        next_week=bool(_NEXT_WEEK.search(folded)),
    )
    return None if wish == Wish() else wish


def _plain(text: str) -> Tuple[str, bool]:
    words = normalise(text)
    return words, words != fold(words)


def _half(text: str) -> Optional[str]:
    words, accented = _plain(text)
    if (_NIGHT if accented else _NIGHT_FOLDED).search(words):
        return _SOMETIME
    half = _HALF.search(fold(words))
    return half.group(1) if half else None


def _weekday(match: "re.Match[str]") -> str:
    return "chu nhat" if match.group(2) else f"thu {_DAYS.get(match.group(1), match.group(1))}"


def _day(text: str, today: date) -> Optional[Tuple[int, int]]:
    named = _DATE.search(text)
    if named:
        return int(named.group(1)), int(named.group(2))
    words, accented = _plain(text)
    ahead = None
    if (_AFTER if accented else _AFTER_FOLDED).search(words):
        ahead = 2
    elif (_TOMORROW if accented else _TOMORROW_FOLDED).search(words):
        ahead = 1
    elif _TODAY.search(fold(words)):
        ahead = 0
    day = today + timedelta(days=ahead) if ahead is not None else None
    return (day.day, day.month) if day else None


def _minute(text: str) -> Optional[int]:
    plain = fold(clean(text))
    match = _CLOCK.search(plain)
    if match:
        hour = int(match.group(1)) if match.group(1) else _NUMBERS[match.group(2)]
        minutes = 30 if match.group(4) else int(match.group(3) or 0)
    else:
        half_past = _HALF_PAST.search(plain)
        if not half_past:
            return None
        hour, minutes = int(half_past.group(1)), 30
    return hour * 60 + minutes if hour < 24 and minutes < 60 else None


def fits(wish: Wish, title: str, today: date) -> bool:
    """Whether the slot of this title is what was wished for, in every part that was named."""
    folded = fold(title)
    if (
        wish.half
        and wish.half not in folded.split()
        and not (wish.half != _SOMETIME and folded.startswith("ngay "))
    ):
        return False
    if wish.weekday and wish.weekday not in folded:
        return False
    return _fits_day(wish, folded, today) and _fits_clock(wish, folded)


def _fits_day(wish: Wish, title: str, today: date) -> bool:
    if wish.day is None and not wish.next_week:
        return True
    named = _DATE.search(title)
    if not named:
        return False
    day, month = int(named.group(1)), int(named.group(2))
    if wish.day is not None and wish.day != (day, month):
        return False
    if not wish.next_week:
        return True
    monday = today + timedelta(days=7 - today.weekday())
    return (day, month) in [
        ((monday + timedelta(days=n)).day, (monday + timedelta(days=n)).month) for n in range(7)
    ]


def _fits_clock(wish: Wish, title: str) -> bool:
    if wish.minute is None:
        return True
    span = _SPAN.search(title)
    if not span:
        return False
    start, end = (int(span.group(at)) * 60 + int(span.group(at + 1)) for at in (1, 3))
    noon = 12 * 60
    said = [wish.minute]
    if wish.minute < noon and wish.half != "sang":  # "3h" is 15:00 to somebody who is called in the afternoon
        said = [wish.minute + noon] if wish.half == "chieu" else [wish.minute, wish.minute + noon]
    return any(start <= minute < end for minute in said)
