"""What is forgotten, and what stays."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from feedback_api.conversations.service import (
    clear_conversation,
    find_conversation,
    unresolved_question,
)
from feedback_api.models import Answer, Conversation, IdempotencyKey, Message, Ticket, TicketDraft, utc_now
from feedback_api.retention import Purged, purge_all
from feedback_api.tickets import service as tickets

from .factories import make_agent, make_ticket, say
from .standins import sample


def number_of(desk, table):
    with desk.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_old_conversations_go_and_counts_stay(full_desk):
    client, desk, _, _ = full_desk
    say(client, "goi 0912345678")
    with desk.database.writing() as session:
        agent = make_agent(session)
        conversation = session.scalars(select(Conversation)).one()
        ticket, _ = make_ticket(session, conversation=conversation)
        tickets.resolve(session, ticket, agent, "personal_case", None, "")
        ticket.resolved_at = utc_now() - timedelta(days=8)
        session.scalars(select(IdempotencyKey)).one().created_at = utc_now() - timedelta(days=40)
        conversation.last_seen_at = utc_now() - timedelta(days=200)
    with desk.database.writing() as session:
        assert purge_all(session, 180) == Purged(1, 0, 1, 1)
    assert number_of(desk, Message) == number_of(desk, Conversation) == number_of(desk, TicketDraft) == 0
    with desk.database.reading() as session:
        answer = session.scalars(select(Answer)).one()
        assert (answer.outcome, answer.conversation_id, answer.turn_id) == ("answered", None, None)
        kept = session.scalars(select(Ticket)).one()
        assert (kept.status, kept.conversation_id) == ("closed", None)
        assert tickets.transcript_of(session, kept) == []


def test_clearing_forgets_the_chat(full_desk):
    client, desk, _, _ = full_desk
    say(client, "goi 0912345678")
    token = client.cookies["vssid_chat"]
    with desk.database.writing() as session:
        clear_conversation(session, find_conversation(session, token))
    with desk.database.reading() as session:
        assert find_conversation(session, token) is None
    assert number_of(desk, Message) == number_of(desk, TicketDraft) == 0
    assert client.get("/v1/messages").json()["messages"] == []
    fresh = say(client, "chao")
    assert client.cookies["vssid_chat"] != token
    assert len(fresh.json()["messages"]) == 2


def test_clearing_keeps_what_agents_need(full_desk):
    client, desk, _, _ = full_desk
    say(client, "quen mat khau")
    token = client.cookies["vssid_chat"]
    with desk.database.writing() as session:
        ticket, _ = make_ticket(session, conversation=find_conversation(session, token))
        clear_conversation(session, find_conversation(session, token))
        assert find_conversation(session, token) is None
        assert len(tickets.transcript_of(session, ticket)) == 2


def test_which_question_is_still_open(full_desk):
    client, desk, rasa, _ = full_desk

    def open_question():
        with desk.database.reading() as session:
            return unresolved_question(session, find_conversation(session, client.cookies["vssid_chat"]))

    def with_outcome(status, entry_id=None):
        outcome = {"status": status, "entry_id": entry_id, "hits": [], "generation": None, "ms": 1}
        return [{"text": "x"}, {"custom": {"vssid": {"outcome": outcome, "card": None, "ticket": None}}}]

    say(client, "xin chao")
    assert open_question() is None
    rasa.reply = with_outcome("abstained")
    say(client, "cau hoi kho")
    assert open_question() == "cau hoi kho"
    rasa.reply = sample("rasa_reply_clarify")
    options = say(client, "cau hoi khac").json()["messages"][-1]["options"]
    assert open_question() == "cau hoi khac"
    rasa.reply = with_outcome("abstained")
    say(client, option=options[-2]["id"])
    assert open_question() == "cau hoi khac"
    rasa.reply = [{"text": "không có gì"}]
    say(client, "cam on")
    assert open_question() == "cau hoi khac"
    rasa.reply = with_outcome("answered", "vssid-la-gi")
    say(client, "vssid la gi")
    assert open_question() is None
    rasa.reply = with_outcome("needs_person")
    say(client, "ho so cua toi")
    assert open_question() == "ho so cua toi"
    rasa.reply = with_outcome("handed_over")
    say(client, "gap can bo")
    assert open_question() is None
