"""Searcher, decisions and evaluation over the small FAQ."""

import json
import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from faq_index.decide import LEXICAL_ONLY, Ranked, Thresholds, decide, load_decision, save_decision
from faq_index.entries import Decision, NeedsPerson
from faq_index.errors import BadQueryError, FaqDataError, ModelError, RecipeMismatchError
from faq_index.evaluate import Labelled, measure, read_set, report, run
from faq_index.gate import Code, check
from faq_index.searcher import MAX_QUERY, FaqSearcher

from .conftest import DAY

POINTS = Thresholds(answer=0.7, clarify=0.4, button=0.05, personal=0.8)
NEVER = [NeedsPerson.NEVER] * 6


def ranked(*probabilities, none=None):
    values = np.array(probabilities)
    rest = 1 - values.sum() if none is None else none
    return Ranked(np.arange(len(values)), values, rest, np.zeros((len(values), 1)), np.zeros(1))


@pytest.mark.parametrize(
    ("probabilities", "personal", "decision", "reason", "shown"),
    [
        ((0.9, 0.06), 0.1, Decision.ANSWER, "top_probability", 2),
        ((0.5, 0.4), 0.1, Decision.CLARIFY, "close_candidates", 2),
        ((0.3, 0.2, 0.2, 0.2), 0.1, Decision.CLARIFY, "close_candidates", 4),
        ((0.1, 0.08), 0.1, Decision.ABSTAIN, "low_probability", 0),
        ((0.02, 0.01), 0.1, Decision.ABSTAIN, "no_candidate", 0),
        ((), 0.1, Decision.ABSTAIN, "no_candidate", 0),
        ((0.9, 0.06), 0.9, Decision.NEEDS_PERSON, "personal_case", 2),
        ((0.02, 0.01), 0.9, Decision.NEEDS_PERSON, "personal_case", 0),
    ],
)
def test_decide(probabilities, personal, decision, reason, shown):
    assert decide(ranked(*probabilities), personal, POINTS, NEVER) == (decision, reason, shown)


def test_an_entry_that_always_needs_a_person():
    needs = [NeedsPerson.ALWAYS, NeedsPerson.NEVER]
    assert decide(ranked(0.9, 0.01), 0.1, POINTS, needs) == (Decision.NEEDS_PERSON, "entry_needs_person", 1)


def test_one_candidate_alone_is_no_choice():
    assert decide(ranked(0.5), 0.1, POINTS, NEVER)[0] is Decision.ABSTAIN


def test_decision_model_round_trip_and_choice_by_encoder(learned, tmp_path):
    stored = load_decision(learned / "decision.json", "never-seen")
    assert stored.lexical_only
    path = tmp_path / "decision.json"
    save_decision(path, {"mine": replace(stored, lexical_only=False), LEXICAL_ONLY: stored}, {})
    assert not load_decision(path, "mine").lexical_only
    assert load_decision(path, "other").lexical_only


@pytest.mark.parametrize("harm", ["", "[]", "{}", '{"recipe": "other"}'])
def test_damaged_decision_model(tmp_path, harm):
    path = tmp_path / "decision.json"
    path.write_text(harm)
    with pytest.raises(ModelError):
        load_decision(path, "x")


def test_decision_model_with_other_features(learned, tmp_path):
    stored = json.loads((learned / "decision.json").read_text(encoding="utf-8"))
    stored["query_features"] = ["one"]
    path = tmp_path / "decision.json"
    path.write_text(json.dumps(stored))
    with pytest.raises(ModelError, match="calibrate-only"):
        load_decision(path, "x")


@pytest.mark.parametrize(
    ("query", "entry_id"),
    [
        ("quen mat khau vssid", "quen-mat-khau"),
        ("quên mk vssid ad ơi", "quen-mat-khau"),
        ("đổi mật khẩu vssid", "doi-mat-khau"),
        ("bao gio nhan luong huu", "luong-huu-ngay-tra"),
        ("maatj khaaur vssid queen roofi", "quen-mat-khau"),
        ("Chào anh chị. Tôi năm nay 70 tuổi, nhà ở xa. Lương hưu trả ngày mấy vậy?", "luong-huu-ngay-tra"),
    ],
)
def test_the_right_entry_comes_first(searcher, query, entry_id):
    assert searcher.rank(query, DAY)[0] == entry_id


def test_expired_and_future_entries_never_answer(searcher):
    for day in (date(2025, 12, 31), date(2027, 1, 1)):
        assert "luong-huu-ngay-tra" not in searcher.rank("lương hưu trả ngày mấy", day)
        hits = searcher.search("lương hưu trả ngày mấy", day).hits
        assert all(h.entry.id != "luong-huu-ngay-tra" for h in hits)
    assert searcher.rank("lương hưu trả ngày mấy", date(2026, 12, 31))[0] == "luong-huu-ngay-tra"


