"""Read-only check of a generation before it may go live. Says what is wrong; changes nothing.

Errors stop a promotion, warnings don't. Findings name entries, never text of answers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from faq_index.entries import Severity
from faq_index.evaluate import Labelled, measure, run
from faq_index.searcher import FaqSearcher

SELF_FOUND = 0.97  # share of entries whose own question ranks them first
TESTS_FLOOR = (
    0.75  # share of the entries' own tests that rank them first; they are written to be hard, today 0.79 pass
)
EVAL_FLOOR = 0.80
MAX_NAMED = 5


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
) -> list[GateFinding]:
    """All findings; `asked` is an evaluation set, may be empty. `quick` leaves out the entries' tests and near
    misses: a saved file must be live within seconds, and its editor has run `gate` before.
    """
    entries = [e for e in searcher.generation.entries if e.answers_on(on)]
    if not entries:
        return [GateFinding(Code.EMPTY, "không mục nào có hiệu lực trong ngày này.", Severity.ERROR)]
    found: list[GateFinding] = []
    lost = [e.id for e in entries if searcher.rank(e.question, on)[:1] != (e.id,)]
    if lost:
        severity = Severity.ERROR if 1 - len(lost) / len(entries) < SELF_FOUND else Severity.WARNING
        found.append(
            GateFinding(Code.SELF_LOST, f"{len(lost)} mục không tự tìm thấy mình: {_names(lost)}", severity)
        )
    if not quick:
        found += _own_tests(searcher, on)
        found += _near_misses(searcher, on)
    if asked:
        hit1 = measure(run(searcher, asked, on)).hit1
        if hit1 is not None and hit1 < EVAL_FLOOR:
            text = f"bộ đánh giá chỉ đúng {hit1:.1%} câu đầu, sàn là {EVAL_FLOOR:.0%}."
            found.append(GateFinding(Code.EVAL_LOW, text, Severity.ERROR))
    if not calibrated:
        text = (
            "ngưỡng quyết định chưa học cho mô hình này; chạy `python -m faq_index train --calibrate-only`."
        )
        found.append(GateFinding(Code.NOT_CALIBRATED, text, Severity.WARNING))
    return found


def _own_tests(searcher: FaqSearcher, on: date) -> list[GateFinding]:
    tests = [(e.id, t) for e in searcher.generation.entries if e.answers_on(on) for t in e.tests]
    lost = [entry_id for entry_id, text in tests if searcher.rank(text, on)[:1] != (entry_id,)]
    if not lost:
        return []
    share = 1 - len(lost) / len(tests)
    severity = Severity.ERROR if share < TESTS_FLOOR and len(tests) >= 20 else Severity.WARNING
    text = f"{len(lost)}/{len(tests)} câu thử không trúng mục của mình: {_names(list(dict.fromkeys(lost)))}"
    return [GateFinding(Code.TESTS_LOW, text, severity)]


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
