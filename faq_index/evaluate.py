"""Measures a searcher on labelled questions: per style and kind, with the shares that matter to citizens.

Reads the format of docs/search-quality.md. Never learns from what it measures.
"""

import hashlib
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np

from faq_index.entries import Decision, Fault
from faq_index.errors import FaqDataError
from faq_index.searcher import FaqSearcher
from faq_index.text import clean
from faq_index.yaml_nodes import read

KINDS = ("answerable", "personal", "uncovered", "offtopic")


@dataclass(frozen=True, slots=True)
class Labelled:
    """`expect`: entries that rightly answer, best first; empty where none does."""

    query: str
    expect: tuple[str, ...]
    kind: str
    style: str = "plain"


@dataclass(frozen=True, slots=True)
class Outcome:
    asked: Labelled
    ranking: tuple[str, ...]
    decision: Decision
    shown: tuple[str, ...]
    ms: float


@dataclass(frozen=True, slots=True)
class Measures:
    """Shares from 0 to 1, None where there is nothing to share. hit@1, hit@3 and MRR look at the ranking of
    answerable questions, whatever was decided.
    """

    questions: int
    hit1: float | None
    hit3: float | None
    mrr: float | None
    answered: float | None  # of answerable: answered at once
    helped: float | None  # of answerable: answered rightly, or the right entry among the buttons
    wrong_answer: float | None  # of answered answerable: a wrong entry
    false_answer: float | None  # of questions without an entry: answered
    missed: float | None  # of answerable: neither answered nor asked back
    person_offered: float | None  # of personal: a person offered at once (needs_person or abstain)
    ms_p50: float
    ms_p95: float


class Half(StrEnum):
    """What may be looked at while improving the search, and what only says whether that was luck."""

    TUNING = "tuning"
    HOLD_OUT = "hold_out"


def half_of(query: str) -> Half:
    """Frozen: follows the question alone, so that adding, moving or removing others never changes its side."""
    even = hashlib.sha256(clean(query).lower().encode()).digest()[0] % 2 == 0
    return Half.TUNING if even else Half.HOLD_OUT


def read_set(path: Path) -> tuple[Labelled, ...]:
    """Raises FaqDataError for a file of another form."""
    document = read(path)
    if document.value is None:
        raise FaqDataError(document.faults)
    rows = document.value if isinstance(document.value, list) else []
    faults = [
        Fault(
            document.file,
            document.line((i,)),
            "",
            "bad_row",
            "cần q, expect, kind; kind là " + ", ".join(KINDS) + ".",
        )
        for i, row in enumerate(rows)
        if not (isinstance(row, dict) and isinstance(row.get("q"), str) and row.get("kind") in KINDS)
    ]
    if faults or not rows:
        raise FaqDataError(
            tuple(faults) or (Fault(document.file, 1, "", "empty", "không có câu nào để đo."),)
        )
    return tuple(
        Labelled(row["q"], tuple(row.get("expect") or ()), row["kind"], str(row.get("style") or "plain"))
        for row in rows
    )


def run(searcher: FaqSearcher, asked: Sequence[Labelled], on: date) -> list[Outcome]:
    outcomes = []
    for question in asked:
        started = time.perf_counter()
        result = searcher.search(question.query, on)
        ms = (time.perf_counter() - started) * 1000
        shown = tuple(h.entry.id for h in result.hits)
        outcomes.append(Outcome(question, searcher.rank(question.query, on), result.decision, shown, ms))
    return outcomes


def measure(outcomes: Sequence[Outcome]) -> Measures:
    answerable = [o for o in outcomes if o.asked.kind == "answerable"]
    nothing = [o for o in outcomes if o.asked.kind in ("uncovered", "offtopic")]
    personal = [o for o in outcomes if o.asked.kind == "personal"]
    ranks = [_rank(o) for o in answerable]
    answered = [o for o in answerable if o.decision is Decision.ANSWER]
    times = [o.ms for o in outcomes] or [0.0]
    return Measures(
        questions=len(outcomes),
        hit1=_share([r == 1 for r in ranks]),
        hit3=_share([r is not None and r <= 3 for r in ranks]),
        mrr=_mean([1 / r if r else 0.0 for r in ranks]),
        answered=_share([o.decision is Decision.ANSWER for o in answerable]),
        helped=_share([_helped(o) for o in answerable]),
        wrong_answer=_share([o.shown[0] not in o.asked.expect for o in answered]),
        false_answer=_share([o.decision is Decision.ANSWER for o in nothing]),
        missed=_share([o.decision in (Decision.ABSTAIN, Decision.NEEDS_PERSON) for o in answerable]),
        person_offered=_share([o.decision in (Decision.ABSTAIN, Decision.NEEDS_PERSON) for o in personal]),
        ms_p50=round(float(np.percentile(times, 50)), 2),
        ms_p95=round(float(np.percentile(times, 95)), 2),
    )


def report(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """{"total": ..., "half": {name: ...}, "style": {name: ...}, "kind": {name: ...}, "mistakes": [...]}; ready for
    JSON.
    """
    halves = {h: [o for o in outcomes if half_of(o.asked.query) is h] for h in Half}
    styles = sorted({o.asked.style for o in outcomes})
    kinds = [k for k in KINDS if any(o.asked.kind == k for o in outcomes)]
    return {
        "total": asdict(measure(outcomes)),
        "half": {str(h): asdict(measure(part)) for h, part in halves.items()},
        "style": {s: asdict(measure([o for o in outcomes if o.asked.style == s])) for s in styles},
        "kind": {k: asdict(measure([o for o in outcomes if o.asked.kind == k])) for k in kinds},
        "mistakes": [_mistake(o) for o in outcomes if not _good(o)],
    }


def _rank(outcome: Outcome) -> int | None:
    places = [outcome.ranking.index(e) + 1 for e in outcome.asked.expect if e in outcome.ranking]
    return min(places) if places else None


def _helped(outcome: Outcome) -> bool:
    if outcome.decision is Decision.ANSWER:
        return outcome.shown[0] in outcome.asked.expect
    return outcome.decision is Decision.CLARIFY and any(i in outcome.asked.expect for i in outcome.shown)


def _good(outcome: Outcome) -> bool:
    if outcome.asked.kind == "answerable":
        return _helped(outcome)
    if outcome.asked.kind == "personal":
        return outcome.decision in (Decision.NEEDS_PERSON, Decision.ABSTAIN)
    return outcome.decision is not Decision.ANSWER


def _mistake(outcome: Outcome) -> dict[str, Any]:
    return {
        "query": outcome.asked.query, "kind": outcome.asked.kind, "style": outcome.asked.style,
        "expect": list(outcome.asked.expect), "decision": str(outcome.decision), "ranking": list(outcome.ranking[:4]),
    }  # fmt: skip


def _share(flags: Sequence[bool]) -> float | None:
    return _mean([float(f) for f in flags])


def _mean(values: Sequence[float]) -> float | None:
    return round(float(np.mean(values)), 4) if values else None
