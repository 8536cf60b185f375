"""Commit before the response leaves: a failed commit gives an error and never a code (the worst error would be a false code)."""

from __future__ import annotations

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError

from feedback_api.conversations.service import find_conversation
from feedback_api.models import Agent, Ticket

from .conftest import SERVICE_TOKEN
from .factories import say
from .standins import sample

BEARER = {"Authorization": f"Bearer {SERVICE_TOKEN}"}


@pytest.fixture
def failing_commit(desk):
    """Makes every commit of the desk fail, as a full disk or a lost connection does."""

    def fail(session):
        raise OperationalError("COMMIT", {}, OSError("disk full"))

    event.listen(desk.database._write, "before_commit", fail)
    yield
    event.remove(desk.database._write, "before_commit", fail)


def test_a_failed_commit_gives_an_error_and_no_code(client, desk):
    say(client, "email cua toi la nam@example.org")
    with desk.database.reading() as session:
        sender = find_conversation(session, client.cookies["vssid_chat"]).bot_sender
    body = {**sample("bot_open_ticket"), "conversation": sender}

    def fail(session):
        raise OperationalError("COMMIT", {}, OSError("disk full"))

    event.listen(desk.database._write, "before_commit", fail)
    reply = client.post("/v1/bot/tickets", json=body, headers=BEARER)
    event.remove(desk.database._write, "before_commit", fail)
    assert (reply.status_code, reply.json()["error"]["code"]) == (503, "database_away")
    assert "VS-" not in reply.text
    with desk.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Ticket)) == 0
    again = client.post("/v1/bot/tickets", json=body, headers=BEARER)
    assert again.status_code == 201


def test_a_failed_commit_of_the_chat(client, failing_commit):
    reply = say(client, "quen mat khau")
    assert (reply.status_code, reply.json()["error"]["code"]) == (503, "database_away")
    assert "1900.9068" in reply.json()["error"]["message"]


def test_a_reading_session_refuses_to_write(desk):
    with pytest.raises(RuntimeError, match="GET"), desk.database.reading() as session:
        session.add(Agent(login="x", name="x", role="agent", password_hash="x"))
