"""How an entry fares with the questions its editor wrote for it: one entry by name, all entries as counts.

For editors only, never on a query's way. Counting takes seconds, so it runs in a thread of its own, once per generation
and day, and rests between questions.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from faq_index.diff import Source, Verdict, verdicts
from faq_index.entries import FaqEntry
from faq_index.searcher import FaqSearcher

_REST = 0.002  # seconds between two questions: queries of citizens go first


@dataclass(frozen=True, slots=True)
class Check:
    """One question of an entry. `wanted` is the entry that should be first; `passes`: the holder is first where it
    should be, and not where it should not.
    """

    source: Source
    text: str
    wanted: str
    verdict: Verdict
    passes: bool


def checks(searcher: FaqSearcher, entry: FaqEntry, on: date) -> tuple[Check, ...]:
    """The entry's question, its tests and its near misses, judged on that day as if nothing were withdrawn."""
    asked = [
        (Source.QUESTION, entry.question, entry.id),
        *((Source.TEST, text, entry.id) for text in entry.tests),
        *((Source.NEAR_MISS, miss.question, miss.id) for miss in entry.near_misses),
    ]
    judged = verdicts(searcher, [text for _, text, _ in asked], on)
    return tuple(
        Check(source, text, wanted, judged[text], (judged[text].first == entry.id) is (wanted == entry.id))
        for source, text, wanted in asked
    )


class OwnTests:
    """Asked by several threads; counts one generation at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._key: tuple[str, date] | None = None
        self._counts: dict[str, int] = {}
        self._stop = threading.Event()

    def failing(self, searcher: FaqSearcher, on: date) -> Mapping[str, int]:
        """Entry id -> failing tests, of the entries counted so far; the first call for a generation starts counting.
        Entries that are not in effect on that day have no count.
        """
        key = (searcher.generation.id, on)
        with self._lock:
            if self._key != key:
                self._stop.set()  # the one before is of no use any more
                self._key, self._counts, self._stop = key, {}, threading.Event()
                arguments = (searcher, on, self._counts, self._stop)
                threading.Thread(target=_count, args=arguments, name="faq-own-tests", daemon=True).start()
            return self._counts

    def close(self) -> None:
        self._stop.set()


def _count(searcher: FaqSearcher, on: date, counts: dict[str, int], stop: threading.Event) -> None:
    for entry in searcher.generation.entries:
        if not entry.answers_on(on):
            continue
        failing = 0
        for test in entry.tests:
            if stop.wait(_REST):
                return
            failing += searcher.rank(test, on)[:1] != (entry.id,)
        counts[entry.id] = failing
