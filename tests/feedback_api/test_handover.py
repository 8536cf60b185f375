"""One owner per conversation: an agent's answer silences the bot, the end of the ticket brings it back."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from feedback_api.app import create_app, make_desk
from feedback_api.conversations import owner
from feedback_api.conversations.service import find_conversation
from feedback_api.models import Answer, Conversation, Message, TicketEvent, utc_now
from feedback_api.policy import KEY
from feedback_api.tickets import service as tickets
from feedback_api.workhours.calendar import VIETNAM, Calendar, Span

from .conftest import SAME_ORIGIN, make_settings
from .factories import make_agent, make_ticket, say


def calendar(*, is_open):
    """People who always, or today never, work."""
    day = datetime.now(VIETNAM).date()
    all_day = (Span(datetime.min.time(), datetime.max.time()),)
    closed = frozenset() if is_open else frozenset({day, day + timedelta(days=1)})
    return Calendar((all_day,) * 7, closed)


@pytest.fixture(params=[True, False], ids=["open", "closed"])
def hours(request):
    return request.param


def thread(desk, code):
    with desk.database.reading() as session:
        ticket = tickets.find_for_agent(session, code)
        return [(event.kind, event.text) for event in tickets.citizen_thread(session, ticket)]


def set_hours(desk, *, is_open):
    policy = desk.database._write.kw["info"][KEY]
    object.__setattr__(policy, "calendar", calendar(is_open=is_open))


def test_agents_replies_come_into_the_chat_and_the_bot_is_quiet(handed):
    client, desk, rasa, code, _ = handed
    transcript = client.get("/v1/messages").json()
    assert transcript["with_agent"] is True
    assert transcript["messages"][-1]["author"] == "agent"
    reply = say(client, "em dang ky thang 3, so 0912345678").json()
    assert rasa.seen == []
    assert reply["with_agent"] is True
    assert reply["ticket"] is None
    assert [item["author"] for item in reply["messages"]] == ["citizen", "system", "system"]
    assert code in reply["messages"][-1]["text"]
    kinds = thread(desk, code)
    assert kinds[-1] == ("citizen_replied", "em dang ky thang 3, so [số điện thoại đã ẩn]")
    with desk.database.reading() as session:
        assert tickets.find_for_agent(session, code).status == "open"
        assert len(list(session.scalars(select(Answer)))) == 1


def test_a_reply_that_came_between_two_looks_is_not_skipped(handed):
    """The page asks for what is younger than the youngest it knows: the turn must bring what is older and unseen."""
    client, _, _, _, _ = handed
    client_id = "11111111-aaaa-bbbb-cccc-000000000002"
    turn = say(client, "em gui roi a", client_id=client_id).json()
    assert [item["text"] for item in turn["earlier"]] == ["Bạn gửi tôi ngày đăng ký nhé."]
    assert turn["earlier"][0]["id"] < turn["messages"][0]["id"]
    assert say(client, "em gui roi a", client_id=client_id).json() == turn
    assert say(client, "them nua").json()["earlier"] == []


def test_a_repeat_is_passed_on_once_and_told_once(handed):
    client, desk, rasa, code, _ = handed
    client_id = "11111111-aaaa-bbbb-cccc-000000000001"
    first = say(client, "em gui roi a", client_id=client_id).json()
    assert say(client, "em gui roi a", client_id=client_id).json() == first
    second = say(client, "con mot y nua").json()
    assert [item["author"] for item in second["messages"]] == ["citizen"]
    texts = [text for kind, text in thread(desk, code) if kind == "citizen_replied"]
    assert texts == ["em gui roi a", "con mot y nua"]
    assert rasa.seen == []


def test_the_citizen_is_told_when_people_work(handed, hours):
    client, desk, _, _, _ = handed
    set_hours(desk, is_open=hours)
    told = say(client, "co ai khong").json()["messages"][-1]["text"]
    assert ("trả lời ngay tại đây" in told) is hours
    assert ("ngoài giờ làm việc" in told) is not hours
    assert ("đọc tin từ" in told) is not hours


@pytest.mark.parametrize("end", ["resolve", "close", "spam"])
def test_the_bot_returns_when_the_ticket_is_done(handed, end):
    client, desk, rasa, code, agent = handed
    with desk.database.writing() as session:
        ticket = tickets.find_for_agent(session, code)
        tickets.resolve(session, ticket, agent, "spam" if end == "spam" else "personal_case", None, "")
        if end == "close":
            tickets.close(session, ticket, agent)
    transcript = client.get("/v1/messages").json()
    assert transcript["with_agent"] is False
    back = [item for item in transcript["messages"] if item["author"] == "system"]
    assert len(back) == 1
    assert back[0]["options"] == [{"title": "Xem phiếu của bạn", "href": f"/tickets/{code}"}]
    assert say(client, "con cau khac").json()["messages"][-1]["author"] == "bot"
    assert len(rasa.seen) == 1


def test_one_owner_at_a_time(handed):
    """A second ticket of the same chat neither takes nor gives back what the first one holds."""
    client, desk, _, code, agent = handed
    with desk.database.writing() as session:
        conversation = find_conversation(session, client.cookies["vssid_chat"])
        other, _ = make_ticket(session, conversation=conversation, channel="chat")
        tickets.reply(session, other, agent, "Về phiếu thứ hai.", other.version, "k2")
        assert session.get_one(Conversation, conversation.id).owner_ticket == code
        tickets.resolve(session, other, agent, "personal_case", None, "")
        session.refresh(conversation)
        assert (conversation.owner, conversation.owner_ticket) == ("agent", code)
        assert not owner.give_to_agent(session, conversation.id, other.code)
        assert owner.give_to_bot(session, conversation.id, code)
        assert not owner.give_to_bot(session, conversation.id, code)


def test_only_one_of_many_agents_takes_the_conversation(full_desk):
    client, desk, _, _ = full_desk
    say(client, "gap can bo")
    with desk.database.reading() as session:
        number = find_conversation(session, client.cookies["vssid_chat"]).id
    won, start = [], threading.Barrier(6)

    def take(name):
        start.wait(10)
        with desk.database.writing() as session:
            won.append(owner.give_to_agent(session, number, name))

    threads = [threading.Thread(target=take, args=(f"VS-0000-000{each}",)) for each in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(30)
    assert sorted(won) == [False] * 5 + [True]


def test_the_bot_that_is_thinking_keeps_quiet_when_an_agent_takes_over(full_desk):
    client, desk, rasa, _ = full_desk
    say(client, "bat dau")
    token = client.cookies["vssid_chat"]
    with desk.database.writing() as session:
        ticket, _ = make_ticket(session, conversation=find_conversation(session, token), channel="chat")
        agent = make_agent(session)

    def answer():
        with desk.database.writing() as session:
            fresh = tickets.find_for_agent(session, ticket.code)
            tickets.reply(session, fresh, agent, "Tôi đây.", fresh.version, "k")

    async def agent_is_faster(body):
        worker = threading.Thread(target=answer)
        worker.start()
        worker.join(20)

    rasa.before = agent_is_faster
    reply = say(client, "toi van chua vao duoc").json()
    assert [item["author"] for item in reply["messages"]] == ["citizen", "system"]
    assert reply["with_agent"] is True
    assert thread(desk, ticket.code)[-1] == ("citizen_replied", "toi van chua vao duoc")


def test_a_ticket_that_went_away_leaves_the_chat_to_the_bot(handed):
    client, desk, rasa, code, _ = handed
    with desk.database.writing() as session:
        ticket = tickets.find_for_agent(session, code)
        session.query(TicketEvent).filter_by(ticket_id=ticket.id).delete()
        session.delete(ticket)
    assert say(client, "con ai khong").json()["messages"][-1]["author"] == "bot"
    assert client.get("/v1/messages").json()["with_agent"] is False
    assert len(rasa.seen) == 1


def test_agents_and_citizens_at_once_do_not_wait_for_each_other_for_ever(database_url, tmp_path, rasa):
    """Both lock conversation and ticket, in the same order: no deadlock, nothing lost."""
    settings = make_settings(database_url, tmp_path, rasa_url=rasa.url)
    desk = make_desk(settings)
    with TestClient(create_app(settings, desk), headers=SAME_ORIGIN) as client:
        say(client, "bat dau")
        with desk.database.writing() as session:
            conversation = find_conversation(session, client.cookies["vssid_chat"])
            ticket, _ = make_ticket(session, conversation=conversation, channel="chat")
            agent = make_agent(session)
            tickets.reply(session, ticket, agent, "Chào bạn.", ticket.version, "k")
        faults = []

        def work():
            try:
                for number in range(8):
                    with desk.database.writing() as session:
                        fresh = tickets.find_for_agent(session, ticket.code)
                        tickets.reply(session, fresh, agent, f"Lần {number}", fresh.version, f"w{number}")
            except tickets.StaleTicket:
                pass  # the citizen was faster: what the page would show
            except Exception as error:  # noqa: BLE001  # reported below
                faults.append(error)

        worker = threading.Thread(target=work)
        worker.start()
        statuses = [say(client, f"tin {number}").status_code for number in range(8)]
        worker.join(60)
        assert faults == []
        assert statuses == [200] * 8
        said = [text for kind, text in thread(desk, ticket.code) if kind == "citizen_replied"]
        assert said == [f"tin {number}" for number in range(8)]


def test_a_day_later_the_citizen_is_told_again(handed):
    client, desk, _, code, _ = handed
    say(client, "mot")
    with desk.database.writing() as session:
        for told in session.scalars(select(Message).where(Message.author.in_(["system", "agent"]))):
            told.created_at = utc_now() - timedelta(days=1)
    assert code in say(client, "hai").json()["messages"][-1]["text"]
