"""What runs inside Rasa: tokens, intents, the tracker store and the faster check of action results."""

import asyncio
import pickle

import jsonschema
import numpy as np
import pytest
from ruamel.yaml import YAML

from bot import nlu_report, sample_questions
from bot.components.intent_model import IntentModel
from tests.bot.processes import ROOT

# ruff: noqa: PLC0415 - Rasa takes seconds to import: only the tests that need it shall pay


def test_tokens_carry_words_and_folded_syllables():
    from bot.components.vi_tokenizer import tokens_of

    tokens = tokens_of("Quên mật khẩu VssID")
    assert "mật_khẩu" in [token.text for token in tokens]
    assert " ".join(token.lemma for token in tokens) == "quen mat khau vssid"


def test_with_and_without_diacritics_the_folded_side_is_the_same():
    _, with_signs = nlu_report.pair_of("Cho tôi gặp cán bộ")
    _, without = nlu_report.pair_of("cho toi gap can bo")
    assert with_signs == without


@pytest.mark.parametrize("text", ["", "👍", "\x00", "<script>", "a" * 5000, "mật khẩu " * 900])
def test_any_text_has_tokens_in_order(text):
    from bot.components.vi_tokenizer import tokens_of

    tokens = tokens_of(text)
    assert tokens
    assert len(" ".join(token.text for token in tokens)) < 600
    assert all(token.end > token.start for token in tokens)


@pytest.fixture(scope="module")
def small_model():
    words = {
        "greet": ["xin chào", "chào bạn", "hello"],
        "thanks": ["cảm ơn", "cảm ơn bạn", "cám ơn nhiều"],
        "deny": ["không", "chưa được"],
    }
    rows = [(nlu_report.pair_of(text), name) for name, texts in words.items() for text in texts * 3]
    return IntentModel().fit([pair for pair, _ in rows], [name for _, name in rows])


@pytest.mark.parametrize("text", ["chào", "cảm ơn bạn nhiều", "một câu khác hẳn", "", "👍"])
def test_our_sum_is_the_librarys(small_model, text):
    pair = nlu_report.pair_of(text)
    ours, theirs = small_model.probabilities(pair), small_model.by_library([pair])[0]
    assert ours.sum() == pytest.approx(1)
    np.testing.assert_allclose(ours, theirs, atol=1e-6)


def test_fewer_than_three_intents_are_refused():
    pair = nlu_report.pair_of("xin chào")
    with pytest.raises(ValueError, match="three intents"):
        IntentModel().fit([pair, pair], ["greet", "thanks"])


def test_a_stored_model_says_the_same(small_model):
    pair = nlu_report.pair_of("cảm ơn ad")
    before = small_model.probabilities(pair)
    again = pickle.loads(pickle.dumps(small_model))
    np.testing.assert_allclose(again.probabilities(pair), before)


def test_the_patched_rasa_is_the_one_it_was_written_for():
    """Fails with another Rasa: read its `_validate_action_result` again before the fingerprint is changed."""
    import inspect

    from rasa.core.actions.action import RemoteAction

    from bot.components import fast_actions

    assert getattr(RemoteAction._validate_action_result, "compiled_once", False), "the patch is not installed"
    source = inspect.getsource(inspect.getmodule(RemoteAction))
    start = source.index("    def _validate_action_result")
    end = source.index("    @staticmethod", start)
    import hashlib

    stock = source[start:end].rstrip() + "\n"
    assert hashlib.sha256(stock.encode()).hexdigest() == fast_actions.WRITTEN_FOR


