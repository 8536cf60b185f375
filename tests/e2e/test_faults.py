"""What citizens get when a part is dead, slow or broken: against the running processes, which are really stopped."""

import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import uuid

import httpx
import psutil
import pytest

from tests.e2e.conftest import ROOT, free_ports, wait_for

pytestmark = pytest.mark.e2e

QUESTION = "Quên mật khẩu VssID thì lấy lại bằng cách nào?"


@pytest.fixture
def client():
    with httpx.Client() as one:
        yield one


def own_page(desk) -> dict[str, str]:
    return {"Origin": desk.url, "Sec-Fetch-Site": "same-origin"}


def say(desk, text: str, client: httpx.Client) -> httpx.Response:
    # A cookie-authenticated write must come from the desk's own page.
    body = {"text": text, "client_id": str(uuid.uuid4())}
    return client.post(f"{desk.url}/v1/messages", json=body, headers=own_page(desk), timeout=30)


def turn(desk, text: str, client: httpx.Client) -> list[dict]:
    response = say(desk, text, client)
    assert response.status_code == 200, response.text
    return response.json()["messages"]


def outcomes(desk) -> list[str]:
    with sqlite3.connect(desk.var / "desk.sqlite3") as database:
        return [row[0] for row in database.execute("select outcome from answer order by id")]


def offers_person(messages: list[dict]) -> bool:
    return any(option.get("href") == "/tickets/new" for message in messages for option in message["options"])


def test_parts_die_one_after_the_other(own_desk, client):
    desk = own_desk()
    desk.wait("desk", "search", "actions", "rasa")

    messages = turn(desk, QUESTION, client)
    assert any(message["card"] for message in messages)

    # The action server dies: Rasa answers an empty list; search answers instead.
    desk.control("stop", "actions")
    messages = turn(desk, QUESTION, client)
    assert any(message["card"] for message in messages)
    assert outcomes(desk)[-1] == "error_bot"

    # Rasa dies too.
    desk.control("stop", "rasa")
    messages = turn(desk, QUESTION, client)
    assert any(message["card"] for message in messages)
    assert outcomes(desk)[-1] == "error_bot"
    assert offers_person(turn(desk, "cho tôi gặp cán bộ", client))

    # Search dies as well: the hotline is named and a ticket can still be opened.
    desk.control("stop", "search")
    messages = turn(desk, QUESTION, client)
    assert "1900.9068" in " ".join(message["text"] for message in messages)
    assert offers_person(messages)
    form = client.get(f"{desk.url}/tickets/new").text
    fields = {
        "idempotency_key": re.search(r'name="idempotency_key" value="([^"]+)"', form).group(1),
        "text": "Mọi thứ đều hỏng, tôi cần cán bộ giúp.",
        "reach_by": "phone",
        "phone": "0912345678",
        "consent": "yes",
    }
    opened = client.post(f"{desk.url}/tickets", data=fields, headers=own_page(desk))
    assert opened.status_code == 303
    assert re.search(r"/tickets/VS-", opened.headers["location"])

    # Search with bot still dead, then all come back by themselves.
    desk.control("start", "search")
    desk.wait("search")
    wait_for(
        lambda: any(message["card"] for message in turn(desk, QUESTION, client)), 30, "search answers again"
    )
    desk.control("start", "actions")
    desk.control("start", "rasa")
    desk.wait("actions", "rasa")

    def bot_answers():
        turn(desk, QUESTION, client)
        return outcomes(desk)[-1] == "answered"

    wait_for(bot_answers, 60, "the bot answers again")


def test_a_killed_process_comes_back(own_desk):
    desk = own_desk()
    desk.wait("desk", "search")
    pid = desk.pid("search")
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: desk.pid("search") not in {0, pid}, 20, "supervisord restarts search")
    desk.wait("search")


def test_a_slow_bot_is_overtaken_by_search(own_desk, client):
    """A listener that accepts and never answers stands for a Rasa that hangs; the time-out is a setting."""
    (port,) = free_ports(1)
    with socket.create_server(("127.0.0.1", port)):
        desk = own_desk(DESK_RASA_URL=f"http://127.0.0.1:{port}", DESK_RASA_TIMEOUT="1")
        desk.wait("desk", "search")
        messages = turn(desk, QUESTION, client)
    assert any(message["card"] for message in messages)
    assert outcomes(desk)[-1] == "error_bot"


