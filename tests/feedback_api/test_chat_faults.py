"""The bot is never silent: Rasa down, slow, empty or broken, search down, both down, each with the real clients."""

from __future__ import annotations

import asyncio
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from sqlalchemy import event, func, select
from starlette.testclient import TestClient

from feedback_api.app import create_app, make_desk
from feedback_api.models import Answer, Message, Ticket

from .conftest import SAME_ORIGIN, SERVICE_TOKEN, make_settings
from .factories import say
from .standins import RasaStandIn, Served, sample
from .test_chat import answers, bot_messages
from .test_handover import set_hours


def break_rasa(rasa, how):
    if how == "empty":
        rasa.reply = []
    elif how == "error":
        rasa.status = 500
    elif how == "no json":
        rasa.raw = "<html>oops</html>"
    elif how == "not a list":
        rasa.reply = {"text": "x"}
    elif how == "no text":
        rasa.reply = [{"recipient_id": "x", "custom": {}}]
    elif how == "bad outcome":
        rasa.reply = [{"text": "x", "custom": {"vssid": {"outcome": {"status": "nonsense"}}}}]


BROKEN = ["empty", "error", "no json", "not a list", "no text", "bad outcome"]


@pytest.mark.parametrize("how", BROKEN)
def test_search_answers_when_rasa_is_broken(full_desk, how):
    client, desk, rasa, search = full_desk
    break_rasa(rasa, how)
    bot = bot_messages(say(client, "quen mat khau vssid"))[-1]
    assert bot["text"] == search.reply["hits"][0]["answer"]
    assert bot["card"]["id"] == "vssid-quen-mat-khau"
    assert "score" not in bot["card"]
    assert [option["title"] for option in bot["options"]] == [
        "Đã giải quyết",
        "Chưa giải quyết",
        "Gặp cán bộ",
    ]
    stored = answers(desk)[0]
    assert (stored.outcome, stored.entry_id) == ("error_bot", "vssid-quen-mat-khau")
    assert [hit["id"] for hit in stored.hits] == [hit["id"] for hit in search.reply["hits"]]
    assert stored.generation == search.reply["generation"]


def test_search_answers_when_rasa_is_slow(database_url, tmp_path, rasa, search):
    settings = make_settings(
        database_url, tmp_path, rasa_url=rasa.url, search_url=search.url, rasa_timeout=0.3
    )
    rasa.delay = 5
    with TestClient(create_app(settings), headers=SAME_ORIGIN) as client:
        began = time.monotonic()
        bot = bot_messages(say(client, "quen mat khau"))[-1]
        assert time.monotonic() - began < 4
    assert bot["card"]["id"] == "vssid-quen-mat-khau"


def test_rasa_away_at_all(database_url, tmp_path, search):
    settings = make_settings(database_url, tmp_path, search_url=search.url)
    with TestClient(create_app(settings), headers=SAME_ORIGIN) as client:
        assert bot_messages(say(client, "quen mat khau"))[-1]["card"]["id"] == "vssid-quen-mat-khau"
        search.reply = sample("search_clarify")
        bot = bot_messages(say(client, "mat khau"))[-1]
        titles = [option["title"] for option in bot["options"]]
        assert titles == [
            *(hit["question"] for hit in search.reply["hits"]),
            "Không phải các câu này",
            "Gặp cán bộ",
        ]
        chosen = bot_messages(say(client, option=bot["options"][0]["id"]))[-1]
        assert chosen["card"]["id"] == "vssid-quen-mat-khau"
        yes = bot_messages(say(client, option=chosen["options"][0]["id"]))[-1]
        assert "Cảm ơn" in yes["text"]
        bot = bot_messages(say(client, "mat khau"))[-1]
        unknown = bot_messages(say(client, option=bot["options"][1]["id"]))[-1]
        assert "1900.9068" in unknown["text"]
        bot = bot_messages(say(client, "mat khau"))[-1]
        none = bot_messages(say(client, option=bot["options"][2]["id"]))[-1]
        assert none["options"] == [{"title": "Gặp cán bộ", "href": "/tickets/new"}]
        search.reply = sample("search_abstain")
        assert "Gặp cán bộ" in bot_messages(say(client, "ai vo dich"))[-1]["text"]
        search.reply = sample("search_needs_person")
        person = bot_messages(say(client, "ho so cua toi"))[-1]
        assert person["card"]["id"] == "vssid-mat-ca-email-va-so-dien-thoai"


@pytest.mark.parametrize("how", BROKEN)
def test_both_down_leaves_ticket_and_hotline(full_desk, how):
    client, desk, rasa, search = full_desk
    break_rasa(rasa, how)
    search.status = 503
    bot = bot_messages(say(client, "quen mat khau"))[-1]
    assert "1900.9068" in bot["text"]
    assert {"title": "Gặp cán bộ", "href": "/tickets/new"} in bot["options"]
    assert answers(desk)[0].outcome == "error_bot"


