"""Hours, callback slots, status by code and contact: what the bot asks, and that guessing gets nobody anywhere."""

from __future__ import annotations

import pytest

from feedback_api.conversations.service import find_conversation
from feedback_api.models import Answer, utc_now
from feedback_api.policy import policy_of
from feedback_api.tickets import service as tickets

from .factories import make_agent, make_ticket, say
from .standins import sample
from .test_bot_api import BEARER


def sender_of(client, desk):
    with desk.database.reading() as session:
        return find_conversation(session, client.cookies["vssid_chat"]).bot_sender


@pytest.fixture
def other_ticket(desk):
    """Of nobody's conversation, by phone and e-mail."""
    with desk.database.writing() as session:
        ticket, _ = make_ticket(session, phone="0912 345 678", email="nam@example.org")
        return ticket.code


def ask(client, sender, code):
    url = f"/v1/bot/conversations/{sender}/ticket-status"
    return client.post(url, json={"code": code}, headers=BEARER)


def test_hours_as_the_sample_says(client):
    told = client.get("/v1/bot/hours", headers=BEARER).json()
    wanted = sample("bot_hours")
    assert set(told) == set(wanted)
    assert 1 <= len(told["slots"]) <= 4
    assert [set(slot) for slot in told["slots"]] == [{"id", "title"}] * len(told["slots"])
    assert told["text"].startswith("từ thứ Hai")
    assert told["slots"][0]["id"].count("/") == wanted["slots"][0]["id"].count("/")


def test_a_call_back_is_kept_and_told(client, desk):
    say(client, "goi toi so 0912345678")
    slot = client.get("/v1/bot/hours", headers=BEARER).json()["slots"][-1]
    body = {
        **sample("bot_open_ticket"),
        "conversation": sender_of(client, desk),
        "reach_by": "phone",
        "callback_slot": slot["id"],
    }
    opened = client.post("/v1/bot/tickets", json=body, headers=BEARER)
    assert opened.status_code == 201, opened.text
    title = slot["title"]
    assert opened.json()["expected"] == f"qua điện thoại vào {title[0].lower()}{title[1:]}"
    again = client.post("/v1/bot/tickets", json=body, headers=BEARER)
    assert (again.status_code, again.json()) == (200, opened.json())
    with desk.database.reading() as session:
        ticket = tickets.find_for_agent(session, opened.json()["code"])
        assert tickets.agent_view(session, ticket).callback_said == title
        assert ticket.due_at == ticket.callback_until


@pytest.mark.parametrize(
    ("reach_by", "slot"), [("phone", "2020-01-06T08:00/12:00"), ("phone", "x"), ("email", None)]
)
def test_a_slot_that_is_gone_is_refused(client, desk, reach_by, slot):
    say(client, "goi toi 0912345678 hoac nam@gmail.com")
    slot = slot or client.get("/v1/bot/hours", headers=BEARER).json()["slots"][-1]["id"]
    body = {
        **sample("bot_open_ticket"),
        "conversation": sender_of(client, desk),
        "reach_by": reach_by,
        "callback_slot": slot,
    }
    reply = client.post("/v1/bot/tickets", json=body, headers=BEARER)
    assert (reply.status_code, reply.json()["error"]["code"]) == (422, "bad_slot")


def test_what_is_due_is_due_while_people_work(desk):
    with desk.database.writing() as session:
        ticket, _ = make_ticket(session)
        calendar = policy_of(session).calendar
        assert calendar.is_open(ticket.due_at)
        assert ticket.due_at > utc_now()


def test_the_contact_typed_into_the_chat_opens_the_status(client, desk, other_ticket):
    say(client, "phieu cua toi the nao")
    sender = sender_of(client, desk)
    first = ask(client, sender, other_ticket)
    unknown = ask(client, sender, "VS-0000-0000")
    assert (first.status_code, first.json()["error"]["code"]) == (422, "contact_missing")
    assert unknown.json() == first.json()  # whether there is such a ticket is not told
    say(client, "so cua toi la 0912.345.678")
    found = ask(client, sender, other_ticket.lower().replace("-", " "))
    assert found.status_code == 200, found.text
    assert set(found.json()) == set(sample("bot_tickets")["tickets"][0])
    assert found.json()["status_title"] == "Mới tiếp nhận"


