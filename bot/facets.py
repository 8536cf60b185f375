"""Which facet tells the candidates of a clarification apart, and which value a typed answer means; pure.

Asks only what `facets_vi` has words for, and never a question that would leave the candidates as they are.
"""

import re
from dataclasses import dataclass
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

from bot.facets_vi import WORDINGS
from bot.text import chosen_number, fold, normalise

Values = Tuple[
    Tuple[str, ...], ...
]  # (value, ids of the candidates that remain with it), in the buttons' order
NONE, PERSON = "none", "person"  # the two buttons below the values
# A value of this kind fits everybody: the entry remains whatever is answered.
_ANYBODY = re.compile(r"^(?:mọi|tất cả|bất kỳ|cả )")
_MOST_UNTOLD = 1  # candidates that may lack the facet; they remain with every answer
_NO = re.compile(r"\b(?:khong|chua|het|mat(?! khau)|chang|hong|hok|khum|lam gi co|dau co|quen)\b")
_YES = re.compile(r"\b(?:co|con|roi|da|duoc|nho|dung|vang|u|ok|yes)\b")
_MOST_WORDS = 7  # more is a question of its own
_FILLER = {
    "a", "da", "vang", "em", "toi", "minh", "la", "thi", "nha", "nhe", "oi", "ban", "anh", "chi", "co", "ra", "o", "tai",
    "vo", "vao", "lam", "cho", "cua",
}  # fmt: skip
_NEITHER = re.compile(
    r"khong phai|(?:khong|ko|chang) (?:cau|cai|y|muc|dong) nao"
)  # none of these, rather than a no


@dataclass(frozen=True)
class Question:
    """One facet question: the key, and what each of its buttons leaves."""

    key: str
    values: Values

    @property
    def text(self) -> str:
        """The question's words."""
        return WORDINGS[self.key].question


def title_of(key: str, value: str) -> str:
    """The button of a value: a wording of its own, or the value with a capital letter."""
    wording = WORDINGS.get(key)
    return (wording.titles.get(value) if wording else None) or value[:1].upper() + value[1:]


def question(hits: Sequence[Mapping[str, Any]]) -> Optional[Question]:
    """The first worded facet with different values; None where the full questions say more.

    `hits` are entries of search. Entries of several topics differ by more than a facet: no question then.
    """
    if len(hits) < 2 or len({hit.get("topic") for hit in hits}) != 1:
        return None
    found = (Question(key, _values(key, hits)) for key in WORDINGS)
    return next((item for item in found if item.values), None)


def _values(key: str, hits: Sequence[Mapping[str, Any]]) -> Values:
    told: Dict[str, Optional[str]] = {hit["id"]: (hit.get("facets") or {}).get(key) for hit in hits}
    untold = sum(value is None for value in told.values())
    if told[hits[0]["id"]] is None or untold > _MOST_UNTOLD:
        return ()
    titles: Dict[str, str] = {}  # by title: two values of one wording are one button
    for value in told.values():
        if value and not _ANYBODY.match(value):
            titles.setdefault(title_of(key, value), value)
    if len(titles) < 2:
        return ()
    return tuple((value, *_remaining(key, title, told)) for title, value in titles.items())


def _remaining(key: str, title: str, told: Mapping[str, Optional[str]]) -> List[str]:
    return [
        item
        for item, value in told.items()
        if value is None or _ANYBODY.match(value) or title_of(key, value) == title
    ]


def chosen(text: str, key: str, values: Values) -> Optional[str]:
    """The value that a typed answer means, `NONE` or `PERSON` by their buttons' numbers; None when it means none of them."""
    number = chosen_number(text)
    if number is not None:
        names = [value[0] for value in values]
        shown = [*names, NONE, PERSON]
        return names[-1] if number == -1 else shown[number - 1] if number <= len(shown) else None
    words = fold(normalise(text))
    if not words or len(words.split()) > _MOST_WORDS or _NEITHER.search(words):
        return None
    return _by_words(words, key, values) or _by_yes_or_no(words, key, values)


def _by_words(words: str, key: str, values: Values) -> Optional[str]:
    """By the words of exactly one value or title ("trên điện thoại", "máy tính")."""
    said = {word for word in words.split() if word not in _FILLER}
    meant = [
        value
        for value, *_ in values
        if any(
            said and said <= set(fold(normalise(shown)).split()) for shown in (value, title_of(key, value))
        )
    ]
    return meant[0] if len(meant) == 1 else None


def _by_yes_or_no(words: str, key: str, values: Values) -> Optional[str]:
    wording = WORDINGS.get(key)
    if wording is None:
        return None
    wanted = wording.no if _NO.search(words) else wording.yes if _YES.search(words) else frozenset()
    return next((value for value, *_ in values if value in wanted), None)