def test_only_keeps_to_a_group(searcher):
    result = searcher.search("quên mật khẩu", DAY, only=frozenset({"mat-the-bhyt", "doi-mat-khau"}))
    assert {h.entry.id for h in result.hits} <= {"mat-the-bhyt", "doi-mat-khau"}


def test_limit_and_order(searcher):
    result = searcher.search("mật khẩu vssid", DAY, limit=1)
    assert len(result.hits) <= 1
    scores = [h.score for h in searcher.search("mật khẩu vssid", DAY).hits]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= s <= 1 for s in scores)


def test_explain_names_every_part(searcher):
    result = searcher.search("quên mật khẩu vssid", DAY, explain=True)
    assert {"coverage", "p_none", "p_personal"} <= result.features.keys()
    assert "lexical" in result.hits[0].parts


@pytest.mark.parametrize("query", ["", " \n\t", "x" * (MAX_QUERY + 1)])
def test_bad_queries(searcher, query):
    with pytest.raises(BadQueryError):
        searcher.search(query, DAY)


def test_another_encoder_is_refused(generation, models):
    with pytest.raises(RecipeMismatchError):
        FaqSearcher(replace(generation, encoder="other"), models)


def test_many_threads_give_the_same_answer(searcher):
    queries = ["quên mật khẩu", "lương hưu", "mất thẻ"] * 20
    alone = [searcher.rank(q, DAY) for q in queries]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda q: searcher.rank(q, DAY), queries)) == alone


ASKED = (
    Labelled("quen mat khau vssid", ("quen-mat-khau",), "answerable", "nodiacritics"),
    Labelled("lương hưu trả ngày mấy", ("luong-huu-ngay-tra",), "answerable"),
    Labelled("giá vàng hôm nay", (), "offtopic"),
    Labelled("kiểm tra giúp hồ sơ của tôi nộp hôm 3/9", (), "personal"),
)


def test_evaluate_counts(searcher):
    found = report(run(searcher, ASKED, DAY))
    assert found["total"]["questions"] == 4
    assert found["total"]["hit1"] == 1
    assert found["style"]["nodiacritics"]["questions"] == 1
    assert found["kind"]["offtopic"]["false_answer"] == 0
    assert found["kind"]["offtopic"]["hit1"] is None
    json.dumps(found)


def test_evaluate_notices_a_broken_ranker(searcher, generation, models):
    shuffled = list(generation.entries)
    random.Random(1).shuffle(shuffled)
    assert shuffled != list(generation.entries)
    broken = FaqSearcher(replace(generation, entries=tuple(shuffled)), models)
    assert measure(run(broken, ASKED, DAY)).hit1 < measure(run(searcher, ASKED, DAY)).hit1


@pytest.mark.parametrize(
    "content", ["", "a: 1\n", "- q: x\n", "- {q: x, kind: what}\n", "- {q: [1], kind: answerable}\n", "[]\n"]
)
def test_damaged_evaluation_sets(tmp_path, content):
    path = tmp_path / "set.yml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(FaqDataError):
        read_set(path)


def test_evaluation_set_is_read(tmp_path):
    path = tmp_path / "set.yml"
    path.write_text(
        "- q: a b\n  expect:\n  - x\n  kind: answerable\n- {q: c, expect: [], kind: offtopic, style: short}\n",
        encoding="utf-8",
    )
    assert read_set(path) == (Labelled("a b", ("x",), "answerable"), Labelled("c", (), "offtopic", "short"))


def test_gate_passes_the_small_faq(searcher):
    assert [f for f in check(searcher, DAY, ASKED) if f.severity == "error"] == []


def test_gate_stops_a_broken_ranker(generation, models):
    entries = generation.entries[1:] + generation.entries[:1]
    findings = check(FaqSearcher(replace(generation, entries=entries), models), DAY, ASKED)
    assert {Code.SELF_LOST, Code.EVAL_LOW} <= {f.code for f in findings if f.severity == "error"}


def test_gate_stops_when_nothing_is_in_force(generation, models):
    dead = tuple(replace(e, effective_to=date(2020, 1, 1)) for e in generation.entries)
    findings = check(FaqSearcher(replace(generation, entries=dead), models), DAY)
    assert [f.code for f in findings] == [Code.EMPTY]


def test_gate_says_when_thresholds_belong_to_another_model(searcher):
    assert Code.NOT_CALIBRATED in {f.code for f in check(searcher, DAY, calibrated=False)}
