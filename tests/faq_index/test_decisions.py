"""Every decision as the contract shows it, over the small FAQ; the points are moved to bring each about."""

import json
from dataclasses import replace
from datetime import date

import pytest

from faq_index.decide import Thresholds
from faq_index.entries import Decision
from faq_index.lexical import Postings
from faq_index.schemas import search_out
from faq_index.searcher import FaqSearcher

from .conftest import DAY, ROOT, same_shape

EAGER = Thresholds(answer=1e-9, clarify=0.0, button=0.0, personal=1.1)
ASKING = Thresholds(answer=1.1, clarify=0.0, button=0.0, personal=1.1)
SHY = Thresholds(answer=1.1, clarify=1.1, button=1.1, personal=1.1)
CARING = Thresholds(answer=1e-9, clarify=0.0, button=0.0, personal=0.0)


def with_points(generation, models, points):
    return FaqSearcher(generation, replace(models, decision=replace(models.decision, thresholds=points)))


@pytest.mark.parametrize(
    ("points", "query", "decision", "reason", "hits"),
    [
        (EAGER, "quen mat khau vssid", "answer", "top_probability", range(1, 6)),
        (EAGER, "mất thẻ bảo hiểm y tế", "needs_person", "entry_needs_person", range(1, 5)),
        (ASKING, "mật khẩu vssid", "clarify", "close_candidates", range(2, 5)),
        (SHY, "quen mat khau vssid", "abstain", "no_candidate", range(1)),
        (CARING, "quen mat khau vssid", "needs_person", "personal_case", range(1, 5)),
    ],
)
def test_each_decision_has_the_shape_of_its_sample(generation, models, points, query, decision, reason, hits):
    searcher = with_points(generation, models, points)
    result = searcher.search(query, DAY)
    body = json.loads(search_out(result, searcher).model_dump_json())
    assert (body["decision"], body["reason"]) == (decision, reason)
    assert len(body["hits"]) in hits
    same_shape(
        body, json.loads((ROOT / f"tests/contract/search_{decision}.json").read_text(encoding="utf-8"))
    )
    scores = [h["score"] for h in body["hits"]]
    assert scores == sorted(scores, reverse=True)
    assert body["generation"] == generation.id


def test_a_question_back_never_has_one_button_even_where_one_entry_holds_all(generation, models):
    result = with_points(generation, models, ASKING).search(
        "quên mật khẩu vssid thì lấy lại bằng cách nào vậy", DAY
    )
    assert result.decision is Decision.CLARIFY
    assert len(result.hits) >= 2


@pytest.mark.parametrize("points", [SHY, ASKING, CARING])
def test_a_question_of_the_editors_is_answered_whatever_was_learned(generation, models, points):
    searcher = with_points(generation, models, points)
    for entry in generation.entries:
        if not entry.answers_on(DAY):
            continue
        for question in (entry.question, *entry.alternates):
            result = searcher.search(question, DAY)
            assert result.hits[0].entry.id == entry.id
            assert result.decision in (Decision.ANSWER, Decision.NEEDS_PERSON)
            assert result.reason in ("top_probability", "entry_needs_person")


def test_a_question_that_two_entries_have_is_left_to_what_was_learned(generation, models):
    twice = generation.nearest.matrix().tolil()
    second = int((generation.owners == 0).sum())  # the first question of the second entry
    twice[:, 0] = twice[:, second]
    doubled = replace(generation, nearest=Postings(twice.tocsr()))
    result = with_points(doubled, models, SHY).search(generation.entries[1].question, DAY)
    assert result.decision is Decision.ABSTAIN


@pytest.mark.parametrize("points", [EAGER, ASKING, CARING])
@pytest.mark.parametrize("day", [date(2025, 12, 31), date(2027, 1, 1)])
def test_an_entry_out_of_date_is_shown_by_no_decision(generation, models, points, day):
    result = with_points(generation, models, points).search("lương hưu trả ngày mấy", day)
    assert "luong-huu-ngay-tra" not in {h.entry.id for h in result.hits}


@pytest.mark.parametrize("points", [EAGER, ASKING, CARING, SHY])
def test_no_words_abstain_whatever_the_points(generation, models, points):
    for query in ("🙂🙂", "\u0301\u0309", "?!", "\u200b\u202e", "\x00"):
        result = with_points(generation, models, points).search(query, DAY)
        assert (result.decision, result.reason, result.hits) == (Decision.ABSTAIN, "no_words", ())


def test_with_every_entry_out_of_date_nothing_is_answered(generation, models):
    dead = replace(
        generation, entries=tuple(replace(e, effective_to=date(2020, 1, 1)) for e in generation.entries)
    )
    for points in (EAGER, ASKING, CARING):
        result = with_points(dead, models, points).search("quên mật khẩu vssid", DAY)
        assert result.decision in (Decision.ABSTAIN, Decision.NEEDS_PERSON)
        assert result.hits == ()


def test_learned_points_answer_ask_and_refuse(searcher):
    """What the small FAQ's own calibration makes of plain questions."""
    assert searcher.search("quên mật khẩu vssid", DAY).hits[0].entry.id == "quen-mat-khau"
    assert searcher.search("quên mật khẩu vssid", DAY).decision is Decision.ANSWER
    assert searcher.search("làm mất thẻ bhyt rồi", DAY).decision is Decision.NEEDS_PERSON
    assert searcher.search("lịch bóng đá tối nay", DAY).decision is Decision.ABSTAIN
    assert searcher.search("kiểm tra giúp em hồ sơ nộp hôm 12/5", DAY).reason == "personal_case"
