"""The editors' list: which entries a filter shows, how many each filter would show, as of which day. Pure."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from feedback_api.console.titles import FAQ_VIEW_TITLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from feedback_api.clients.faq_client import Catalogue, EntryState

_BELONGS: dict[str, Callable[[EntryState], bool]] = {
    "all": lambda _: True,
    "live": lambda entry: entry.status in {"live", "expiring"},
    "expiring": lambda entry: entry.status == "expiring",
    "expired": lambda entry: entry.status == "expired",
    "not_yet": lambda entry: entry.status == "not_yet",
    "withdrawn": lambda entry: entry.status == "withdrawn",
    "failing": lambda entry: bool(entry.failing_tests),
    "review": lambda entry: entry.review_due,
}


@dataclass(frozen=True, slots=True)
class Look:
    """The day an editor looks at: `on` is None for today. `wrong`: what was typed is no day, so it is today."""

    on: date | None = None
    wrong: bool = False

    @classmethod
    def at(cls, text: str, today: date) -> Look:
        """The day that a date field sends."""
        if not text.strip():
            return cls()
        try:
            typed = date.fromisoformat(text.strip())
        except ValueError:
            return cls(wrong=True)
        return cls(None if typed == today else typed)

    @property
    def value(self) -> str:
        """What the date field holds and addresses carry; empty for today."""
        return self.on.isoformat() if self.on else ""

    @property
    def query(self) -> str:
        """The end of an address that keeps the day."""
        return f"?on={self.value}" if self.on else ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the editor asked to see; an unknown view is `all`, an empty `on` is today."""

    view: str = "all"
    topic: str = ""
    text: str = ""
    on: str = ""

    def href(self, **changes: str) -> str:
        """The address of the list with some of the filter changed."""
        fields = {"view": self.view, "topic": self.topic, "text": self.text, "on": self.on, **changes}
        kept = {name: value for name, value in fields.items() if value and (name, value) != ("view", "all")}
        return "/console/faq" + (f"?{urlencode(kept)}" if kept else "")


@dataclass(frozen=True, slots=True)
class Tab:
    """One status filter; `count` is what it would show with the other filters as they are."""

    view: str
    title: str
    count: int
    href: str


@dataclass(frozen=True, slots=True)
class Listing:
    """The rows, the tabs, and whether search is still counting tests."""

    rows: tuple[EntryState, ...]
    tabs: tuple[Tab, ...]
    counting: bool


def listing(catalogue: Catalogue, wanted: Wanted) -> Listing:
    """What `wanted` shows of `catalogue`, in the order of the file."""
    near = [entry for entry in catalogue.entries if _matches(entry, wanted)]
    by_view = {view: [entry for entry in near if belongs(entry)] for view, belongs in _BELONGS.items()}
    tabs = tuple(
        Tab(view, title, len(by_view[view]), wanted.href(view=view))
        for view, title in FAQ_VIEW_TITLES.items()
    )
    rows = by_view.get(wanted.view, near)
    return Listing(tuple(rows), tabs, catalogue.counting)


def find(entries: Iterable[EntryState], entry_id: str) -> EntryState | None:
    """The entry of that id."""
    return next((entry for entry in entries if entry.id == entry_id), None)


def fold(text: str) -> str:
    """`text` in lower case without diacritics, as people type it in a hurry."""
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return " ".join("".join(char for char in plain if unicodedata.category(char) != "Mn").split())


def _matches(entry: EntryState, wanted: Wanted) -> bool:
    if wanted.topic and entry.topic != wanted.topic:
        return False
    shown = f"{fold(entry.question)} {entry.id}"
    return all(word in shown for word in fold(wanted.text).split())
