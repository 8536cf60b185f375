"""The bot's side of the contract, with the samples both Pythons load."""

from __future__ import annotations

import re

import pytest

from feedback_api.conversations.service import find_conversation
from feedback_api.models import Ticket
from feedback_api.tickets import service as tickets

from .conftest import SERVICE_TOKEN
from .factories import make_agent, say
from .standins import sample

STAMP = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00"
BEARER = {"Authorization": f"Bearer {SERVICE_TOKEN}"}


@pytest.fixture
def sender(client, desk):
    say(client, "toi mat email, lien he nam@gmail.com")
    with desk.database.reading() as session:
        return find_conversation(session, client.cookies["vssid_chat"]).bot_sender


def test_opens_a_ticket_as_the_samples_say(client, desk, sender):
    body = {**sample("bot_open_ticket"), "conversation": sender}
    opened = client.post("/v1/bot/tickets", json=body, headers=BEARER)
    wanted = sample("bot_opened_ticket")
    assert opened.status_code == 201
    found = opened.json()
    assert {key: type(value) for key, value in found.items()} == {
        key: type(value) for key, value in wanted.items()
    }
    for key in ("status", "reach_by", "contact_shown"):
        assert found[key] == wanted[key]
    assert re.fullmatch(STAMP, wanted["opened_at"])
    assert re.fullmatch(STAMP, found["opened_at"])
    again = client.post("/v1/bot/tickets", json=body, headers=BEARER)
    assert (again.status_code, again.json()) == (200, found)
    other = client.post("/v1/bot/tickets", json={**body, "text": "Khác"}, headers=BEARER)
    assert (other.status_code, other.json()["error"]["code"]) == (409, "same_key_other_body")
    with desk.database.writing() as session:
        agent = make_agent(session)
        ticket = tickets.find_for_agent(session, found["code"])
        tickets.reply(session, ticket, agent, "Bạn cần gì thêm?", ticket.version, "k")
    listed = client.get(f"/v1/bot/conversations/{sender}/tickets", headers=BEARER).json()["tickets"]
    assert [set(row) for row in listed] == [set(row) for row in sample("bot_tickets")["tickets"]]
    assert (listed[0]["status"], listed[0]["status_title"]) == ("waiting_citizen", "Chờ bạn trả lời")


def test_the_contact_comes_from_the_draft_only(client, desk, sender):
    body = {**sample("bot_open_ticket"), "conversation": sender, "reach_by": "phone", "phone": "0912345678"}
    reply = client.post("/v1/bot/tickets", json=body, headers=BEARER)
    assert (reply.status_code, reply.json()["error"]["code"]) == (422, "contact_missing")
    say(client, "so cua toi 0987 654 321")
    reply = client.post("/v1/bot/tickets", json=body, headers=BEARER)
    assert (reply.status_code, reply.json()["contact_shown"]) == (201, "09•• ••• 321")
    with desk.database.reading() as session:
        assert session.query(Ticket).one().phone == "+84987654321"


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": SERVICE_TOKEN}])
def test_without_the_token(client, header):
    reply = client.post("/v1/bot/tickets", json=sample("bot_open_ticket"), headers=header)
    assert (reply.status_code, reply.json()["error"]["code"]) == (401, "unauthorised")
    assert client.get("/v1/bot/conversations/b-1/tickets", headers=header).status_code == 401


def test_an_unknown_conversation(client):
    reply = client.post("/v1/bot/tickets", json=sample("bot_open_ticket"), headers=BEARER)
    assert (reply.status_code, reply.json()["error"]["code"]) == (404, "unknown_conversation")
    assert client.get("/v1/bot/conversations/b-1/tickets", headers=BEARER).status_code == 404
