"""Tickets through their services: opening, secrets, the thread, the queue, and what must never leave."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from feedback_api import outbox
from feedback_api.conversations.drafts import keep_contact
from feedback_api.errors import DeskError
from feedback_api.models import (
    Conversation,
    IdempotencyKey,
    Message,
    OutboxMail,
    Ticket,
    TicketAccessToken,
    TicketDraft,
    utc_now,
)
from feedback_api.privacy import mask
from feedback_api.tickets import service as tickets
from feedback_api.tickets.codes import ALPHABET, new_code, normalise
from feedback_api.tickets.views import Contact, QueueFilter

from .factories import make_agent, make_ticket, ticket_request


@pytest.fixture
def session(desk):
    with desk.database.writing() as opened:
        yield opened


def make_conversation(session, number=1):
    conversation = Conversation(token_hash=f"{number:064}", bot_sender=f"b-{number}")
    session.add(conversation)
    session.flush()
    return conversation


def code_of(error):
    return (error.value.status, error.value.code)


def test_a_ticket_is_opened_with_event_mail_and_secret(session):
    ticket, secret = make_ticket(session, text="Số CCCD của tôi là 079012345678, không vào được")
    assert normalise(ticket.code) == ticket.code
    assert (ticket.status, ticket.group, ticket.priority, ticket.version) == ("new", "ky-thuat", 2, 1)
    assert ticket.due_at - ticket.opened_at == timedelta(hours=8)
    assert "079012345678" not in ticket.summary
    thread = tickets.citizen_thread(session, ticket)
    assert [event.kind for event in thread] == ["opened"]
    mail = session.scalars(select(OutboxMail)).one()
    assert (mail.template, mail.recipient, mail.state) == ("ticket_opened", "nam@example.org", "pending")
    stored = session.scalars(select(TicketAccessToken)).one()
    assert secret not in stored.token_hash
    assert len(secret) >= 22  # 128 bits in base64
    assert tickets.find_for_citizen(session, ticket.code.lower().replace("-", " "), secret) is ticket


def test_a_double_submit_gives_the_same_ticket(session):
    key = str(uuid.uuid4())
    first = tickets.open_ticket(session, ticket_request(), key)
    second = tickets.open_ticket(session, ticket_request(), key)
    assert (second.code, second.replayed, first.replayed) == (first.code, True, False)
    assert session.scalar(select(func.count()).select_from(Ticket)) == 1
    assert session.scalar(select(func.count()).select_from(OutboxMail)) == 1
    assert session.scalar(select(func.count()).select_from(IdempotencyKey)) == 1
    with pytest.raises(DeskError) as error:
        tickets.open_ticket(session, ticket_request(text="khác hẳn"), key)
    assert code_of(error) == (409, "same_key_other_body")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"email": None}, "contact_missing"),
        ({"reach_by": "phone"}, "contact_missing"),
        ({"email": "khong-phai"}, "bad_email"),
        ({"email": "a@b\r\nBcc: c@d.vn"}, "bad_email"),
        ({"phone": "12345"}, "bad_phone"),
        ({"phone": "+1 202 555 0123"}, "bad_phone"),
        ({"phone": "0112345678"}, "bad_phone"),
        ({"reach_by": "pigeon"}, "bad_reach_by"),
        ({"consent_version": " "}, "no_consent"),
        ({"text": "  \u200b "}, "empty_text"),
        ({"text": "😀"}, "empty_text"),
        ({"text": "a" * 4001}, "text_too_long"),
    ],
)
def test_bad_requests_are_told_apart(session, changes, code):
    with pytest.raises(DeskError) as error:
        make_ticket(session, **changes)
    assert code_of(error) == (422, code)
    assert session.scalar(select(func.count()).select_from(OutboxMail)) == 0


@pytest.mark.parametrize("typed", ["0912 345 678", "+84 912.345.678", "84912345678", "(0912) 345-678"])
def test_phones_are_kept_in_one_form(session, typed):
    ticket, _ = make_ticket(session, phone=typed, reach_by="phone", email=None)
    assert ticket.phone == "+84912345678"
    assert tickets.agent_view(session, ticket).phone_shown == "09•• ••• 678"


def test_the_conversations_draft_gives_the_contact_and_is_used_up(session):
    conversation = make_conversation(session)
    keep_contact(session, conversation, mask("goi 0912345678 hoac Nam@Example.org"))
    ticket, _ = make_ticket(session, email=None, reach_by="phone", conversation=conversation, channel="chat")
    assert (ticket.phone, ticket.email) == ("+84912345678", "nam@example.org")
    assert session.scalar(select(func.count()).select_from(TicketDraft)) == 0


def test_an_expired_draft_is_no_contact(session):
    conversation = make_conversation(session)
    keep_contact(session, conversation, mask("0912345678"))
    session.scalars(select(TicketDraft)).one().expires_at = utc_now() - timedelta(seconds=1)
    session.flush()
    with pytest.raises(DeskError) as error:
        make_ticket(session, email=None, reach_by="phone", conversation=conversation)
    assert code_of(error) == (422, "contact_missing")


def test_unknown_and_forbidden_look_the_same(session):
    mine, secret = make_ticket(session)
    other, other_secret = make_ticket(session)
    errors = []
    for code, given in (
        (mine.code, other_secret),
        (other.code, secret),
        ("VS-0000-0000", secret),
        (mine.code, "wrong"),
        (mine.code, ""),
        ("", secret),
        ("nonsense", secret),
    ):
        with pytest.raises(DeskError) as error:
            tickets.find_for_citizen(session, code, given)
        errors.append((error.value.status, error.value.code, error.value.message_vi))
    assert len(set(errors)) == 1


def test_secrets_expire_and_can_be_revoked(session):
    ticket, secret = make_ticket(session)
    fresh = tickets.mint_access(session, ticket)
    session.scalars(select(TicketAccessToken)).first().expires_at = utc_now()
    session.flush()
    with pytest.raises(DeskError):
        tickets.find_for_citizen(session, ticket.code, secret)
    assert tickets.find_for_citizen(session, ticket.code, fresh)
    tickets.revoke_access(session, ticket)
    with pytest.raises(DeskError):
        tickets.find_for_citizen(session, ticket.code, fresh)


def test_a_conversation_finds_its_own_tickets_only(session):
    mine, other = make_conversation(session, 1), make_conversation(session, 2)
    ticket, _ = make_ticket(session, conversation=mine)
    assert tickets.find_for_conversation(session, mine, ticket.code) is ticket
    assert [row.code for row in tickets.tickets_of_conversation(session, mine)] == [ticket.code]
    assert tickets.tickets_of_conversation(session, other) == []
    with pytest.raises(DeskError) as error:
        tickets.find_for_conversation(session, other, ticket.code)
    assert code_of(error) == (404, "ticket_not_found")


def test_the_whole_way_of_a_ticket(session):
    agent = make_agent(session)
    conversation = make_conversation(session)
    ticket, _ = make_ticket(session, conversation=conversation)
    tickets.take(session, ticket, agent)
    assert (ticket.status, ticket.assignee_id) == ("open", agent.id)
    tickets.add_note(session, ticket, agent, "Ghi chú mật")
    tickets.reply(session, ticket, agent, "Bạn làm theo bước 1, gọi 028 3997 9039.", ticket.version, "k1")
    assert ticket.status == "waiting_citizen"
    assert ticket.first_reply_at
    chat = tickets.transcript_of(session, ticket)
    assert [(item.author, item.text) for item in chat] == [
        ("agent", "Bạn làm theo bước 1, gọi 028 3997 9039.")
    ]
    tickets.citizen_reply(session, ticket, "Vẫn chưa được", "c1")
    assert ticket.status == "open"
    tickets.resolve(session, ticket, agent, "faq_gap", None, "Bạn thử lại nhé")
    assert (ticket.status, ticket.resolution) == ("resolved", "faq_gap")
    tickets.citizen_reply(session, ticket, "Cảm ơn, nhưng chưa xong", "c2")
    assert (ticket.status, ticket.resolution) == ("open", None)
    tickets.resolve(session, ticket, agent, "personal_case", None, "")
    tickets.close(session, ticket, agent)
    assert ticket.status == "closed"
    seen = tickets.citizen_thread(session, ticket)
    assert [event.kind for event in seen] == [
        "opened",
        "agent_replied",
        "citizen_replied",
        "agent_replied",
        "resolved",
        "reopened",
        "citizen_replied",
        "resolved",
        "closed",
    ]
    assert all(event.agent_name is None and not event.internal for event in seen)
    assert "Ghi chú mật" not in str(seen)
    everything = tickets.agent_thread(session, ticket)
    assert {"note", "taken"} <= {event.kind for event in everything}
    templates = list(session.scalars(select(OutboxMail.template).order_by(OutboxMail.id)))
    assert templates == ["ticket_opened", "agent_replied", "ticket_resolved", "ticket_resolved"]


def test_a_stale_reply_is_refused_with_what_is_newer(session):
    lan, minh = make_agent(session), make_agent(session, login="minh", name="Lê Minh")
    ticket, _ = make_ticket(session)
    opened_at = ticket.version
    tickets.reply(session, ticket, lan, "Câu trả lời thứ nhất", opened_at, "k1")
    with pytest.raises(tickets.StaleTicket) as error:
        tickets.reply(session, ticket, minh, "Câu trả lời thứ hai", opened_at, "k2")
    assert code_of(error) == (409, "stale_ticket")
    assert [event.text for event in error.value.newer] == ["Câu trả lời thứ nhất"]
    tickets.reply(session, ticket, minh, "Câu trả lời thứ hai", error.value.version, "k3")


def test_a_reply_sent_twice_is_one_reply(session):
    agent = make_agent(session)
    ticket, _ = make_ticket(session)
    version = ticket.version
    first = tickets.reply(session, ticket, agent, "Xin chào bạn", version, "k1")
    assert tickets.reply(session, ticket, agent, "Xin chào bạn", version, "k1") == first
    with pytest.raises(DeskError) as error:
        tickets.reply(session, ticket, agent, "Khác", version, "k1")
    assert code_of(error) == (409, "same_key_other_body")
    assert tickets.citizen_reply(session, ticket, "Vâng", "c") == tickets.citizen_reply(
        session, ticket, "Vâng", "c"
    )


def test_resolving_needs_a_reason(session):
    agent = make_agent(session)
    ticket, _ = make_ticket(session)
    for resolution, entry, code in (
        ("nonsense", None, "bad_resolution"),
        ("answered_by_entry", None, "entry_needed"),
    ):
        with pytest.raises(DeskError) as error:
            tickets.resolve(session, ticket, agent, resolution, entry, "")
        assert code_of(error) == (422, code)
    tickets.resolve(session, ticket, agent, "answered_by_entry", "vssid-la-gi", "")
    tickets.resolve(session, ticket, agent, "answered_by_entry", "vssid-la-gi", "")  # a double click
    assert ticket.resolution_entry_id == "vssid-la-gi"
    with pytest.raises(DeskError) as error:
        tickets.reply(session, ticket, agent, "Muộn", ticket.version, "k")
    assert code_of(error) == (409, "illegal_move")


def test_spam_is_never_answered(session):
    agent = make_agent(session)
    ticket, _ = make_ticket(session)
    tickets.resolve(session, ticket, agent, "spam", None, "Không trả lời")
    assert ticket.status == "spam"
    assert list(session.scalars(select(OutboxMail.template))) == ["ticket_opened"]
    assert [event.kind for event in tickets.citizen_thread(session, ticket)] == ["opened"]
    with pytest.raises(DeskError) as error:
        tickets.citizen_reply(session, ticket, "Alo", "c")
    assert code_of(error) == (409, "illegal_move")


def test_releasing_is_for_ones_own_tickets_and_leads(session):
    lan, minh = make_agent(session), make_agent(session, login="minh")
    lead = make_agent(session, login="truong", role="lead")
    ticket, _ = make_ticket(session)
    tickets.take(session, ticket, lan)
    with pytest.raises(DeskError) as error:
        tickets.release(session, ticket, minh)
    assert code_of(error) == (403, "forbidden")
    tickets.release(session, ticket, lead)
    assert ticket.assignee_id is None
    tickets.take(session, ticket, minh)
    with pytest.raises(DeskError) as error:
        tickets.take(session, ticket, lan)
    assert code_of(error) == (409, "already_taken")
    tickets.take(session, ticket, minh)


def test_revealing_a_contact_is_noted(session):
    agent = make_agent(session)
    ticket, _ = make_ticket(session, phone="0912345678")
    view = tickets.agent_view(session, ticket)
    assert (view.phone_shown, view.email_shown) == ("09•• ••• 678", "n•••@example.org")
    assert tickets.reveal_contact(session, ticket, agent) == Contact(
        "Trần Văn Nam", "+84912345678", "nam@example.org"
    )
    last = tickets.agent_thread(session, ticket)[-1]
    assert (last.kind, last.agent_name, last.internal) == ("contact_revealed", agent.name, True)


def test_the_queue_shows_the_most_urgent_first(session):
    agent = make_agent(session)
    slow, _ = make_ticket(session, topic="huu-tri")
    fast, _ = make_ticket(session, topic="lua-dao")
    other, _ = make_ticket(session, topic="không có")
    assert [row.code for row in tickets.queue(session, QueueFilter())] == [fast.code, slow.code, other.code]
    tickets.take(session, slow, agent)
    assert [row.code for row in tickets.queue(session, QueueFilter("mine", agent.id))] == [slow.code]
    assert slow.code not in [row.code for row in tickets.queue(session, QueueFilter("unassigned"))]
    assert [row.code for row in tickets.queue(session, QueueFilter("all", group="an-toan"))] == [fast.code]
    assert [row.code for row in tickets.queue(session, QueueFilter("all", code=other.code.lower()))] == [
        other.code
    ]
    assert tickets.queue(session, QueueFilter("all", code="x")) == []
    fast.due_at = utc_now() - timedelta(minutes=1)
    session.flush()
    assert tickets.queue(session, QueueFilter())[0].overdue
    counts = tickets.counts(session)
    assert (counts.tickets_by_status["new"], counts.tickets_by_status["open"], counts.overdue) == (2, 1, 1)
    assert len(counts.outcomes_by_day) == 14
    for bad in (QueueFilter("nonsense"), QueueFilter("mine")):
        with pytest.raises(DeskError):
            tickets.queue(session, bad)


def test_acknowledgements_have_a_budget_per_address(session):
    for _ in range(7):
        make_ticket(session)
    assert outbox.sent_today(session, "nam@example.org", "ticket_opened") == 5
    assert session.scalar(select(func.count()).select_from(Ticket)) == 7


def test_codes_are_random_and_forgiving():
    codes = {new_code() for _ in range(500)}
    assert len(codes) == 500
    assert all(set(code.replace("VS-", "").replace("-", "")) <= set(ALPHABET) for code in codes)
    assert normalise(" vs 7k2m 9qxd ") == "VS-7K2M-9QXD"
    assert normalise("7k2m9qxd") == "VS-7K2M-9QXD"
    assert normalise("VS-OIL0-0000") == "VS-0110-0000"
    assert normalise("VS-7K2M-9QX") is None
    assert normalise("") is None


def test_agents_text_hides_identity_numbers_only(session):
    agent = make_agent(session)
    ticket, _ = make_ticket(session, conversation=make_conversation(session))
    tickets.reply(session, ticket, agent, "CCCD 079012345678, gọi 028 3997 9039", ticket.version, "k")
    text = session.scalars(select(Message.text)).one()
    assert "079012345678" not in text
    assert "028 3997 9039" in text


def test_a_refused_request_does_not_use_up_its_key(session):
    """A caller may catch the refusal and commit what else it did; the corrected form carries the same key."""
    with pytest.raises(DeskError):
        tickets.open_ticket(session, ticket_request(email="khong-phai"), "k1")
    assert not tickets.open_ticket(session, ticket_request(), "k1").replayed
    with pytest.raises(DeskError) as error:
        tickets.open_ticket(session, ticket_request(text="Khác"), "k1")
    assert code_of(error) == (409, "same_key_other_body")
