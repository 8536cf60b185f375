"""Planted numbers never reach the logs, whatever goes wrong: the real process, its real output."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import time
import uuid
from contextlib import contextmanager

import httpx
import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from feedback_api import logs
from feedback_api.models import Conversation

from .conftest import ROOT, SAME_ORIGIN, SERVICE_TOKEN, free_port

PLANTED = ["079012345678", "0912345678", "483920", "nam-planted@example.org", "cau-hoi-rieng-tu"]


@contextmanager
def running_desk(env):
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "feedback_api", "serve"],
        cwd=ROOT,
        env={**env, "DESK_PORT": str(port), "DESK_PUBLIC_URL": f"http://127.0.0.1:{port}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    url = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 60
    while True:
        assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < deadline
        try:
            if httpx.get(f"{url}/live").status_code == 200:
                break
        except httpx.HTTPError:
            time.sleep(0.05)
    found = {}
    try:
        yield url, found
    finally:
        process.terminate()
        found["output"] = process.communicate(timeout=30)[0].decode()


def test_planted_numbers_never_reach_logs_or_database(process_env, desk):
    said = " ".join(["cccd", PLANTED[0], "goi", PLANTED[1], "otp", PLANTED[2], PLANTED[3], PLANTED[4]])
    nobody = f"http://127.0.0.1:{free_port()}"
    env = {**process_env, "DESK_RASA_URL": nobody, "DESK_SEARCH_URL": nobody, "DESK_LOG_LEVEL": "DEBUG"}
    with running_desk(env) as (url, found), httpx.Client(base_url=url, headers=SAME_ORIGIN) as http:
        assert (
            http.post("/v1/messages", json={"text": said, "client_id": str(uuid.uuid4())}).status_code == 200
        )
        http.post("/v1/messages", json={"text": said, "client_id": "?"})
        http.post("/v1/messages", content=said.encode(), headers={"Content-Type": "application/json"})
        http.get(f"/v1/messages?after={PLANTED[0]}x&q={said}")
        http.get(f"/{PLANTED[0]}/{PLANTED[3]}")
        http.post(
            "/v1/bot/tickets",
            json={"conversation": said},
            headers={"Authorization": f"Bearer {SERVICE_TOKEN}"},
        )
        with desk.database.writing() as session:  # now every query of the desk fails
            session.execute(text("DROP TABLE answer"))
        broken = http.post("/v1/messages", json={"text": said, "client_id": str(uuid.uuid4())})
        assert (broken.status_code, broken.json()["error"]["code"]) == (500, "not_saved")
    lines = [json.loads(line) for line in found["output"].splitlines()]
    assert {"turn", "request", "bad_payload", "not_saved"} <= {line["event"] for line in lines}
    assert all(line["request_id"] for line in lines if line["event"] == "turn")
    for planted in PLANTED:
        assert planted not in found["output"]
    with desk.database.reading() as session:
        messages = " ".join(session.scalars(text("SELECT text FROM message")))
    assert PLANTED[4] in messages
    for planted in PLANTED[:4]:
        assert planted not in messages


def test_exceptions_are_logged_by_type_and_place_only():
    record = logging.LogRecord(
        "uvicorn.error", logging.ERROR, "f", 1, "Exception in ASGI application 0912345678", (), None
    )
    with pytest.raises(ValueError, match="invalid") as error:
        int("x0912345678")
    record.exc_info = (error.type, error.value, error.tb)
    line = logs.JsonLines().format(record)
    assert "0912345678" not in line
    found = json.loads(line)
    assert (found["event"], found["error"]) == ("server_error", "ValueError")
    assert found["at_code"][-1].endswith("test_exceptions_are_logged_by_type_and_place_only")


def test_a_databases_error_names_its_cause_without_the_row(desk):
    with desk.database.writing() as session:
        session.add(Conversation(token_hash="0912345678", bot_sender="0912345678"))
    with desk.database.writing() as session:
        session.add(Conversation(token_hash="0912345678", bot_sender="0912345678"))
        with pytest.raises(IntegrityError) as error:
            session.flush()
        session.rollback()
    place = logs.place_of(error.value)
    assert place["cause"] in {"UniqueViolation", "IntegrityError"}
    assert place["sqlstate"] in {psycopg.errors.UniqueViolation.sqlstate, "SQLITE_CONSTRAINT_UNIQUE"}
    assert "0912345678" not in str(place)
