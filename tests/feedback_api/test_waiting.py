"""Nobody waits for ever: tickets without their citizen's answer end, citizens without the agent's hear the bot meanwhile."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from feedback_api.conversations.service import find_conversation
from feedback_api.models import OutboxMail, TicketEvent
from feedback_api.policy import KEY
from feedback_api.retention import purge_all
from feedback_api.tickets import service as tickets
from feedback_api.workhours.calendar import Calendar

from .factories import make_ticket, say
from .test_handover import set_hours, thread

DAY = timedelta(days=1)


def grow_older(desk, age):
    with desk.database.writing() as session:
        for one in session.scalars(select(TicketEvent)):
            one.created_at -= age


def ended(desk):
    with desk.database.writing() as session:
        return purge_all(session, 180).unanswered


def state(desk, code):
    with desk.database.reading() as session:
        ticket = tickets.find_for_agent(session, code)
        return ticket.status, ticket.resolution


def hours(desk, number):
    object.__setattr__(desk.database._write.kw["info"][KEY], "silent_hours", number)


def test_a_ticket_without_the_citizens_answer_ends_and_the_bot_returns(handed):
    client, desk, rasa, code, _ = handed
    grow_older(desk, 13 * DAY)
    assert ended(desk) == 0
    grow_older(desk, 2 * DAY)
    assert ended(desk) == 1
    assert state(desk, code) == ("resolved", "no_reply")
    kind, text = thread(desk, code)[-1]
    assert kind == "resolved"
    assert f"{code} và chờ bạn 14 ngày" in text
    assert text in client.get(f"/tickets/{code}").text
    transcript = client.get("/v1/messages").json()
    assert transcript["with_agent"] is False
    assert transcript["messages"][-1]["text"] == text
    with desk.database.reading() as session:
        assert [mail.template for mail in session.scalars(select(OutboxMail))][-1] == "ticket_resolved"
    assert say(client, "con cau khac").json()["messages"][-1]["author"] == "bot"
    assert len(rasa.seen) == 1
    assert ended(desk) == 0


def test_a_reply_reopens_it(handed):
    client, desk, _, code, _ = handed
    grow_older(desk, 20 * DAY)
    ended(desk)
    form = {"text": "Tôi vẫn chưa được", "idempotency_key": "k-reply-1"}
    client.post(f"/tickets/{code}/replies", data=form)
    assert state(desk, code) == ("open", None)
    grow_older(desk, 20 * DAY)
    assert ended(desk) == 0  # now the agent is to answer


def test_what_is_among_colleagues_does_not_keep_a_ticket_waiting(handed):
    _, desk, _, code, agent = handed
    grow_older(desk, 20 * DAY)
    with desk.database.writing() as session:
        tickets.add_note(session, tickets.find_for_agent(session, code), agent, "Đã gọi, không ai nghe.")
    assert ended(desk) == 1


def test_an_answer_of_either_side_starts_the_days_anew(handed):
    client, desk, _, code, agent = handed
    grow_older(desk, 20 * DAY)
    say(client, "em moi gui")
    with desk.database.writing() as session:
        ticket = tickets.find_for_agent(session, code)
        tickets.reply(session, ticket, agent, "Còn thiếu ngày sinh.", ticket.version, "k2")
    assert ended(desk) == 0
    assert state(desk, code)[0] == "waiting_citizen"


@pytest.fixture
def unanswered(handed):
    """As `handed`, and the citizen has written an hour of work ago."""
    client, desk, _, _, _ = handed
    set_hours(desk, is_open=True)
    hours(desk, 1)
    say(client, "toi da gui roi")
    return handed


def test_who_waits_too_long_for_the_agent_is_answered_by_the_bot(unanswered):
    client, desk, rasa, code, _ = unanswered
    assert rasa.seen == []
    grow_older(desk, timedelta(hours=2))
    turn = say(client, "con ai o do khong").json()
    assert [item["author"] for item in turn["messages"]] == ["citizen", "system", "bot"]
    assert "Tôi đã ghi tin này vào phiếu" in turn["messages"][1]["text"]
    assert turn["messages"][1]["options"][0]["href"] == f"/tickets/{code}"
    assert turn["with_agent"] is False
    assert thread(desk, code)[-1] == ("citizen_replied", "con ai o do khong")
    assert state(desk, code)[0] == "open"
    say(client, "hoi cau khac")
    assert [seen["message"] for seen in rasa.seen] == ["con ai o do khong", "hoi cau khac"]
    assert thread(desk, code)[-1][1] == "con ai o do khong"


def test_the_agents_next_answer_takes_the_chat_again(unanswered):
    client, desk, rasa, code, agent = unanswered
    grow_older(desk, timedelta(hours=2))
    say(client, "con ai o do khong")
    with desk.database.writing() as session:
        ticket = tickets.find_for_agent(session, code)
        tickets.reply(session, ticket, agent, "Tôi đây, xin lỗi bạn.", ticket.version, "k2")
    turn = say(client, "cam on").json()
    assert turn["with_agent"] is True
    assert [item["text"] for item in turn["earlier"]] == ["Tôi đây, xin lỗi bạn."]
    assert thread(desk, code)[-1] == ("citizen_replied", "cam on")
    assert len(rasa.seen) == 1


def test_hours_are_hours_of_work_and_count_from_the_citizens_words(unanswered):
    client, desk, rasa, _, _ = unanswered
    say(client, "them mot y")  # at once: nobody has waited yet
    object.__setattr__(desk.database._write.kw["info"][KEY], "calendar", Calendar(((),) * 7))
    grow_older(desk, timedelta(hours=20))
    say(client, "dang dem")
    assert rasa.seen == []


def test_a_citizen_who_comes_back_late_has_not_waited(handed):
    """The agent's answer is the last word: its age does not matter."""
    client, desk, rasa, code, _ = handed
    set_hours(desk, is_open=True)
    hours(desk, 1)
    grow_older(desk, 5 * DAY)
    say(client, "gio toi moi thay")
    assert rasa.seen == []
    assert thread(desk, code)[-1] == ("citizen_replied", "gio toi moi thay")


