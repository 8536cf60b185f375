"""The action server as a process: protocol, faults, port."""

import socket

import httpx
import pytest
from ruamel.yaml import YAML

from tests.bot.processes import ROOT, Running, free_port


def call(action, **changes):
    tracker = {
        "sender_id": "b-1",
        "slots": {},
        "latest_message": {"text": "quên mật khẩu", "intent": {"name": "ask_faq"}, "entities": []},
        "events": [],
        "active_loop": {},
        "latest_action_name": "action_listen",
    }
    return {"next_action": action, "sender_id": "b-1", "tracker": {**tracker, **changes}, "version": "3.6.21"}


@pytest.fixture
def post(actions, standin):
    def send(body):
        return httpx.post(actions, json=body, trust_env=False)

    return send


def test_every_action_of_the_domain_is_served(actions):
    domain = YAML(typ="safe").load(ROOT / "bot" / "domain.yml")
    served = httpx.get(actions.replace("/webhook", "/health"), trust_env=False).json()
    assert served["actions"] == sorted(domain["actions"])


def test_an_answer_in_rasas_form(post):
    body = post(call("action_answer_faq")).json()
    assert body["responses"][0]["text"]
    assert body["responses"][-1]["custom"]["vssid"]["outcome"]["status"] == "answered"
    assert body["events"][0]["event"] == "slot"


def test_an_unknown_action_is_said_so(post):
    answer = post(call("action_nobody_wrote"))
    assert answer.status_code == 404
    assert answer.json()["action_name"] == "action_nobody_wrote"


@pytest.mark.parametrize(
    "latest", [None, {}, {"text": None}, {"text": "a", "metadata": None, "entities": None, "intent": None}]
)
def test_a_bare_tracker_is_no_fault(post, latest):
    assert post(call("action_answer_faq", latest_message=latest)).json()["responses"]


@pytest.mark.parametrize(
    "action", ["action_answer_faq", "validate_ticket_form", "action_ask_ticket_form_ticket_confirmed"]
)
def test_a_tracker_of_another_shape_hands_over(post, action):
    body = post(call(action, slots={"memory": {"offered": 7}}, active_loop={"name": "ticket_form"})).json()
    assert "1900.9068" in body["responses"][0]["text"]


def test_a_failure_inside_the_form_ends_the_form(post):
    broken = call("action_ask_ticket_form_ticket_confirmed", active_loop={"name": "ticket_form"}, slots={})
    events = post(broken).json()["events"]
    assert {"event": "active_loop", "name": None} in [
        {key: item[key] for key in ("event", "name") if key in item} for item in events
    ]


def test_a_port_that_is_taken_names_the_setting(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        running = Running(
            ["bot.actions_server"], {"BOT_ACTIONS_PORT": str(other.getsockname()[1])}, tmp_path / "log"
        )
        assert running.process.wait(60) == 1
    last = running.output().strip().splitlines()[-1]
    assert "BOT_ACTIONS_PORT" in last
    assert "Traceback" not in running.output()


def test_a_wrong_setting_ends_it_with_one_line(tmp_path):
    running = Running(["bot.actions_server"], {"BOT_SEARCH_TIMEOUT": "soon"}, tmp_path / "log")
    assert running.process.wait(60) == 1
    assert running.output().strip().splitlines()[-1].startswith("actions: BOT_SEARCH_TIMEOUT='soon'")


def test_it_stops_when_told_and_listens_on_loopback_only(tmp_path):
    port = free_port()
    running = Running(["bot.actions_server"], {"BOT_ACTIONS_PORT": str(port)}, tmp_path / "log")
    running.wait_for(f"http://127.0.0.1:{port}/health")
    addresses = {
        info[4][0] for info in socket.getaddrinfo(socket.gethostname(), port, type=socket.SOCK_STREAM)
    }
    for address in addresses - {"127.0.0.1", "::1"}:
        with pytest.raises(OSError), socket.create_connection((address, port), timeout=1):  # noqa: PT011 - refused or unreachable
            pass
    assert running.stop() in (0, -15)


def test_logs_hold_no_text_of_the_citizen(tmp_path, standin):
    port = free_port()
    env = {"BOT_ACTIONS_PORT": str(port), "BOT_SEARCH_URL": standin.url, "BOT_DESK_URL": standin.url}
    running = Running(["bot.actions_server"], env, tmp_path / "log")
    running.wait_for(f"http://127.0.0.1:{port}/health")
    for error in (
        None,
        (503, {"error": {"code": "no_generation"}}),
        (200, {"decision": "answer", "hits": [{}]}),
    ):
        standin.world.search_error = error
        body = call(
            "action_answer_faq", latest_message={"text": "một câu riêng tư", "intent": {"name": "ask_faq"}}
        )
        assert httpx.post(f"http://127.0.0.1:{port}/webhook", json=body, trust_env=False).json()["responses"]
    running.stop()
    assert "riêng tư" not in running.output()
    assert "search is down" in running.output()
    assert "action failed: action_answer_faq" in running.output()
