"""Which questions of the FAQ fit what a citizen is typing: by words, with or without diacritics, the last word unfinished.

Pure. Knows nothing of meaning: what shares no word with the text is search's business.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

AT_MOST = 5
SHORTEST = 2  # letters; fewer fit nearly everything
_WORD = re.compile(r"[^\W_]+")


def plain(text: str) -> str:
    """Lower case without diacritics: `Đăng ký` -> `dang ky`."""
    decomposed = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its words, as written and plain; made once per catalogue."""

    text: str
    words: tuple[str, ...]
    plain_words: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Question:
        words = tuple(_WORD.findall(unicodedata.normalize("NFC", text.lower())))
        return cls(text, words, tuple(plain(word) for word in words))


def fitting(typed: str, questions: Iterable[Question], at_most: int = AT_MOST) -> tuple[str, ...]:
    """The questions that hold every typed word (of four or more, all but a quarter), best first.

    Best: fewest words missing, then diacritics as typed, words side by side as typed, an early start, a short question.
    """
    asked = Question.of(typed)
    if sum(map(len, asked.words)) < SHORTEST:
        return ()
    ranked = []
    for place, question in enumerate(questions):
        score = _score(asked, question)
        if score is not None:
            ranked.append((score, place, question.text))
    return tuple(text for _, _, text in sorted(ranked)[:at_most])


def _score(asked: Question, question: Question) -> tuple[int, ...] | None:
    places = [
        _place(word, question.plain_words, unfinished=number == len(asked.words) - 1)
        for number, word in enumerate(asked.plain_words)
    ]
    missing = places.count(None)
    if missing > len(places) // 4:
        return None
    found = [place for place in places if place is not None]
    same_marks = sum(
        question.words[place].startswith(word)
        for word, place in zip(asked.words, places, strict=True)
        if place is not None
    )
    side_by_side = sum(second - first == 1 for first, second in pairwise(found))
    return (missing, -same_marks, -side_by_side, min(found), len(question.words))


def _place(word: str, words: tuple[str, ...], *, unfinished: bool) -> int | None:
    if word in words:
        return words.index(word)
    if unfinished:
        return next((place for place, other in enumerate(words) if other.startswith(word)), None)
    return None
