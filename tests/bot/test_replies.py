"""Replies against the contract's samples, and rule 14: no number, amount or link but the entry's and the allowed ones."""

import json
import re

import pytest
from ruamel.yaml import YAML

from bot import memory, replies, texts_vi
from bot.memory import Memory
from bot.replies import Outcome
from tests.bot.processes import ROOT
from tests.bot.standins import sample

ALLOWED = {"1900.9068", "113", "114", "115"}


def sent(reply):
    """A reply as the REST channel shows it, in the sample's form."""
    said = [
        {"recipient_id": "b-5f0c6a7e", "text": item.text, "buttons": list(item.buttons)}
        for item in reply.said
    ]
    return [*said, {"recipient_id": "b-5f0c6a7e", "custom": reply.custom()}]


def plain(value):
    return json.loads(json.dumps(value))


def test_an_answer_is_the_contracts():
    result = sample("search_answer")
    entry = result["hits"][0]
    outcome = Outcome(
        "answered", entry["id"], ({"id": entry["id"], "score": 0.93},), result["generation"], result["ms"]
    )
    assert plain(sent(replies.answered(entry, outcome, in_form=False))) == sample("rasa_reply_answer")


def test_a_clarification_is_the_contracts():
    result = sample("search_clarify")
    reply = replies.clarified(result["hits"], replies.outcome_of(result, "clarified"))
    assert plain(sent(reply)) == sample("rasa_reply_clarify")


def test_an_opened_ticket_is_the_contracts():
    told = plain(sent(replies.opened(sample("bot_opened_ticket"))))
    wanted = sample("rasa_reply_ticket")
    assert told[0]["text"].startswith(wanted[0]["text"])
    assert told[1] == wanted[1]


def test_every_outcome_is_one_of_the_contracts():
    spoken = "\n".join(path.read_text() for path in (ROOT / "bot").rglob("*.py"))
    used = set(re.findall(r'(?:Outcome\(|outcome_of\(result, )"(\w+)"', spoken))
    assert used == {"answered", "clarified", "abstained", "needs_person", "handed_over", "error_search"}


def test_at_most_four_candidates():
    hits = [{"id": f"e-{n}", "question": f"Câu {n}?", "score": 0.1} for n in range(6)]
    (said,) = replies.clarified(hits, Outcome("clarified")).said
    assert len(said.buttons) == replies.CHOICES + 1


def test_a_quote_hides_long_numbers_but_the_hotline():
    assert replies.quote("gọi 19001234 hay 1900.9068, mã 79 1234 5678") == "gọi ••• hay 1900.9068, mã •••"
    assert len(replies.quote("a" * 999)) == replies.QUOTE_LIMIT + 1


def canned():
    texts = {
        name: value for name, value in vars(texts_vi).items() if name.isupper() and name != "CONSENT_VERSION"
    }
    domain = YAML(typ="safe").load(ROOT / "bot" / "domain.yml")
    texts.update({name: item["text"] for name, found in domain["responses"].items() for item in found})
    return sorted(texts.items())


@pytest.mark.parametrize(("name", "text"), canned())
def test_canned_texts_show_nothing_that_is_not_allowed(name, text):
    numbers = set(re.findall(r"\d[\d.]*\d|\d", text)) - ALLOWED
    assert numbers <= ({"10"} if name == "BAD_CONTACT" else set()), "only how many digits a number has"
    assert not re.search(r"https?://|www\.|\.vn\b", text)


@pytest.mark.parametrize(("name", "text"), canned())
def test_every_canned_text_is_used(name, text):
    spoken = "\n".join(path.read_text() for path in (ROOT / "bot").rglob("*.py")) + (
        ROOT / "bot" / "data" / "rules.yml"
    ).read_text(encoding="utf-8")
    uses = len(re.findall(rf"\b{name}\b", spoken))
    assert uses >= (1 if name.startswith("utter_") else 2) or name == "utter_restart"


def test_memory_survives_its_slot():
    was = Memory(misses=1, question="q", offered=("a", "b"), expecting="ticket", correcting=True)
    assert memory.from_slot(plain(was.to_slot())) == was
    assert memory.from_slot(None) == Memory()
    assert memory.from_slot({"of_an_older_version": 1, "misses": 2}) == Memory(misses=2)
    assert Memory().to_slot() == {}


def test_samples_exist():
    assert {path.stem for path in (ROOT / "tests" / "contract").glob("rasa_*.json")} >= {
        "rasa_request", "rasa_reply_answer", "rasa_reply_clarify", "rasa_reply_ticket",
    }  # fmt: skip
