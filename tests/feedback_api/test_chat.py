"""A citizen's turns through the real HTTP edge, with stand-ins for bot and search."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import select

from feedback_api.conversations import replies
from feedback_api.models import Answer, Message

from .factories import say
from .standins import sample


def bot_messages(reply):
    return [item for item in reply.json()["messages"] if item["author"] == "bot"]


def answers(desk):
    with desk.database.reading() as session:
        return list(session.scalars(select(Answer).order_by(Answer.id)))


def test_bot_answers(full_desk):
    client, desk, rasa, _ = full_desk
    reply = say(client, "quen mat khau vssid")
    assert reply.status_code == 200, reply.text
    citizen, bot = reply.json()["messages"]
    wanted = sample("chat_turn")["messages"]
    assert set(bot) == set(wanted[1])
    assert {k: citizen[k] for k in ("author", "text", "masked", "card", "options")} == {
        k: wanted[0][k] for k in ("author", "text", "masked", "card", "options")
    }
    assert bot["card"] == wanted[1]["card"]
    assert [set(option) for option in bot["options"]] == [set(option) for option in wanted[1]["options"]]
    assert citizen["created_at"].endswith("+00:00")
    assert len(citizen["created_at"]) == len(wanted[0]["created_at"])
    assert rasa.seen[0].keys() == sample("rasa_request").keys()
    assert rasa.seen[0]["message"] == "quen mat khau vssid"
    assert answers(desk)[0].outcome == "answered"
    assert "HttpOnly" in reply.headers["set-cookie"]
    assert "SameSite=lax" in reply.headers["set-cookie"]


def test_a_repeat_gives_the_first_result(full_desk):
    client, desk, rasa, _ = full_desk
    client_id = str(uuid.uuid4())
    first = say(client, "quen mat khau", client_id=client_id)
    second = say(client, "quen mat khau", client_id=client_id)
    assert second.json() == first.json()
    assert len(rasa.seen) == 1
    assert len(answers(desk)) == 1


def test_a_turn_cut_off_by_a_crash_is_taken_up_again(full_desk):
    client, desk, rasa, _ = full_desk
    client_id = str(uuid.uuid4())
    first = say(client, "quen mat khau", client_id=client_id).json()
    with desk.database.writing() as session:  # as if the process had died between the two transactions
        for message in session.scalars(select(Message).where(Message.author == "bot")):
            session.delete(message)
    again = say(client, "quen mat khau", client_id=client_id).json()
    assert again["messages"][0] == first["messages"][0]
    assert len(bot_messages_of(again)) == 1
    assert len(rasa.seen) == 2


def bot_messages_of(body):
    return [item for item in body["messages"] if item["author"] == "bot"]


def test_an_option_is_sent_as_its_payload_and_only_once_valid(full_desk):
    client, desk, rasa, _ = full_desk
    options = bot_messages(say(client, "quen mat khau"))[-1]["options"]
    assert all("payload" not in option for option in options)
    unsolved = next(option for option in options if option["title"] == "Chưa giải quyết")
    rasa.reply = sample("rasa_reply_clarify")
    reply = say(client, option=unsolved["id"])
    assert reply.json()["messages"][0]["text"] == "Chưa giải quyết"
    assert rasa.seen[-1]["message"] == "/deny"
    assert answers(desk)[0].resolved is False
    assert rasa.seen[-1]["metadata"]["pending_question"] is None
    stale = say(client, option=unsolved["id"])
    assert stale.status_code == 409
    assert stale.json()["error"]["code"] == "stale_option"
    choice = bot_messages(reply)[-1]["options"][0]
    say(client, option=choice["id"])
    assert rasa.seen[-1]["message"] == '/choose_entry{"entry_id": "vssid-quen-mat-khau"}'
    assert rasa.seen[-1]["metadata"]["pending_question"] == "quen mat khau"


def test_an_option_of_someone_else_is_refused(full_desk):
    client, _, _, _ = full_desk
    option = bot_messages(say(client, "quen mat khau"))[-1]["options"][0]
    client.cookies.clear()
    say(client, "xin chao")
    assert say(client, option=option["id"]).status_code == 409


@pytest.mark.parametrize(
    ("text", "status", "code"),
    [
        ("", 422, "empty_text"),
        ("  \u200b\u202e\n ", 422, "empty_text"),
        ("\U000e0041\U000e0042", 422, "empty_text"),
        ("a" * 1001, 422, "text_too_long"),
        ("a" * 30_000, 422, "bad_request"),
    ],
)
def test_bad_text_gets_a_friendly_refusal(full_desk, text, status, code):
    client, _, rasa, _ = full_desk
    reply = say(client, text)
    assert (reply.status_code, reply.json()["error"]["code"]) == (status, code)
    assert reply.json()["error"]["message"]
    assert rasa.seen == []


@pytest.mark.parametrize("text", ["😀😀", "?!", "/", "// /"])
def test_signs_alone_are_answered_without_the_bot(full_desk, text):
    client, _, rasa, search = full_desk
    reply = say(client, text)
    assert "gõ câu hỏi bằng chữ" in bot_messages(reply)[0]["text"]
    assert rasa.seen == search.seen == []


@pytest.mark.parametrize(
    ("typed", "shown", "sent"),
    [
        ('/deny{"a": 1}', '/deny{"a": 1}', 'deny{"a": 1}'),
        ("/restart", "/restart", "restart"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("que\u0302n ma\u0323\u0302t", "quên mật", "quên mật"),
        ("a\u202eb\u200bc", "abc", "abc"),
    ],
)
def test_what_looks_like_a_command_is_text(full_desk, typed, shown, sent):
    client, _, rasa, _ = full_desk
    reply = say(client, typed)
    assert reply.json()["messages"][0]["text"] == shown
    assert rasa.seen[0]["message"] == sent


def test_personal_numbers_are_masked_and_the_citizen_is_told(full_desk):
    client, desk, rasa, _ = full_desk
    reply = say(client, "cccd 079012345678, goi toi 0912 345 678 hoac nam@gmail.com, otp 483920")
    citizen, system, _ = reply.json()["messages"]
    assert citizen["masked"] == ["cccd", "phone", "email", "otp"]
    assert system["author"] == "system"
    assert "số CCCD" in system["text"]
    assert "OTP" in system["text"]
    sent = rasa.seen[0]
    assert sent["metadata"]["contact"] == {"phone": "09•• ••• 678", "email": "n•••@gmail.com"}
    for number in ("079012345678", "345 678", "nam@gmail", "483920"):
        assert number not in str(sent)
    with desk.database.reading() as session:
        stored = " ".join(session.scalars(select(Message.text)))
    assert not any(number in stored for number in ("079012345678", "345 678", "nam@", "483920"))


def test_resumes_after_a_reload_and_polls(full_desk):
    client, _, _, _ = full_desk
    assert client.get("/v1/messages").json()["messages"] == []
    said = say(client, "quen mat khau").json()["messages"]
    assert client.get("/v1/messages").json()["messages"] == said
    assert client.get(f"/v1/messages?after={said[0]['id']}").json()["messages"] == said[1:]


def test_the_tickets_code_is_shown_only_when_the_ticket_is_stored(full_desk):
    client, desk, rasa, _ = full_desk
    rasa.reply = sample("rasa_reply_ticket")
    reply = say(client, "mo phieu giup toi").json()
    assert reply["ticket"] is None
    assert "VS-7K2M-9QXD" not in str(reply)
    assert answers(desk)[0].outcome == "error_bot"


def test_a_message_needs_text_or_option(full_desk):
    client, *_ = full_desk
    for body in (
        {"client_id": "12345678"},
        {"client_id": "12345678", "text": "a", "option": "o"},
        {"text": "a"},
        [1],
        {"client_id": "12345678", "text": 5},
    ):
        reply = client.post("/v1/messages", json=body)
        assert (reply.status_code, reply.json()["error"]["code"]) == (422, "bad_request")
    assert (
        client.post("/v1/messages", content=b"{", headers={"Content-Type": "application/json"}).status_code
        == 422
    )


def test_the_way_to_a_person_is_offered_once():
    """The bot offers it itself below a facet's values."""
    own = {"title": replies.PERSON["title"], "payload": "/wants_person"}
    asked = replies.BotTurn((replies.Said("Bạn còn dùng email đã đăng ký không?", options=(own,)),))
    assert replies.with_person(asked).said[-1].options == (own,)
    plain = replies.BotTurn((replies.Said("Chào bạn."),))
    assert replies.with_person(plain).said[-1].options == (replies.PERSON,)
