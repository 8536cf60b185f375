"""A build takes over what the generation before it has; the result must be the same as without."""

from dataclasses import replace

import numpy as np
import pytest

from faq_index import classifier
from faq_index.build import build, differing
from faq_index.embedder import HashEmbedder
from faq_index.source import load_faq

from .conftest import DAY


class CountingEmbedder(HashEmbedder):
    """The hashing embedder; remembers how many texts it was given."""

    def __init__(self):
        super().__init__()
        self.encoded = 0

    def encode(self, texts):
        self.encoded += len(texts)
        return super().encode(texts)


@pytest.fixture
def few(monkeypatch):
    """So few negatives that the entries of the small FAQ do not all learn from one another."""
    monkeypatch.setattr(classifier, "NEAREST", 3)


def edited(faq, number: int, **changes):
    entries = list(faq.entries)
    entries[number] = replace(entries[number], **changes)
    return replace(faq, entries=tuple(entries), digest="edited")


def same(one, other) -> None:
    assert one.questions == other.questions
    assert one.lessons == other.lessons
    assert one.vectoriser.names() == other.vectoriser.names()
    assert (one.rows != other.rows).nnz == 0
    assert (one.nearest.matrix() != other.nearest.matrix()).nnz == 0
    for text in ("quên mật khẩu", "thay mật mã khác", "lương hưu"):
        assert np.array_equal(one.vectoriser.vector(text).values, other.vectoriser.vector(text).values)
    assert np.array_equal(one.intercepts, other.intercepts)
    assert (one.classifier.matrix() != other.classifier.matrix()).nnz == 0
    assert np.array_equal(one.dense.vectors(), other.dense.vectors())


def test_a_changed_answer_learns_nothing_anew(desk, monkeypatch):
    faq, embedder = load_faq(desk.files, DAY), CountingEmbedder()
    before = build(faq, embedder)
    monkeypatch.setattr(classifier, "_learn", lambda *_: pytest.fail("learned anew"))
    embedder.encoded = 0
    after = build(edited(faq, 0, answer="Bạn gọi 1900.9068 để lấy lại mật khẩu."), embedder, previous=before)
    assert after.lessons == before.lessons
    assert embedder.encoded == len(faq.entries)  # the answers, not the questions


@pytest.mark.usefixtures("few")
def test_a_changed_question_gives_what_a_full_build_gives(desk):
    faq, embedder = load_faq(desk.files, DAY), CountingEmbedder()
    before = build(faq, embedder)
    changed = edited(faq, 1, alternates=("thay mật mã khác", *faq.entries[1].alternates[1:]))
    embedder.encoded = 0
    after = build(changed, embedder, previous=before)
    assert embedder.encoded == 1 + len(faq.entries)
    assert after.lessons != before.lessons
    same(after, build(changed, HashEmbedder()))


@pytest.mark.usefixtures("few")
def test_an_entry_added_and_one_taken_away(desk):
    faq = load_faq(desk.files, DAY)
    whole, without = faq, replace(faq, entries=faq.entries[:1] + faq.entries[2:], digest="fewer")
    same(
        build(whole, HashEmbedder(), previous=build(without, HashEmbedder())),
        build(whole, HashEmbedder()),
    )
    same(
        build(without, HashEmbedder(), previous=build(whole, HashEmbedder())),
        build(without, HashEmbedder()),
    )


def test_another_encoder_takes_over_no_meaning(desk, generation):
    stranger = replace(generation, encoder="other")
    embedder = CountingEmbedder()
    build(load_faq(desk.files, DAY), embedder, previous=stranger)
    assert embedder.encoded > len(generation.questions)


@pytest.mark.usefixtures("few")
def test_what_differs_is_what_was_edited_and_what_learned_from_it(desk):
    faq = load_faq(desk.files, DAY)
    before = build(faq, HashEmbedder())
    assert differing(before, build(faq, HashEmbedder(), previous=before)) == frozenset()
    answered = build(edited(faq, 0, answer="Bạn gọi 1900.9068."), HashEmbedder(), previous=before)
    assert differing(before, answered) == {faq.entries[0].id}
    asked = build(edited(faq, 1, alternates=("thay mật mã khác",)), HashEmbedder(), previous=before)
    assert faq.entries[1].id in differing(before, asked)