def test_broken_yaml_at_start_keeps_the_last_good_generation(own_desk, tmp_path, client):
    for name in ("laws_vi.yml", "allowlist_vi.yml", "training_questions_vi.yml"):
        shutil.copy(ROOT / "data" / name, tmp_path / name)
    faq = tmp_path / "faq_vi.yml"
    shutil.copy(ROOT / "data" / "faq_vi.yml", faq)
    index = tmp_path / "index"
    settings = {"FAQ_DATA": str(faq), "FAQ_INDEX_DIR": str(index)}
    shutil.copytree(
        ROOT / "var" / "index", index
    )  # the good generation of the same questions, built by set-up
    text = faq.read_text(encoding="utf-8")
    broken_line = text[: text.index("  answer:")].count("\n") + 1
    faq.write_text(text.replace("  answer:", "  answer: [", 1), encoding="utf-8")

    desk = own_desk(**settings)
    desk.wait("desk", "search")
    health = wait_for(
        lambda: (
            (h := httpx.get(f"http://127.0.0.1:{desk.port('search')}/v1/health", timeout=5).json())["status"]
            == "degraded"
            and h
        ),
        30,
        "the fault is known",
    )
    assert any(abs(fault["line"] - broken_line) <= 2 for fault in health["faults"]), health["faults"]
    assert any(message["card"] for message in turn(desk, QUESTION, client))


def test_no_generation_at_all(own_desk, tmp_path, client):
    faq = tmp_path / "faq_vi.yml"
    faq.write_text("schema: 1\ntopics: []\nentries:\n- id: hong\n", encoding="utf-8")
    desk = own_desk(FAQ_DATA=str(faq), FAQ_INDEX_DIR=str(tmp_path / "index"))
    desk.wait("desk")
    wait_for(lambda: desk.answers("search"), 120, "search answers")
    answer = wait_for(
        lambda: (
            (
                r := httpx.get(
                    f"http://127.0.0.1:{desk.port('search')}/v1/search",
                    params={"q": "quên mật khẩu"},
                    timeout=5,
                )
            ).status_code
            == 503
            and r
        ),
        30,
        "search says 503",
    )
    assert answer.json()["error"]["code"] == "no_generation"
    assert answer.json()["error"]["message"]
    messages = turn(desk, QUESTION, client)
    assert offers_person(messages)
    assert "1900.9068" in " ".join(message["text"] for message in messages)


def test_text_at_and_over_the_limit(desk, client):
    assert turn(desk, "mật khẩu " * 100, client)
    too_long = say(desk, "a" * 5000, client)
    assert too_long.status_code == 422
    assert too_long.json()["error"]["code"] == "text_too_long"
    assert say(desk, "   \u200b\u202e ", client).json()["error"]["code"] == "empty_text"
    assert say(desk, "a" * 1_000_000, client).status_code in {413, 422}


def test_a_taken_port_is_named_with_its_setting(tmp_path):
    ports = dict(
        zip(["DESK_PORT", "FAQ_PORT", "BOT_RASA_PORT", "BOT_ACTIONS_PORT"], free_ports(4), strict=True)
    )
    with socket.create_server(("127.0.0.1", ports["FAQ_PORT"])):
        env = {**os.environ, **{k: str(v) for k, v in ports.items()}, "VSSID_VAR": str(tmp_path)}
        done = subprocess.run(
            [sys.executable, "deploy/run.py"],
            cwd=ROOT,
            env=env,
            capture_output=True,
            text=True,
            timeout=200,
            check=False,
        )
    assert done.returncode == 1
    assert f"Cổng {ports['FAQ_PORT']}" in done.stderr
    assert "FAQ_PORT=" in done.stderr


def test_ctrl_c_leaves_no_process_behind(own_desk):
    desk = own_desk()
    desk.wait("desk", "search", "actions", "rasa")
    children = psutil.Process(desk.process.pid).children(recursive=True)
    assert len(children) >= 5
    desk.stop()
    assert [
        child for child in children if child.is_running() and child.status() != psutil.STATUS_ZOMBIE
    ] == []


def test_a_second_start_is_quick_and_search_answers_first(own_desk, client):
    """The first start made everything; the second only starts. The chat answers before Rasa has loaded."""
    first = own_desk()
    first.wait("desk", "search")
    first.stop()
    again = subprocess.Popen(
        [sys.executable, "deploy/run.py"],
        cwd=ROOT,
        env=first.env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    first.process = again
    first.wait("desk", "search", seconds=60)
    assert any(message["card"] for message in turn(first, QUESTION, client))