@pytest.mark.parametrize("is_open", [True, False])
def test_the_desks_own_words_say_when_people_work(full_desk, is_open):
    client, desk, rasa, search = full_desk
    set_hours(desk, is_open=is_open)
    rasa.reply = []

    def away(text=None, option=None):
        return "Bây giờ ngoài giờ làm việc" in bot_messages(say(client, text, option))[-1]["text"]

    search.reply = sample("search_clarify")
    clarify = bot_messages(say(client, "mat khau"))[-1]
    assert "ngoài giờ" not in clarify["text"]
    assert away(option=clarify["options"][2]["id"]) is not is_open  # none of these
    for reply in ("search_abstain", "search_needs_person"):
        search.reply = sample(reply)
        assert away("cho toi gap can bo") is not is_open
    search.status = 503
    assert away("quen mat khau") is not is_open
    search.status, search.reply = 200, sample("search_answer")
    assert away("quen mat khau") is False  # an answer needs nobody


def test_a_failed_commit_shows_an_error_and_stores_nothing(full_desk):
    client, desk, rasa, _ = full_desk

    def fail(session):
        raise OSError("disk full")

    # Transaction 1 fails: the bot is never asked.
    event.listen(desk.database._write, "before_commit", fail)
    try:
        reply = say(client, "quen mat khau")
    finally:
        event.remove(desk.database._write, "before_commit", fail)
    assert reply.status_code == 500
    assert rasa.seen == []
    with desk.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Message)) == 0


def test_turns_of_one_conversation_keep_their_order(full_desk):
    client, desk, rasa, _ = full_desk
    say(client, "bat dau")

    async def slow_first(body):
        await asyncio.sleep(0.3 if body["message"] == "mot" else 0)
        return [{"recipient_id": "x", "text": f"tra loi {body['message']}"}]

    rasa.before = slow_first
    with ThreadPoolExecutor(3) as pool:
        futures = []
        for text in ("mot", "hai", "ba"):
            futures.append(pool.submit(say, client, text))
            deadline = time.monotonic() + 10
            while count(desk, text) == 0 and text == "mot":
                assert time.monotonic() < deadline
                time.sleep(0.01)
        assert [future.result().status_code for future in futures] == [200, 200, 200]
    texts = [item["text"] for item in client.get("/v1/messages").json()["messages"]][2:]
    assert texts[:2] == ["mot", "tra loi mot"]
    assert sorted(texts[2:]) == ["ba", "hai", "tra loi ba", "tra loi hai"]
    assert texts[3] == f"tra loi {texts[2]}"


def count(desk, text):
    with desk.database.reading() as session:
        return session.scalar(select(func.count()).where(Message.text == text))


def test_sixty_chats_wait_while_an_action_opens_a_ticket(database_url, tmp_path, search):
    """Desk waits for Rasa, whose action calls desk: with a pool thread held per chat this would lock up."""
    rasa = RasaStandIn()
    with Served(rasa.app) as bot:
        settings = make_settings(
            database_url, tmp_path, rasa_url=bot.url, search_url=search.url, rasa_timeout=30
        )
        desk = make_desk(settings)
        with Served(create_app(settings, desk)) as served:

            async def action(body):
                await asyncio.sleep(0.5)
                ticket = {
                    **sample("bot_open_ticket"),
                    "conversation": body["sender"],
                    "idempotency_key": f"{body['sender']}:1",
                }
                headers = {"Authorization": f"Bearer {SERVICE_TOKEN}"}
                async with httpx.AsyncClient(base_url=served.url, timeout=20) as http:
                    opened = await http.post("/v1/bot/tickets", json=ticket, headers=headers)
                assert opened.status_code == 201, opened.text
                code = opened.json()["code"]
                custom = {"vssid": {"outcome": None, "card": None, "ticket": {"code": code}}}
                return [{"text": f"Đã mở phiếu {code}."}, {"custom": custom}]

            rasa.before = action

            async def citizen(http, number):
                body = {"text": f"goi toi nguoi{number}@example.org", "client_id": str(uuid.uuid4())}
                return await http.post("/v1/messages", json=body, headers=SAME_ORIGIN)

            async def everybody():
                limits = httpx.Limits(max_connections=60)
                async with httpx.AsyncClient(base_url=served.url, timeout=60, limits=limits) as http:
                    return await asyncio.gather(*(citizen(http, number) for number in range(60)))

            replies = asyncio.run(everybody())
        desk.database.dispose()
        assert [reply.status_code for reply in replies] == [200] * 60
        codes = [reply.json()["ticket"]["code"] for reply in replies]
        assert len(set(codes)) == 60
        options = replies[0].json()["messages"][-1]["options"]
        assert options[0] == {"title": "Xem phiếu của bạn", "href": f"/tickets/{codes[0]}"}
        fresh = make_desk(settings)
        with fresh.database.reading() as session:
            assert set(session.scalars(select(Ticket.code))) == set(codes)
            assert session.scalar(select(func.count()).select_from(Answer)) == 0
        fresh.database.dispose()
