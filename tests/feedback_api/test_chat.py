"""A citizen's turns through the real HTTP edge, with stand-ins for bot and search."""

from __future__ import annotations

from sqlalchemy import select

from feedback_api.models import Answer

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
    assert rasa.seen[0].keys() == sample("rasa_request").keys()
    assert rasa.seen[0]["message"] == "quen mat khau vssid"
    assert answers(desk)[0].outcome == "answered"
    assert "HttpOnly" in reply.headers["set-cookie"]
    assert "SameSite=lax" in reply.headers["set-cookie"]
