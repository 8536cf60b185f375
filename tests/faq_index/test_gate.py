"""What the gate lets through, warns of and stops."""

from dataclasses import replace

import numpy as np

from faq_index.entries import NearMiss, Severity
from faq_index.evaluate import Labelled
from faq_index.gate import Code, check
from faq_index.generation import Generation
from faq_index.searcher import FaqSearcher

from .conftest import DAY


def codes(findings, severity):
    return {f.code for f in findings if f.severity is severity}


def changed(generation: Generation, entry_id: str, **fields) -> Generation:
    entries = tuple(replace(e, **fields) if e.id == entry_id else e for e in generation.entries)
    return replace(generation, entries=entries)


def test_a_sound_generation_has_no_error(searcher):
    assert codes(check(searcher, DAY), Severity.ERROR) == set()


def test_a_ranker_that_gives_every_question_the_same_entry_is_stopped(generation, models):
    """The scores are kept, but all point at one entry: what a wrong order of columns would do."""
    blind = replace(
        generation,
        owners=np.zeros_like(generation.owners),
        per_entry=type(generation.per_entry)(np.zeros_like(generation.owners), len(generation.entries)),
        intercepts=np.array([50, -50, -50, -50], np.float32),
    )
    found = check(FaqSearcher(blind, models), DAY)
    assert Code.SELF_LOST in codes(found, Severity.ERROR)
    message = next(f.message for f in found if f.code is Code.SELF_LOST)
    assert "3 mục" in message
    assert "luong-huu-ngay-tra" in message


def test_tests_that_miss_their_entry_are_told_and_stop_from_twenty_on(generation, models):
    wrong = ("mất thẻ bảo hiểm y tế", "xin cấp lại thẻ y tế", "lương hưu trả ngày mấy", "ngày lĩnh lương hưu")
    few = check(FaqSearcher(changed(generation, "quen-mat-khau", tests=wrong), models), DAY)
    assert Code.TESTS_LOW in codes(few, Severity.WARNING)
    many = check(FaqSearcher(changed(generation, "quen-mat-khau", tests=wrong * 4), models), DAY)
    assert Code.TESTS_LOW in codes(many, Severity.ERROR)
    assert Code.TESTS_LOW not in codes(
        check(FaqSearcher(generation, models), DAY, quick=True), Severity.WARNING
    )


def test_a_near_miss_that_hits_is_told(generation, models):
    misses = (NearMiss("quên mật khẩu vssid", "doi-mat-khau"),)
    found = check(FaqSearcher(changed(generation, "quen-mat-khau", near_misses=misses), models), DAY)
    assert Code.NEAR_MISS in codes(found, Severity.WARNING)
    assert codes(found, Severity.ERROR) == set()


def test_the_evaluation_floor_looks_at_answerable_questions_only(searcher):
    nothing = (Labelled("giá vàng", (), "offtopic"), Labelled("hồ sơ của tôi đâu", (), "personal"))
    assert Code.EVAL_LOW not in codes(check(searcher, DAY, nothing), Severity.ERROR)
    wrong = (*nothing, Labelled("quên mật khẩu vssid", ("mat-the-bhyt",), "answerable"))
    assert Code.EVAL_LOW in codes(check(searcher, DAY, wrong), Severity.ERROR)


def test_findings_never_hold_answers(generation, models):
    blind = replace(generation, entries=generation.entries[::-1])
    for finding in check(FaqSearcher(blind, models), DAY):
        assert not any(e.answer[:20] in finding.message for e in generation.entries)
