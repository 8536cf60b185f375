"""Learning the decision model: repeatable, tied to its encoder, refused on broken input."""

import json

import pytest

from faq_index.__main__ import main
from faq_index.decide import load_decision
from faq_index.embedder import HashEmbedder
from faq_index.errors import FaqDataError
from faq_index.searcher import FaqSearcher, load_models
from faq_index.training.command import read_kinds

from .conftest import DAY, HERE


def test_what_is_learned_is_for_its_encoder_and_any_other_gets_the_lexical_one(learned):
    assert not load_decision(learned / "decision.json", "hash-256").lexical_only
    assert load_decision(learned / "decision.json", "another").lexical_only


def test_learning_again_decides_the_same(learned, desk, generation, searcher, monkeypatch):
    """Not the same to the last digit: sums of floats differ by where numbers lie in memory."""
    for name in ("decision.json", "kinds.json"):
        (desk.folder / name).unlink()
    for name, value in {**desk.environment(), "FAQ_KINDS_TRAINING": str(HERE / "kinds_small.yml")}.items():
        monkeypatch.setenv(name, value)
    assert main(["train", "--calibrate-only", "--on", "2026-11-24"]) == 0
    models = load_models(HashEmbedder(), desk.folder / "decision.json", desk.folder / "kinds.json")
    again = FaqSearcher(generation, models)
    asked = [t for e in generation.entries for t in e.tests] + [
        "giá vàng",
        "kiểm tra hồ sơ của tôi",
        "xin chào",
    ]
    for query in asked:
        first, second = searcher.search(query, DAY), again.search(query, DAY)
        assert (second.decision, second.reason) == (first.decision, first.reason), query
        assert second.hits[:1] == () or second.hits[0].entry == first.hits[0].entry
    trained = [
        json.loads((folder / "decision.json").read_text(encoding="utf-8"))["trained_on"]
        for folder in (learned, desk.folder)
    ]
    assert trained[0] == trained[1]


@pytest.mark.parametrize(
    "content", ["", "- a\n", "personal: [a]\n", "personal: [a]\nuncovered: [b]\nofftopic: [c\n"]
)
def test_broken_questions_to_learn_from(tmp_path, content):
    path = tmp_path / "kinds.yml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(FaqDataError):
        read_kinds(path)
