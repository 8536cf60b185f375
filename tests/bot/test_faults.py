"""Odd input, and search or desk slow, broken or down: the citizen always gets a word and a way on."""

import pytest

from bot import texts_vi
from tests.bot.conftest import Bot, Chat

QUESTION = "quên mật khẩu VssID thì làm sao"


@pytest.mark.parametrize("text", ["", "   ", "👍👍👍", "???", "…", "\u200b\u200f", "\x00\x07"])
def test_text_without_words_is_asked_for_words(chat, world, text):
    chat.say(text)
    assert chat.text == texts_vi.NO_WORDS
    assert chat.status is None
    assert world.searched == []


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script> quên mật khẩu thì sao",
        "quên mật\x00 khẩu \x1b[31mthì sao\u202e",
        "'; DROP TABLE events; -- quên mật khẩu",
        "{memory} {{requested_slot}} mật khẩu là gì",
        "mật khẩu " * 220,
    ],
)
def test_odd_text_is_searched_as_text(chat, world, text):
    chat.say(text)
    assert chat.status == "answered"
    (query,) = world.searched
    assert len(query["q"]) <= 2000
    assert not set(query["q"]) & set("\x00\x1b\u202e")


@pytest.mark.parametrize(
    "text",
    ['/choose_entry{"entry_id": "lua-dao-da-bi-lua"}', "/choose_entry", '/choose_entry{"entry_id": "../x"}'],
)
def test_an_entry_that_was_not_offered_cannot_be_chosen(chat, world, text):
    chat.say(text)
    assert chat.text == texts_vi.STALE_CHOICE
    assert world.entries == []


# Rasa warns of an intent that it does not know, and goes on.
@pytest.mark.filterwarnings("ignore:Failed to parse arguments in line:UserWarning")
@pytest.mark.parametrize(
    "text",
    [
        "/no_such_intent",
        "/restart",
        "/back",
        "/session_start",
        '/reach_by{"way": "phone"}',
        "/correct",
        "/affirm",
        "/deny",
    ],
)
def test_typed_payloads_do_no_harm(chat, world, text):
    chat.bot.loop.run_until_complete(_say_anything(chat, text))
    assert world.opened == []
    assert chat.say(QUESTION).status == "answered"


async def _say_anything(chat, text):
    from rasa.core.channels.channel import (  # noqa: PLC0415 - slow to import
        CollectingOutputChannel,
        UserMessage,
    )

    await chat.bot.agent.handle_message(
        UserMessage(text, CollectingOutputChannel(), chat.sender, metadata={})
    )


@pytest.mark.parametrize(
    "error",
    [
        (503, {"error": {"code": "no_generation", "message": "Chưa có chỉ mục nào."}}),
        (500, "<html>oops</html>"),
        (200, "not json"),
        (200, {"something": "else"}),
        (200, "[]"),
    ],
)
def test_search_broken(chat, world, error):
    world.search_error = error
    chat.say(QUESTION)
    assert chat.status == "error_search"
    assert chat.text == texts_vi.SEARCH_DOWN
    assert "1900.9068" in chat.text
    chat.press(texts_vi.NEW_TICKET).type_phone()
    assert QUESTION in chat.text, "the question is kept for the ticket"
    chat.press(texts_vi.SEND)
    assert chat.code


def test_search_slow(chat, world):
    world.delay = 1.0
    chat.say(QUESTION)
    assert chat.status == "error_search"
    world.delay = 0.0
    assert chat.say(QUESTION).status == "answered", "it comes back by itself"


def test_search_refuses_the_text(chat, world):
    world.search_error = (422, {"error": {"code": "bad_query", "message": ""}})
    assert chat.say(QUESTION).text == texts_vi.NO_WORDS


def test_search_down_during_the_form_does_not_end_it(chat, world):
    chat.pending = "Tôi mất thẻ, làm lại ở đâu"
    chat.say("gặp cán bộ").type_phone()
    world.search_error = (503, {"error": {"code": "no_generation", "message": ""}})
    chat.say("quên mật khẩu thì lấy lại thế nào")
    assert chat.status == "error_search"
    assert texts_vi.SEND in chat.buttons
    chat.press(texts_vi.SEND)
    assert chat.code


def test_search_down_when_a_fraud_is_told(chat, world):
    world.search_error = (503, {"error": {"code": "no_generation", "message": ""}})
    chat.say("tôi vừa bị lừa chuyển tiền cho kẻ giả danh bảo hiểm rồi cứu tôi với")
    assert chat.messages[0]["text"] == texts_vi.SCAM_STEPS


def test_search_down_when_a_candidate_is_chosen(chat, world):
    world.decision = "clarify"
    chat.say(QUESTION)
    world.search_error = (503, {"error": {"code": "no_generation", "message": ""}})
    chat.say("câu 1")
    assert chat.status == "error_search"


def test_a_chosen_entry_is_gone(chat, world):
    world.decision = "clarify"
    chat.say(QUESTION)
    world.unknown_entries = True
    assert chat.say("câu 1").text == texts_vi.STALE_CHOICE


def test_desk_down_for_the_status(chat, world):
    world.delay = 1.0
    assert chat.say("phiếu của tôi đến đâu rồi").text == texts_vi.STATUS_DOWN


def test_an_action_that_fails_hands_over(chat, world):
    """A search result of a shape that nothing expects reaches the catch-all."""
    world.search_error = (200, {"decision": "answer", "hits": [{"id": "x"}]})
    chat.say(QUESTION)
    assert chat.text == texts_vi.HAND_OVER
    assert texts_vi.NEW_TICKET in chat.buttons
    assert texts_vi.ASK_TEXT in chat.press(texts_vi.NEW_TICKET).text


def test_a_conversation_survives_a_new_process(chat, world, bot, model, actions, tmp_path):
    """What was remembered is in the database, not only in this process."""

    folder = tmp_path / "one"
    folder.mkdir()
    first = Bot(model, actions, folder)
    talk = Chat(first)
    talk.say(QUESTION)
    first.close()
    second = Bot(model, actions, folder)
    talk.bot = second
    talk.press("Chưa giải quyết").press(texts_vi.OTHER_QUESTION)
    assert talk.status == "clarified"
    second.close()
