"""The measures, against numbers worked out by hand."""

import pytest

from faq_index.entries import Decision
from faq_index.evaluate import Labelled, Outcome, measure, report

A, C, N, P = Decision.ANSWER, Decision.CLARIFY, Decision.ABSTAIN, Decision.NEEDS_PERSON


def outcome(expect, kind, ranking, decision, shown, style="plain", ms=1.0):
    return Outcome(Labelled("câu", tuple(expect), kind, style), tuple(ranking), decision, tuple(shown), ms)


ANSWERABLE = [
    outcome("a", "answerable", "abc", A, "a", "short", ms=1),  # rank 1, answered rightly
    outcome("b", "answerable", "abc", A, "a", ms=2),  # rank 2, answered wrongly
    outcome("c", "answerable", "abcd", C, "abc", ms=3),  # rank 3, right one among the buttons
    outcome("d", "answerable", "abcd", C, "ab", ms=4),  # rank 4, buttons without the right one
    outcome("x", "answerable", "abcd", N, "", ms=5),  # never found, abstained
    outcome("ab", "answerable", "bac", A, "b", ms=6),  # two are right; rank 1
    outcome("a", "answerable", "ab", P, "a", ms=7),  # rank 1, but sent to a person
    outcome("b", "answerable", "ab", A, "b", ms=8),  # rank 2 in the plain ranking, answered rightly
]
OTHERS = [
    outcome("", "personal", "ab", P, "a", ms=9),
    outcome("", "personal", "ab", A, "a", ms=10),
    outcome("", "uncovered", "ab", A, "a", ms=11),
    outcome("", "uncovered", "ab", N, "", ms=12),
    outcome("", "offtopic", "ab", C, "ab", ms=13),
    outcome("", "offtopic", "", N, "", ms=14),
]


def test_shares_of_answerable_questions():
    found = measure(ANSWERABLE)
    assert found.questions == 8
    assert found.hit1 == pytest.approx(3 / 8)
    assert found.hit3 == pytest.approx(6 / 8)
    assert found.mrr == pytest.approx((1 + 1 / 2 + 1 / 3 + 1 / 4 + 0 + 1 + 1 + 1 / 2) / 8, abs=1e-4)
    assert found.answered == pytest.approx(4 / 8)
    assert found.helped == pytest.approx(4 / 8)
    assert found.wrong_answer == pytest.approx(1 / 4)  # of the four that were answered
    assert found.missed == pytest.approx(2 / 8)
    assert found.false_answer is None
    assert found.person_offered is None


def test_shares_of_the_others():
    found = measure(OTHERS)
    assert found.false_answer == pytest.approx(1 / 4)  # personal cases have a share of their own
    assert found.person_offered == pytest.approx(1 / 2)
    assert (found.hit1, found.mrr, found.answered, found.wrong_answer, found.missed) == (None,) * 5


def test_other_kinds_do_not_move_the_shares_of_answerable_ones():
    alone, together = measure(ANSWERABLE), measure([*ANSWERABLE, *OTHERS])
    for name in ("hit1", "hit3", "mrr", "answered", "helped", "wrong_answer", "missed"):
        assert getattr(together, name) == getattr(alone, name)


def test_times():
    found = measure([*ANSWERABLE, *OTHERS])  # 1 to 14 ms
    assert found.ms_p50 == pytest.approx(7.5)
    assert found.ms_p95 == pytest.approx(13.35)


def test_nothing_measured():
    found = measure([])
    assert found.questions == 0
    assert found.hit1 is None
    assert found.ms_p95 == 0


def test_the_report_splits_by_style_and_kind_and_names_the_mistakes():
    found = report([*ANSWERABLE, *OTHERS])
    assert {k: v["questions"] for k, v in found["kind"].items()} == {
        "answerable": 8, "personal": 2, "uncovered": 2, "offtopic": 2,
    }  # fmt: skip
    assert {k: v["questions"] for k, v in found["style"].items()} == {"plain": 13, "short": 1}
    assert found["style"]["short"]["hit1"] == 1
    assert [v["questions"] for v in found["half"].values()].count(0) == 1  # all ask "câu", which has one side
    assert sum(v["questions"] for v in found["half"].values()) == 14
    kinds = [m["kind"] for m in found["mistakes"]]
    assert (kinds.count("answerable"), kinds.count("personal"), kinds.count("uncovered"), len(kinds)) == (
        4,
        1,
        1,
        6,
    )