@pytest.mark.parametrize(
    "result",
    [
        {},
        {"events": [], "responses": []},
        {
            "events": [{"event": "slot", "name": "a", "timestamp": None, "value": [1]}],
            "responses": [{"text": "x"}],
        },
        {"events": [{"event": "slot"}]},
        {"events": [{"event": "no_such_event"}]},
        {"events": "none"},
        {"responses": [1]},
        [],
        None,
    ],
)
def test_it_accepts_and_refuses_what_stock_rasa_does(result):
    from rasa.core.actions.action import RemoteAction

    from bot.components.fast_actions import compiled

    schema = RemoteAction.action_response_format_spec()

    def verdict(check):
        try:
            check()
        except jsonschema.ValidationError as error:
            return list(error.absolute_path), error.validator, error.message.split(". Failed to validate")[0]
        return None

    assert verdict(lambda: compiled(schema)(None, result)) == verdict(
        lambda: jsonschema.validate(result, schema)
    )


def test_a_wrong_schema_is_refused_at_once():
    from bot.components.fast_actions import compiled

    with pytest.raises(jsonschema.SchemaError):
        compiled({"type": "no-such-type"})


def test_the_store_writes_each_event_once_and_reads_it_back(tmp_path):
    from rasa.shared.core.domain import Domain
    from rasa.shared.core.events import ActionExecuted, SlotSet, UserUttered

    from bot.components.tracker_store import TrackerStore

    domain = Domain.from_file(str(ROOT / "bot" / "domain.yml"))

    async def story():
        store = TrackerStore(domain, db=str(tmp_path / "deep" / "tracker.sqlite3"))
        tracker = await store.get_or_create_tracker("b-1")
        tracker.update(UserUttered("một"))
        await store.save(tracker)
        kept = await store.retrieve("b-1")
        assert kept is tracker, "this process wrote it a moment ago"
        kept.update(SlotSet("memory", {"misses": 1}))
        kept.update(ActionExecuted("action_listen"))
        await store.save(kept)
        lost = await store.retrieve("b-1")
        lost.update(UserUttered("a turn that failed and was never saved"))
        fresh = await store.retrieve("b-1")
        assert [event.type_name for event in fresh.events] == [event.type_name for event in kept.events][:-1]
        assert fresh.get_slot("memory") == {"misses": 1}
        other = TrackerStore(domain, db=str(tmp_path / "deep" / "tracker.sqlite3"))
        read = await other.retrieve("b-1")
        assert [event.type_name for event in read.events] == [event.type_name for event in fresh.events]
        for item in (store, other):
            item.engine.dispose()

    asyncio.run(story())


def test_kept_conversations_are_bounded_and_forgotten_with_their_domain(tmp_path, monkeypatch):
    from rasa.shared.core.domain import Domain

    from bot.components import tracker_store

    monkeypatch.setattr(tracker_store, "KEPT", 3)
    domain = Domain.from_file(str(ROOT / "bot" / "domain.yml"))

    async def story():
        store = tracker_store.TrackerStore(domain, db=str(tmp_path / "t.sqlite3"))
        for number in range(6):
            await store.save(await store.get_or_create_tracker(f"b-{number}"))
        assert len(store._kept) == 3
        store.domain = domain
        assert len(store._kept) == 0
        assert (await store.retrieve("b-0")).sender_id == "b-0"
        store.engine.dispose()

    asyncio.run(story())


def test_the_report_uses_the_pipelines_thresholds():
    config = YAML(typ="safe").load(ROOT / "bot" / "config.yml")
    fallback = next(step for step in config["pipeline"] if step["name"] == "FallbackClassifier")
    assert (fallback["threshold"], fallback["ambiguity_threshold"]) == (
        nlu_report.THRESHOLD,
        nlu_report.AMBIGUITY,
    )


def test_the_drawn_questions_are_of_every_entry_and_safe_for_rasa():
    drawn, left = sample_questions.draw(
        {"a": [f"câu {n}" for n in range(20)], "lua-dao-da-bi-lua": ["x", "y"]}
    )
    assert len(drawn) == sample_questions.PER_ENTRY
    assert {"x", "y"} <= set(left)
    text = (ROOT / "bot" / "data" / "nlu_ask_faq.yml").read_text(encoding="utf-8")
    assert not set("[]{}") & set(text.split("examples: |")[1])
