"""Texts that are no questions, vectors that are no numbers: a decision or a clear error, after a bounded amount of work.

Work is counted, not timed: a slow machine proves nothing. benchmarks/search_speed.py tells the time of the worst.
"""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from faq_index.build import build
from faq_index.embedder import HashEmbedder
from faq_index.entries import Decision
from faq_index.errors import BadQueryError, IndexCorruptError
from faq_index.features import feature_counts
from faq_index.searcher import MAX_QUERY, MAX_SENTENCES, FaqSearcher
from faq_index.source import load_faq
from faq_index.text import MAX_SYLLABLE, MAX_TOKENS, normalise, tokens

from .conftest import DAY, Desk
from .strange_texts import ACCEPTED, LONGEST, NOTHING_TO_READ, OTHER_TEXTS, TOO_LONG

# Of one word: six names, and its 2-5 letters with a space on either side.
FEATURES_OF_A_WORD = 6 + sum(MAX_SYLLABLE + 2 - n + 1 for n in (2, 3, 4, 5))


class CountingEmbedder(HashEmbedder):
    """The twin, keeping what it was asked to encode."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def encode(self, texts):
        self.seen += texts
        return super().encode(texts)


class WildEmbedder(HashEmbedder):
    """The twin with a broken number in every vector, as a damaged or overflowing model gives."""

    def __init__(self, number: float) -> None:
        super().__init__()
        self._number = number

    def encode(self, texts):
        vectors = super().encode(texts)
        vectors[:, 3] = self._number
        return vectors


@pytest.fixture
def counted(generation, models):
    embedder = CountingEmbedder()
    return FaqSearcher(generation, replace(models, embedder=embedder)), embedder


@pytest.mark.parametrize("name", TOO_LONG)
def test_what_is_too_long_is_refused_before_any_work(counted, name):
    searcher, embedder = counted
    with pytest.raises(BadQueryError, match=str(MAX_QUERY)):
        searcher.search(TOO_LONG[name], DAY)
    assert embedder.seen == []


@pytest.mark.parametrize("name", ACCEPTED)
def test_a_decision_after_bounded_work(counted, name):
    searcher, embedder = counted
    result = searcher.search(ACCEPTED[name], DAY)
    assert result.decision in Decision
    assert all(0 <= h.score <= 1 for h in result.hits)
    assert len(embedder.seen) <= 1 + MAX_SENTENCES
    for text in embedder.seen:
        assert len(text.split()) <= MAX_TOKENS
        assert max(map(len, text.split()), default=0) <= MAX_SYLLABLE
        assert feature_counts(text).total() <= MAX_TOKENS * FEATURES_OF_A_WORD


# A megabyte of marks is left out: putting them in order takes minutes in Python's own NFC, and only files can hold it.
@pytest.mark.parametrize("name", sorted({*TOO_LONG, *LONGEST} - {"a megabyte of marks"}))
def test_the_work_is_bounded_even_where_no_length_is_checked(counted, name):
    """The gate and evaluation rank whatever stands in a file."""
    searcher, embedder = counted
    text = {**TOO_LONG, **LONGEST}[name]
    assert len(tokens(text)) <= MAX_TOKENS
    searcher.rank(text, DAY)
    assert len(embedder.seen) <= 1 + MAX_SENTENCES
    assert all(len(seen.split()) <= MAX_TOKENS for seen in embedder.seen)


def test_the_bounds_are_reached():
    """Else the bounds above would hold for no reason."""
    assert len(tokens(LONGEST["one-letter words"])) == MAX_TOKENS
    assert len(normalise(TOO_LONG["ten thousand syllables in one word"])) == MAX_SYLLABLE
    assert len(normalise(LONGEST["one word of many parts"]).split()) == 1


@pytest.mark.parametrize("name", NOTHING_TO_READ)
def test_nothing_to_read_is_said_to_be_so(searcher, name):
    result = searcher.search(NOTHING_TO_READ[name], DAY)
    assert (result.decision, result.reason, result.hits) == (Decision.ABSTAIN, "no_words", ())


@pytest.mark.parametrize("name", OTHER_TEXTS)
def test_no_answer_to_what_is_no_question(searcher, name):
    assert searcher.search(OTHER_TEXTS[name], DAY).decision is not Decision.ANSWER


def test_signs_that_nobody_sees_change_no_decision(searcher):
    clear = searcher.search("quên mật khẩu vssid", DAY)
    for dirty in (
        "quên\u0000 mật\u200b khẩu vssid",
        "\u202equên mật khẩu vssid\ud800",
        "quên mật khẩu 🙂 vssid",
    ):
        found = searcher.search(dirty, DAY)
        assert found.decision is clear.decision
        assert [(h.entry.id, h.score) for h in found.hits] == [(h.entry.id, h.score) for h in clear.hits]


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.text(alphabet=st.characters(), min_size=1, max_size=300))
def test_any_text_gets_a_decision_or_is_called_empty(searcher, text):
    try:
        result = searcher.search(text, DAY)
    except BadQueryError:
        assert not text.strip()
    else:
        assert all(0 <= h.score <= 1 for h in result.hits)


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
def test_an_index_of_broken_numbers_is_not_built(desk: Desk, number):
    with pytest.raises(IndexCorruptError, match="mô hình"):
        build(load_faq(desk.files, DAY), WildEmbedder(number))


@pytest.mark.filterwarnings("ignore:invalid value encountered:RuntimeWarning")
@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
def test_a_query_of_broken_numbers_is_abstained(generation, models, number):
    """What a model that breaks while serving must never do is answer with confidence."""
    searcher = FaqSearcher(generation, replace(models, embedder=WildEmbedder(number)))
    result = searcher.search("quên mật khẩu vssid", DAY)
    assert (result.decision, result.hits) == (Decision.ABSTAIN, ())