def test_wrong_code_and_wrong_contact_look_the_same(client, desk, other_ticket):
    say(client, "so cua toi la 0987654321")
    sender = sender_of(client, desk)
    wrong_contact, wrong_code = ask(client, sender, other_ticket), ask(client, sender, "VS-0000-0000")
    nonsense = ask(client, sender, "khong nho")
    assert wrong_contact.status_code == 404
    assert wrong_contact.json() == wrong_code.json() == nonsense.json()
    assert wrong_contact.json()["error"]["code"] == "unknown_ticket"


def test_a_ticket_without_an_address_is_opened_by_no_blank(client, desk):
    with desk.database.writing() as session:
        ticket, _ = make_ticket(session, phone="0912345678", email=None, reach_by="phone")
        code = ticket.code
    say(client, "email toi la nam@example.org")
    assert ask(client, sender_of(client, desk), code).status_code == 404


def test_the_conversations_own_ticket_needs_no_contact(client, desk):
    say(client, "chao")
    with desk.database.writing() as session:
        conversation = find_conversation(session, client.cookies["vssid_chat"])
        ticket, _ = make_ticket(session, conversation=conversation, channel="chat")
        tickets.take(session, ticket, make_agent(session))
        code = ticket.code
    reply = ask(client, sender_of(client, desk), code)
    assert (reply.status_code, reply.json()["status"]) == (200, "open")


def test_guessing_ends_soon(client, desk, other_ticket):
    say(client, "so cua toi la 0987654321")
    sender = sender_of(client, desk)
    statuses = [ask(client, sender, f"VS-0000-000{number}").status_code for number in range(8)]
    assert statuses == [404] * 6 + [429] * 2
    last = ask(client, sender, other_ticket)
    assert int(last.headers["retry-after"]) >= 1
    assert "phút" in last.json()["error"]["message"]


def test_one_code_is_not_tried_from_many_conversations(client, desk, other_ticket):
    statuses = []
    for _ in range(21):
        client.cookies.clear()
        say(client, "so cua toi la 0987654321")
        statuses.append(ask(client, sender_of(client, desk), other_ticket).status_code)
    assert statuses == [404] * 20 + [429]


def test_the_page_shows_a_status_by_contact_and_no_thread(client, desk, other_ticket):
    def check(code, contact):
        return client.post("/tickets/status", data={"code": code, "contact": contact})

    for contact in ("0912 345 678", "+84912345678", "NAM@example.org"):
        reply = check(other_ticket, contact)
        assert reply.status_code == 200
        assert "Tôi không vào được VssID" not in reply.text
        assert "ticket_access" not in reply.headers.get("set-cookie", "")
    wrong, unknown = check(other_ticket, "0987654321"), check("VS-0000-0000", "0987654321")
    assert (wrong.status_code, unknown.status_code) == (404, 404)
    assert wrong.text.replace(other_ticket, "") == unknown.text.replace("VS-0000-0000", "")
    assert check(other_ticket, "123").status_code == 422


def test_why_an_answer_did_not_help_is_kept(full_desk):
    client, desk, rasa, _ = full_desk
    say(client, "quen mat khau vssid")
    feedback = {"entry_id": "vssid-quen-mat-khau", "reason": "missing_step"}
    custom = {"vssid": {"outcome": None, "card": None, "ticket": None, "feedback": feedback}}
    rasa.reply = [{"text": "Cảm ơn bạn."}, {"custom": custom}]
    say(client, "thieu buoc")
    with desk.database.reading() as session:
        answer = session.query(Answer).one()
        assert (answer.resolved, answer.unsolved_reason) == (False, "missing_step")
