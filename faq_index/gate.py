"""Read-only check of a generation before it may go live. Says what is wrong; changes nothing.

Errors stop a promotion, warnings don't. Findings name entries, never text of answers. Both frozen halves of what is
measured have to reach the floor: a search fitted to one of them fails by the other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from faq_index.entries import Severity
from faq_index.evaluate import Half, Labelled, half_of
from faq_index.searcher import FaqSearcher

SELF_FOUND = 0.97  # share of entries whose own question ranks them first
TESTS_FLOOR = 0.86  # share of the entries' own tests that rank them first; worded to be hard, today 0.91 pass
EVAL_FLOOR = 0.88
HALF_LEAST = 20  # questions; the halves of fewer would stop a promotion by chance
MAX_NAMED = 5
_HALVES = {Half.TUNING: "nửa để chỉnh", Half.HOLD_OUT: "nửa giữ riêng"}


class Code(StrEnum):
    EMPTY = "empty"
    SELF_LOST = "self_lost"
    TESTS_LOW = "tests_low"
    NEAR_MISS = "near_miss"
    EVAL_LOW = "eval_low"
    NOT_CALIBRATED = "not_calibrated"


@dataclass(frozen=True, slots=True)
class GateFinding:
    code: Code
    message: str
    severity: Severity


def check(
    searcher: FaqSearcher,
    on: date,
    asked: Sequence[Labelled] = (),
    *,
    calibrated: bool = True,
    quick: bool = False,
    changed: frozenset[str] | None = None,
) -> list[GateFinding]:
    """All findings; `asked` is an evaluation set, may be empty. `quick` leaves out the entries' tests and near
    misses: a saved file must be live within seconds, and its editor has run `gate` before. Of the entries' own
    questions only those of `changed` entries are asked (of all, where None): the others were before.
    """
    entries = [e for e in searcher.generation.entries if e.answers_on(on)]
    if not entries:
        return [GateFinding(Code.EMPTY, "không mục nào có hiệu lực trong ngày này.", Severity.ERROR)]
    found: list[GateFinding] = []
    new = [e for e in entries if changed is None or e.id in changed]
    lost = [e.id for e in new if searcher.rank(e.question, on)[:1] != (e.id,)]
    if lost:
        severity = Severity.ERROR if 1 - len(lost) / len(entries) < SELF_FOUND else Severity.WARNING
        found.append(
            GateFinding(Code.SELF_LOST, f"{len(lost)} mục không tự tìm thấy mình: {_names(lost)}", severity)
        )
    if not quick:
        found += _own_tests(searcher, on)
        found += _near_misses(searcher, on)
    found += _evaluation(searcher, on, asked)
    if not calibrated:
        text = (
            "ngưỡng quyết định chưa học cho mô hình này; chạy `python -m faq_index train --calibrate-only`."
        )
        found.append(GateFinding(Code.NOT_CALIBRATED, text, Severity.WARNING))
    return found


def _evaluation(searcher: FaqSearcher, on: date, asked: Sequence[Labelled]) -> list[GateFinding]:
    hits = [
        (question.query, searcher.rank(question.query, on)[:1] in [(e,) for e in question.expect])
        for question in asked
        if question.kind == "answerable"
    ]
    return [
        GateFinding(
            Code.EVAL_LOW,
            f"bộ đánh giá ({name}) chỉ đúng {share:.1%} câu đầu, sàn là {EVAL_FLOOR:.0%}.",
            Severity.ERROR,
        )
        for name, share in _shares(hits).items()
        if share < EVAL_FLOOR
    ]


def _own_tests(searcher: FaqSearcher, on: date) -> list[GateFinding]:
    tests = [(e.id, t) for e in searcher.generation.entries if e.answers_on(on) for t in e.tests]
    hits = [(text, searcher.rank(text, on)[:1] == (entry_id,)) for entry_id, text in tests]
    lost = [entry_id for (entry_id, _), (_, hit) in zip(tests, hits, strict=True) if not hit]
    if not lost:
        return []
    low = [f"{name} {share:.1%}" for name, share in _shares(hits).items() if share < TESTS_FLOOR]
    severity = Severity.ERROR if low and len(tests) >= HALF_LEAST else Severity.WARNING
    text = f"{len(lost)}/{len(tests)} câu thử không trúng mục của mình: {_names(list(dict.fromkeys(lost)))}"
    if severity is Severity.ERROR:
        text += f"; {', '.join(low)}, sàn là {TESTS_FLOOR:.0%}"
    return [GateFinding(Code.TESTS_LOW, text, severity)]


def _shares(hits: Sequence[tuple[str, bool]]) -> dict[str, float]:
    """Name of a half -> the share that hits; one name for all where a half has too few. `hits`: (question, hit)."""
    if not hits:
        return {}
    halves = {half: [hit for query, hit in hits if half_of(query) is half] for half in Half}
    if min(len(part) for part in halves.values()) < HALF_LEAST:
        return {"toàn bộ": sum(hit for _, hit in hits) / len(hits)}
    return {_HALVES[half]: sum(part) / len(part) for half, part in halves.items()}


def _near_misses(searcher: FaqSearcher, on: date) -> list[GateFinding]:
    hit = [
        e.id
        for e in searcher.generation.entries
        if e.answers_on(on)
        for miss in e.near_misses
        if searcher.rank(miss.question, on)[:1] == (e.id,)
    ]
    if not hit:
        return []
    text = f"{len(hit)} câu gần giống trúng nhầm mục: {_names(list(dict.fromkeys(hit)))}"
    return [GateFinding(Code.NEAR_MISS, text, Severity.WARNING)]


def _names(ids: Sequence[str]) -> str:
    more = f" và {len(ids) - MAX_NAMED} mục khác" if len(ids) > MAX_NAMED else ""
    return ", ".join(ids[:MAX_NAMED]) + more
