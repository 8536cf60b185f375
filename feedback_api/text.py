"""Cleans what people type; pure. Everything invisible goes, letters stay; markup is not touched: it is shown as text."""

from __future__ import annotations

import re
import unicodedata

LIMIT = 1_000  # characters a citizen's message may have after cleaning
TICKET_LIMIT = 4_000  # characters of a ticket's text, a reply or a note

_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r" ?\n ?(?:\n ?)+")
_MARKS = re.compile(r"([\u0300-\u036f]{2})[\u0300-\u036f]+")
_DROPPED = {
    "Cc",
    "Cf",
    "Cs",
    "Co",
    "Cn",
}  # control, format (bidi, zero-width, tags), surrogates, private, unassigned


def clean(raw: str) -> str:
    """`raw` in NFC without invisible characters; digits of any script become 0-9, runs of space one space.

    At most one blank line stays between lines. The result may be empty.
    """
    text = unicodedata.normalize("NFC", raw.replace("\r\n", "\n").replace("\r", "\n"))
    text = "".join(_visible(char) for char in text)
    text = _MARKS.sub(r"\1", unicodedata.normalize("NFC", text))
    text = _SPACES.sub(" ", text)
    return _LINES.sub("\n\n", text).replace(" \n", "\n").replace("\n ", "\n").strip()


def _visible(char: str) -> str:
    if char == "\n":
        return char
    category = unicodedata.category(char)
    if category == "Nd":
        return str(unicodedata.decimal(char))
    if char == "\t" or category in {"Zs", "Zl", "Zp"}:
        return " "
    # U+115F, U+1160, U+3164, U+FFA0: letters by category, blank on the screen.
    blank = category in _DROPPED or char in "\u115f\u1160\u3164\uffa0\u2800\u034f"
    return "" if blank else char


def has_words(text: str) -> bool:
    """Whether there is at least one letter or digit; false for emoji and punctuation alone."""
    return any(unicodedata.category(char)[0] in "LN" for char in text)


def for_bot(text: str) -> str:
    """`text` as Rasa may get it: a leading slash would be read as a command, so it goes."""
    return text.lstrip("/ \n").strip()


def shorten(text: str, limit: int) -> str:
    """`text` on one line, at most `limit` characters, cut at a word with an ellipsis."""
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    return line[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,.;:") + "…"
