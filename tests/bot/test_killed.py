"""Every process beside the citizen killed in the middle of a conversation, and started again: what is left each time.

Search, desk (stand-ins), the action server and Rasa itself as processes of their own; killed, so that nothing says good-bye.
"""

from pathlib import Path

import httpx
import pytest

from bot import texts_vi
from tests.bot.conftest import Bot, Chat
from tests.bot.processes import Running, free_port
from tests.bot.standins import sample

QUESTION = "quên mật khẩu VssID thì làm sao"


class Part:
    """One process on a port of its own that can be killed and started again there."""

    def __init__(self, command, folder: Path, **env) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._command = [item.format(port=self.port) for item in command]
        self._env = {name: value.format(port=self.port) for name, value in env.items()}
        self._folder, self._starts = folder, 0
        self._health = "/health" if "bot.actions_server" in command else "/"

    def start(self):
        self._starts += 1
        log = self._folder / f"{self.port}-{self._starts}.log"
        self._running = Running(self._command, self._env, log)
        self._running.wait_for(self.url + self._health)
        return self

    def kill(self):
        self._running.kill()


@pytest.fixture(scope="module")
def parts(tmp_path_factory):
    """Search, desk and the action server."""
    folder = tmp_path_factory.mktemp("killed")
    search = Part(["tests.bot.standins", "{port}"], folder)
    desk = Part(["tests.bot.standins", "{port}"], folder)
    actions = Part(
        ["bot.actions_server"],
        folder,
        BOT_SEARCH_URL=search.url,
        BOT_DESK_URL=desk.url,
        BOT_SEARCH_TIMEOUT="2",
        BOT_DESK_TIMEOUT="2",
        BOT_ACTIONS_PORT="{port}",
        SERVICE_TOKEN="token-of-the-tests",
    )
    started = [part.start() for part in (search, desk, actions)]
    yield {"search": search, "desk": desk, "actions": actions}
    for part in started:
        part.kill()


@pytest.fixture(scope="module")
def talk(model, parts, tmp_path_factory):
    """Makes conversations with the trained model over these processes."""
    bot = Bot(model, parts["actions"].url + "/webhook", tmp_path_factory.mktemp("rasa"))
    yield lambda: Chat(bot)
    bot.close()


def test_search_killed_a_ticket_is_still_opened_and_answers_come_back(talk, parts):
    chat = talk().say(QUESTION)
    assert chat.status == "answered"
    parts["search"].kill()
    try:
        chat.say("thẻ bảo hiểm y tế của tôi sai ngày sinh thì sửa ở đâu")
        assert chat.status == "error_search"
        assert "1900.9068" in chat.text
        chat.press(texts_vi.NEW_TICKET).type_phone()
        assert "sai ngày sinh" in chat.text, "the question is not lost"
        assert chat.press(texts_vi.SEND).code
    finally:
        parts["search"].start()
    assert chat.say(QUESTION).status == "answered"


def test_search_killed_between_the_candidates_and_the_choice(talk, parts):
    chat = talk().say(QUESTION).press(texts_vi.NOT_SOLVED)
    parts["search"].kill()
    try:
        chat.press(texts_vi.OTHER_QUESTION)
        assert texts_vi.NEW_TICKET in chat.buttons
    finally:
        parts["search"].start()


def test_desk_killed_questions_are_answered_and_the_ticket_waits(talk, parts):
    chat = talk()
    chat.pending = "Tôi mất thẻ, làm lại ở đâu"
    chat.say("gặp cán bộ").type_phone()
    parts["desk"].kill()
    try:
        chat.press(texts_vi.SEND)
        assert chat.code is None, "no code before the ticket is there"
        assert chat.text == texts_vi.NOT_SENT
        assert chat.say("phiếu của tôi đến đâu rồi").text == texts_vi.STATUS_DOWN
        assert talk().say(QUESTION).status == "answered"
        assert "1900.9068" in talk().say("gặp cán bộ").text
    finally:
        parts["desk"].start()
    assert chat.say("gửi lại").code, chat.text


def test_actions_killed_small_talk_is_left_and_the_topic_comes_back(talk, parts):
    chat = talk().say(QUESTION)
    parts["actions"].kill()
    try:
        # Silence, which desk takes for a failure: it answers from search itself.
        with pytest.raises(AssertionError, match="exactly once"):
            chat.say("thế còn mất sim thì sao")
        assert chat.say("xin chào").text.startswith("Chào bạn")
    finally:
        parts["actions"].start()
    chat.press("Chưa giải quyết") if "Chưa giải quyết" in chat.buttons else chat.say("/deny")
    assert chat.text.startswith(texts_vi.WHY_NOT), "what was shown before is remembered"


def test_actions_killed_inside_the_form_nothing_written_is_lost(talk, parts):
    chat = talk().say("gặp cán bộ").say("Thẻ của con tôi sai ngày sinh, sửa ở đâu")
    parts["actions"].kill()
    try:
        chat.contact["phone"] = "09•• ••• 678"
        with pytest.raises(AssertionError):
            chat.say("[số điện thoại đã ẩn]")
    finally:
        parts["actions"].start()
    chat.type_phone()
    if "sai ngày sinh" not in chat.text:  # the form ended with the failure: opened again, it has the words
        chat.say("gửi yêu cầu cho cán bộ")
    assert "sai ngày sinh" in chat.text
    assert chat.press(texts_vi.SEND).code


def test_rasa_killed_goes_on_where_it_was(model, parts, tmp_path):
    command = ["rasa", "run", "--model", str(model), "--endpoints", "bot/endpoints.yml"]
    command += ["--credentials", "bot/credentials.yml", "-i", "127.0.0.1", "-p", "{port}"]
    rasa = Part(
        command,
        tmp_path,
        BOT_ACTIONS_URL=parts["actions"].url + "/webhook",
        BOT_TRACKER_DB=str(tmp_path / "tracker.sqlite3"),
    ).start()
    try:
        assert post(rasa, QUESTION)[0]["text"] == sample("search_answer")["hits"][0]["answer"]
        rasa.kill()
        with pytest.raises(httpx.HTTPError):
            post(rasa, "xin chào")
        rasa.start()
        assert post(rasa, "chưa được")[0]["text"].startswith(texts_vi.WHY_NOT)
    finally:
        rasa.kill()


def post(rasa, message):
    body = {**sample("rasa_request"), "sender": "b-killed", "message": message}
    reply = httpx.post(rasa.url + "/webhooks/rest/webhook", json=body, timeout=30, trust_env=False)
    return reply.json()
