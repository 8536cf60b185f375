"""The command line as operators and `make run` use it: real processes."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time

import httpx
import pytest
from sqlalchemy import select

from feedback_api.agents import service as agents
from feedback_api.database import Database
from feedback_api.models import Agent

from .conftest import ROOT, free_port


@pytest.fixture
def run(process_env):
    def command(*arguments, given="", **env):
        return subprocess.run(
            [sys.executable, "-m", "feedback_api", *arguments],
            cwd=ROOT,
            env={**process_env, **env},
            input=given,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return command


def test_migrates_an_empty_database_in_a_new_folder(run, tmp_path):
    path = tmp_path / "new" / "desk.sqlite3"
    for _ in range(2):
        done = run("migrate", DESK_DATABASE_URL=f"sqlite:///{path}")
        assert (done.returncode, done.stderr) == (0, "")
    database = Database(f"sqlite:///{path}")
    with database.reading() as session:
        assert list(session.scalars(select(Agent))) == []
    database.dispose()


def test_makes_the_first_administrator_once(run, desk):
    first = run("ensure-admin")
    assert first.returncode == 0, first.stderr
    assert "admin" in first.stdout
    password = first.stdout.split("mật khẩu:")[1].strip()
    assert run("ensure-admin").stdout == ""
    with desk.database.writing() as session:
        assert agents.sign_in(session, desk.limiter, "admin", password, "a")


def test_makes_accounts(run, desk):
    made = run("create-agent", "--role", "lead", "--name", "Lê Minh", "--login", "Minh")
    assert made.returncode == 0, made.stderr
    password = made.stdout.split("Mật khẩu (chỉ hiện một lần):")[1].strip()
    given = run(
        "create-agent",
        "--role",
        "agent",
        "--name",
        "Lan",
        "--login",
        "lan",
        "--password-stdin",
        given="mot-mat-khau\n",
    )
    assert "Mật khẩu" not in given.stdout
    with desk.database.writing() as session:
        assert agents.sign_in(session, desk.limiter, "minh", password, "a")
        assert agents.sign_in(session, desk.limiter, "lan", "mot-mat-khau", "a")
    again = run("create-agent", "--role", "lead", "--name", "x", "--login", "minh")
    assert again.returncode == 1
    assert "minh is taken" in again.stderr
    assert "Traceback" not in again.stderr


def test_a_taken_port_is_one_clear_line(run):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = run("serve", DESK_PORT=str(taken.getsockname()[1]))
    assert done.returncode == 1
    assert "DESK_PORT" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("env", "named"),
    [
        ({"SERVICE_TOKEN": ""}, "SERVICE_TOKEN"),
        ({"DESK_RASA_TIMEOUT": "-1"}, "DESK_RASA_TIMEOUT"),
        ({"DESK_ROUTING_FILE": "no/such.yml"}, "no/such.yml"),
    ],
)
def test_nonsense_refuses_the_start(run, env, named):
    done = run("serve", **env)
    assert done.returncode == 1
    assert named in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_that_is_away_is_said(run):
    done = run("ensure-admin", DESK_DATABASE_URL=f"postgresql://x@127.0.0.1:{free_port()}/x")
    assert done.returncode == 1
    assert "DESK_DATABASE_URL" in done.stderr
    assert "Traceback" not in done.stderr


def test_serves_and_stops_when_told(process_env):
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "feedback_api", "serve"],
        cwd=ROOT,
        env={**process_env, "DESK_PORT": str(port)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    deadline = time.monotonic() + 60
    while True:
        assert time.monotonic() < deadline
        assert process.poll() is None
        try:
            ready = httpx.get(f"http://127.0.0.1:{port}/ready").json()
            break
        except httpx.HTTPError:
            time.sleep(0.05)
    assert ready["database"] == "ok"
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=20)
    assert (process.returncode, errors) in {(0, b""), (-signal.SIGTERM, b"")}


def test_purge_says_what_it_did(run):
    done = run("purge")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Đã xoá 0 cuộc trò chuyện")
