"""Rasa and the action server as the Procfile starts them, over the REST channel that desk uses."""

import concurrent.futures
import socket

import httpx
import pytest

from tests.bot.conftest import Bot, Chat
from tests.bot.processes import Running, free_port
from tests.bot.standins import sample


@pytest.fixture(scope="module")
def rasa(model, actions, tmp_path_factory):
    folder = tmp_path_factory.mktemp("process")
    port = free_port()
    env = {"BOT_ACTIONS_URL": actions, "BOT_TRACKER_DB": str(folder / "tracker.sqlite3")}
    command = ["rasa", "run", "--model", str(model), "--endpoints", "bot/endpoints.yml"]
    command += ["--credentials", "bot/credentials.yml", "-i", "127.0.0.1", "-p", str(port)]
    running = Running(command, env, folder / "log")
    running.wait_for(f"http://127.0.0.1:{port}/")
    running.url = f"http://127.0.0.1:{port}/webhooks/rest/webhook"
    yield running
    running.stop()


def post(rasa, **changes):
    return httpx.post(rasa.url, json={**sample("rasa_request"), **changes}, timeout=30, trust_env=False)


def test_the_contracts_request_gets_the_contracts_reply(rasa, standin):
    standin.world.decision = "answer"
    wanted = sample("rasa_reply_answer")
    found = sample("search_answer")["hits"]
    wanted[1]["custom"]["vssid"]["outcome"]["hits"] = [
        {"id": hit["id"], "score": hit["score"]} for hit in found
    ]
    assert post(rasa).json() == wanted


def test_the_contracts_clarification(rasa, standin):
    standin.world.decision = "clarify"
    assert post(rasa).json() == sample("rasa_reply_clarify")


@pytest.mark.parametrize("message", ["", "👍", "<script>alert(1)</script>", "a" * 2000, "\u0000\u202e"])
def test_odd_messages_are_answered(rasa, standin, message):
    texts = [item["text"] for item in post(rasa, message=message).json() if "text" in item]
    assert texts


def test_many_conversations_at_once_keep_their_own_answers(rasa, standin):
    def talk(number):
        sender = f"b-many-{number}"
        first = post(
            rasa, sender=sender, message="xin chào" if number % 2 else "quên mật khẩu thì làm sao"
        ).json()
        return number, {item["recipient_id"] for item in first}, first[0]["text"]

    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(talk, range(40)))
    for number, recipients, text in answers:
        assert recipients == {f"b-many-{number}"}
        assert text.startswith("Chào bạn" if number % 2 else "Bạn lấy lại mật khẩu")


def test_without_the_action_server_only_small_talk_is_left(standin, model, tmp_path):
    """Then Rasa says nothing to a question; desk takes that for a failure and answers from search itself."""
    alone = Bot(model, f"http://127.0.0.1:{free_port()}/webhook", tmp_path)
    try:
        with pytest.raises(AssertionError, match="exactly once"):
            Chat(alone).say("quên mật khẩu VssID thì làm sao")
        assert Chat(alone).say("xin chào").text.startswith("Chào bạn")
    finally:
        alone.close()


def test_it_is_not_reachable_from_outside(rasa):
    port = int(rasa.url.split(":")[2].split("/")[0])
    addresses = {
        info[4][0] for info in socket.getaddrinfo(socket.gethostname(), port, type=socket.SOCK_STREAM)
    }
    for address in addresses - {"127.0.0.1", "::1"}:
        with pytest.raises(OSError), socket.create_connection((address, port), timeout=1):  # noqa: PT011 - refused or unreachable
            pass