def test_the_agent_who_comes_back_while_the_bot_thinks_has_the_words_once(unanswered):
    client, desk, rasa, code, agent = unanswered
    grow_older(desk, timedelta(hours=2))

    def answer():
        with desk.database.writing() as session:
            fresh = tickets.find_for_agent(session, code)
            tickets.reply(session, fresh, agent, "Tôi đây.", fresh.version, "k3")

    async def agent_is_faster(body):
        worker = threading.Thread(target=answer)
        worker.start()
        worker.join(20)

    rasa.before = agent_is_faster
    turn = say(client, "con ai o do khong").json()
    assert "bot" not in [item["author"] for item in turn["messages"]]
    assert turn["with_agent"] is True
    assert [text for _, text in thread(desk, code)].count("con ai o do khong") == 1


def test_a_repeat_after_a_fault_is_not_written_twice(unanswered):
    """The words are in the thread, the bot's answer could not be stored: the page sends again."""
    client, desk, rasa, code, _ = unanswered
    grow_older(desk, timedelta(hours=2))
    client_id = "11111111-aaaa-bbbb-cccc-000000000009"

    def fail(session):
        if rasa.seen:
            raise OSError("disk full")

    event.listen(desk.database._write, "before_commit", fail)
    try:
        assert say(client, "con ai o do khong", client_id=client_id).status_code == 500
    finally:
        event.remove(desk.database._write, "before_commit", fail)
    with desk.database.writing() as session:  # else the next turn waits until the lease has run out
        find_conversation(session, client.cookies["vssid_chat"]).turn_holder = None
    again = say(client, "con ai o do khong", client_id=client_id).json()
    assert [item["author"] for item in again["messages"]] == ["citizen", "system", "bot"]
    assert [text for _, text in thread(desk, code)].count("con ai o do khong") == 1


def test_another_ticket_of_the_same_chat_is_left_alone(handed):
    client, desk, _, _, _ = handed
    with desk.database.writing() as session:
        conversation = find_conversation(session, client.cookies["vssid_chat"])
        other, _ = make_ticket(session, conversation=conversation, channel="chat")
    grow_older(desk, 20 * DAY)
    assert ended(desk) == 1
    assert state(desk, other.code) == ("new", None)
