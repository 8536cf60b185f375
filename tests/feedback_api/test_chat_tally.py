"""The judge of the load benchmark can fail: what is lost, doubled, misplaced or left unanswered is counted."""

from __future__ import annotations

import importlib.util
import sys

import pytest

from .conftest import ROOT

LINES = ["một", "hai", "ba"]


@pytest.fixture(scope="module")
def tallies():
    spec = importlib.util.spec_from_file_location("chat_tally", ROOT / "benchmarks" / "chat_tally.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["chat_tally"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["chat_tally"]


def talk(*lines):
    """ "c:words" is said by the citizen, "b" by the bot."""
    return [("citizen", line[2:]) if line.startswith("c:") else ("bot", "?") for line in lines]


@pytest.mark.parametrize(
    ("said", "lost", "doubled", "misplaced"),
    [
        (talk("c:một", "b", "c:hai", "b", "b", "c:ba", "b"), 0, 0, 0),
        (talk("c:một", "b", "c:ba", "b"), 1, 0, 1),
        (talk("c:một", "b", "c:hai", "c:ba", "b"), 1, 0, 0),  # two was not answered
        (talk("c:một", "b", "c:hai", "b", "c:ba"), 1, 0, 0),
        (talk("c:một", "b", "c:hai", "b", "c:hai", "b", "c:ba", "b"), 0, 1, 0),
        (talk("c:hai", "b", "c:một", "b", "c:ba", "b"), 0, 0, 2),
        ([], 3, 0, 0),
    ],
)
def test_with_the_real_bot(tallies, said, lost, doubled, misplaced):
    tally = tallies.Tally()
    tallies.judge_real(said, LINES, tally)
    assert (tally.lost, tally.doubled, tally.misplaced) == (lost, doubled, misplaced)
    assert tally.wrong == lost + doubled + misplaced


def test_with_the_stand_in(tallies):
    tally = tallies.Tally()
    tallies.judge(["một", "Trả lời: một", "hai", "Trả lời: hai"], LINES[:2], tally)
    assert tally.wrong == 0
    tallies.judge(["một", "Trả lời: một", "hai", "hai"], LINES[:2], tally)
    assert (tally.lost, tally.doubled) == (1, 1)
