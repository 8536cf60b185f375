"""What changes for citizens between two generations: entries, tests that fail, and whose questions move to whom.

Only compares; reads and writes nothing. Withdrawals play no part: they hold for both sides alike.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Any

from faq_index.entries import Decision, FaqEntry
from faq_index.evaluate import Labelled
from faq_index.generation import entry_to_json
from faq_index.lineage import successor
from faq_index.searcher import MAX_QUERY, FaqSearcher

# Where an entry stands in the file, and what is derived from its sources.
_NOT_COMPARED = {"id", "line", "official_sources"}


class Kind(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


class Source(StrEnum):
    QUESTION = "question"
    ALTERNATE = "alternate"
    TEST = "test"
    NEAR_MISS = "near_miss"
    SET = "set"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """`old` and `new` are JSON values, None where the entry did not exist or has no such value."""

    field: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class EntryChange:
    """`instead` is the entry that answers instead of one that was removed, None where none does."""

    id: str
    kind: Kind
    question: str
    fields: tuple[FieldChange, ...] = ()
    instead: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """One question to compare. `owners` are the entries that rightly answer, () where none does or nobody said so;
    `entry` is the one that it stands under, "" for a question of an evaluation set.
    """

    text: str
    source: Source
    owners: tuple[str, ...]
    entry: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a generation makes of a question; `first` is the best candidate, "" where there is none."""

    decision: Decision
    first: str

    @property
    def gets(self) -> str:
        """What the citizen gets: the id of an entry, or the name of another decision."""
        return self.first if self.decision is Decision.ANSWER else str(self.decision)


@dataclass(frozen=True, slots=True)
class Moved:
    asked: Asked
    before: Verdict
    after: Verdict

    @property
    def better(self) -> bool | None:
        """Whether the citizen is helped more than before; None where that can't be told."""
        was, will = (self.asked.owners and v.gets in self.asked.owners for v in (self.before, self.after))
        return None if bool(was) == bool(will) else bool(will)


@dataclass(frozen=True, slots=True)
class Failing:
    """A test of `entry` that `wins` ranks first in, or a near miss that `entry` itself is first in."""

    entry: str
    text: str
    source: Source
    wins: str
    new: bool  # it did not fail before: the question passed, or was not there


@dataclass(frozen=True, slots=True)
class Difference:
    entries: tuple[EntryChange, ...]
    failing: tuple[Failing, ...]
    failing_before: int
    moved: tuple[Moved, ...]
    asked: int

    def routes(self) -> list[tuple[tuple[str, str], list[Moved]]]:
        """((what they got, what they get), the questions), the most travelled first."""
        counts = Counter((m.before.gets, m.after.gets) for m in self.moved)
        return [
            (way, [m for m in self.moved if (m.before.gets, m.after.gets) == way])
            for way, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        ]


def entry_changes(
    old: Sequence[FaqEntry], new: Sequence[FaqEntry], replaced: Mapping[str, str | None]
) -> tuple[EntryChange, ...]:
    """Added and changed entries in the order of the new file, then those removed."""
    before, after = {e.id: e for e in old}, {e.id: e for e in new}
    changes = []
    for entry in new:
        was = before.get(entry.id)
        if was is None:
            changes.append(EntryChange(entry.id, Kind.ADDED, entry.question))
            continue
        changed = _fields(was, entry)
        if changed:
            changes.append(EntryChange(entry.id, Kind.CHANGED, entry.question, changed))
    for entry in old:
        if entry.id not in after:
            instead = successor(entry.id, replaced) if entry.id in replaced else None
            changes.append(EntryChange(entry.id, Kind.REMOVED, entry.question, (), instead))
    return tuple(changes)


def _fields(old: FaqEntry, new: FaqEntry) -> tuple[FieldChange, ...]:
    was, will = entry_to_json(old), entry_to_json(new)
    names = [f.name for f in fields(FaqEntry) if f.name not in _NOT_COMPARED]
    # Through JSON: a generation that was read back has lists where a fresh one has tuples.
    return tuple(
        FieldChange(n, _plain(was[n]), _plain(will[n])) for n in names if _plain(was[n]) != _plain(will[n])
    )


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    return str(value) if isinstance(value, StrEnum) else value


def questions(
    old: Iterable[FaqEntry],
    new: Iterable[FaqEntry],
    asked: Iterable[Labelled],
    replaced: Mapping[str, str | None],
    *,
    tests_only: bool = False,
) -> tuple[Asked, ...]:
    """Every question of both files and of the evaluation set, each text once for each place where it counts.
    `tests_only` leaves out what is indexed: standard questions and alternates.
    """
    found: dict[tuple[str, str, Source], Asked] = {}

    def add(text: str, source: Source, owners: tuple[str, ...], entry: str = "") -> None:
        known = tuple(dict.fromkeys(s for o in owners if (s := successor(o, replaced))))
        found.setdefault((text, entry, source), Asked(text, source, known, entry))

    # The new file first: where both have the question, it says who owns it.
    for entry in (*new, *old):
        if not tests_only:
            add(entry.question, Source.QUESTION, (entry.id,), entry.id)
            for text in entry.alternates:
                add(text, Source.ALTERNATE, (entry.id,), entry.id)
        for text in entry.tests:
            add(text, Source.TEST, (entry.id,), entry.id)
        for miss in entry.near_misses:
            add(miss.question, Source.NEAR_MISS, (miss.id,), entry.id)
    for row in asked:
        add(row.query, Source.SET, row.expect)
    return tuple(found.values())


def verdicts(searcher: FaqSearcher, texts: Iterable[str], on: date) -> dict[str, Verdict]:
    """Text -> verdict."""
    judged: dict[str, Verdict] = {}
    for text in dict.fromkeys(texts):
        decision, ranking = searcher.judge(text[:MAX_QUERY], on)
        judged[text] = Verdict(decision, ranking[0] if ranking else "")
    return judged


def compare(
    changes: tuple[EntryChange, ...],
    asked: Sequence[Asked],
    before: Mapping[str, Verdict],
    after: Mapping[str, Verdict],
    new: Sequence[FaqEntry],
) -> Difference:
    """Put together what `verdicts` gave for both generations."""
    added = {c.id for c in changes if c.kind is Kind.ADDED}
    live = {e.id: {*e.tests, *(m.question for m in e.near_misses)} for e in new}
    failing = []
    failing_before = 0
    for one in asked:
        was = one.entry not in added and _fails(one, before[one.text])
        failing_before += was
        if one.text in live.get(one.entry, ()) and _fails(one, after[one.text]):
            failing.append(Failing(one.entry, one.text, one.source, after[one.text].first, not was))
    moved: dict[str, Moved] = {}
    for one in sorted(asked, key=lambda a: not a.owners):
        if before[one.text].gets != after[one.text].gets:
            moved.setdefault(one.text, Moved(one, before[one.text], after[one.text]))
    count = len({a.text for a in asked})
    return Difference(changes, tuple(failing), failing_before, tuple(moved.values()), count)


def _fails(asked: Asked, verdict: Verdict) -> bool:
    if asked.source is Source.TEST:
        return verdict.first != asked.entry
    return asked.source is Source.NEAR_MISS and verdict.first == asked.entry
