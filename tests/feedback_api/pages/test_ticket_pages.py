"""Asking for a person, looking a ticket up, reading and answering it, by plain forms."""

from __future__ import annotations

import re
import uuid

import pytest
from sqlalchemy import func, select

from feedback_api.conversations.service import find_conversation
from feedback_api.models import Ticket
from feedback_api.tickets import service
from tests.feedback_api.factories import make_agent, make_ticket
from tests.feedback_api.standins import sample

from .conftest import XSS, Page, ask

GOOD = {
    "text": "Tôi không vào được VssID",
    "name": "Trần Thị Hoa",
    "reach_by": "phone",
    "phone": "0912 345 678",
    "email": "",
    "consent": "yes",
}


def send(web, **changes):
    fields = {"idempotency_key": str(uuid.uuid4()), **GOOD, **changes}
    return web.post("/tickets", data={key: value for key, value in fields.items() if value is not None})


def tickets_stored(desk):
    with desk.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Ticket))


def opened(web, **changes):
    """(code, secret) of a new ticket, its page read once."""
    reply = send(web, **changes)
    assert reply.status_code == 303, reply.text
    page = web.get(reply.headers["location"])
    secret = re.search(r'class="secret">([^<]+)<', page.text)[1]
    return reply.headers["location"].rpartition("/")[2], secret


def test_the_form_starts_with_the_open_question_and_no_consent(web, full_desk):
    *_, rasa, _ = full_desk
    rasa.reply = [
        {"text": "Tôi chưa có câu trả lời.", "buttons": []},
        {"custom": {"vssid": {"outcome": {"status": "abstained"}, "card": None, "ticket": None}}},
    ]
    ask(web, "ho so cua toi nop 3/9 sao chua co tien, sdt 0912345678")
    page = Page(web.get("/tickets/new").text)
    assert "ho so cua toi nop 3/9 sao chua co tien" in page.text
    assert "Để trống để dùng số 09•• ••• 678" in page.text
    assert "checked" not in page.all("input", name="consent")[0]
    assert len(page.value("idempotency_key")) >= 8


def test_no_javascript_is_needed_for_a_ticket(web, full_desk):
    _, desk, *_ = full_desk
    form = Page(web.get("/tickets/new").text)
    reply = web.post("/tickets", data={**GOOD, "idempotency_key": form.value("idempotency_key")})
    assert reply.status_code == 303
    code = reply.headers["location"].removeprefix("/tickets/")
    assert re.fullmatch(r"VS-[0-9A-Z]{4}-[0-9A-Z]{4}", code)
    cookie = next(
        value for value in reply.headers.get_list("set-cookie") if value.startswith("ticket_access=")
    )
    assert "HttpOnly" in cookie
    assert "Path=/tickets" in cookie
    page = Page(web.get(reply.headers["location"]).text)
    assert code in page.text
    assert "Cán bộ gọi cho bạn vào số 09•• ••• 678" in page.text
    assert "0912345678" not in page.text
    with desk.database.reading() as session:
        ticket = service.find_for_agent(session, code)
        assert (ticket.phone, ticket.name, ticket.channel) == ("+84912345678", "Trần Thị Hoa", "web")
        assert ticket.consent_version == "2026-11"


def test_the_secret_is_shown_once(web):
    code, secret = opened(web)
    again = web.get(f"/tickets/{code}")
    assert again.status_code == 200
    assert secret not in again.text


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"text": "  "}, "text", "Bạn chưa nhập nội dung"),
        ({"text": "dài " * 1200}, "text", "dài quá 4000 ký tự"),
        ({"reach_by": ""}, None, "Bạn chọn cách liên hệ"),
        ({"phone": "0112 345 678"}, "phone", "Số điện thoại chưa đúng"),
        ({"phone": "+1 202 555 0123"}, "phone", "Số điện thoại chưa đúng"),
        ({"phone": ""}, "phone", "Bạn nhập số điện thoại"),
        ({"email": "hoa@@example"}, "email", "Địa chỉ email chưa đúng"),
        ({"reach_by": "email"}, "email", "Bạn nhập địa chỉ email"),
        ({"consent": None}, "consent", "Bạn cần đồng ý"),
    ],
)
def test_mistakes_are_told_at_their_field_and_nothing_typed_is_lost(web, full_desk, changes, field, words):
    _, desk, *_ = full_desk
    reply = send(web, **changes)
    page = Page(reply.text)
    assert reply.status_code == 422
    assert words in page.text
    if field:
        control = (page.all("input", id=field) + page.all("textarea", id=field))[0]
        assert control["aria-invalid"] == "true"
        assert f"{field}-error" in control["aria-describedby"]
        assert page.all("p", id=f"{field}-error")
    assert page.value("name") == GOOD["name"]
    assert page.value("phone") == changes.get("phone", GOOD["phone"])
    assert ("checked" in page.all("input", name="consent")[0]) == ("consent" not in changes)
    assert tickets_stored(desk) == 0


@pytest.mark.parametrize("phone", ["+84 912.345.678", "0084912345678", "(0912) 345-678", "024 3936 1773"])
def test_phones_as_people_write_them(web, phone):
    assert send(web, phone=phone).status_code == 303


def test_a_mistake_can_be_mended_with_the_same_form(web, full_desk):
    _, desk, *_ = full_desk
    key = str(uuid.uuid4())
    assert send(web, idempotency_key=key, phone="12").status_code == 422
    assert send(web, idempotency_key=key).status_code == 303
    assert tickets_stored(desk) == 1


def test_pressing_twice_opens_one_ticket_and_another_body_is_refused(web, full_desk):
    _, desk, *_ = full_desk
    key = str(uuid.uuid4())
    first, second = send(web, idempotency_key=key), send(web, idempotency_key=key)
    assert first.headers["location"] == second.headers["location"]
    other = send(web, idempotency_key=key, text="Nội dung khác hẳn")
    assert other.status_code == 409
    assert "Nội dung khác hẳn" in other.text
    assert tickets_stored(desk) == 1


def test_too_many_tickets_are_refused_with_the_text_kept(web, full_desk):
    ask(web, "cần gặp cán bộ")
    replies = [send(web, text=f"Yêu cầu số {number}") for number in range(12)]
    assert {reply.status_code for reply in replies} == {303, 429}
    late = next(reply for reply in replies if reply.status_code == 429)
    assert int(late.headers["retry-after"]) > 0
    assert "Yêu cầu số" in Page(late.text).text


def test_lookup_by_code_and_secret(web):
    code, secret = opened(web)
    web.cookies.clear()
    assert web.get(f"/tickets/{code}").status_code == 404
    typed = code.lower().replace("-", " ")
    reply = web.post("/tickets/status", data={"code": typed, "secret": f" {secret} "})
    assert (reply.status_code, reply.headers["location"]) == (303, f"/tickets/{code}")
    assert GOOD["text"] in web.get(f"/tickets/{code}").text
    assert f'href="/tickets/{code}"' in web.get("/tickets/status").text


def test_unknown_and_forbidden_look_the_same(web, full_desk):
    code, secret = opened(web)
    web.cookies.clear()
    other, _ = opened(web, text="Phiếu khác")
    web.cookies.clear()
    pairs = [(code, "sai"), ("VS-0000-0000", secret), (other, secret), ("linh tinh", "sai"), ("", "")]
    seen = set()
    for typed, guess in pairs:
        reply = web.post("/tickets/status", data={"code": typed, "secret": guess})
        assert reply.status_code == 404
        seen.add(Page(reply.text).text.replace(typed, "") if typed else Page(reply.text).text)
    assert len(seen) == 1
    pages = {
        (web.get(f"/tickets/{each}").status_code, Page(web.get(f"/tickets/{each}").text).text)
        for each in (code, "VS-0000-0000")
    }
    assert len(pages) == 1


def test_guessing_ends(web):
    replies = [
        web.post("/tickets/status", data={"code": "VS-0000-0000", "secret": f"x{number}"})
        for number in range(45)
    ]
    assert replies[0].status_code == 404
    assert replies[-1].status_code == 429
    assert "thử sai quá nhiều" in replies[-1].text


def test_the_citizen_answers_and_the_ticket_says_where_it_stands(web, full_desk):
    _, desk, *_ = full_desk
    code, _ = opened(web)
    with desk.database.writing() as session:
        agent, ticket = make_agent(session), service.find_for_agent(session, code)
        service.take(session, ticket, agent)
        service.add_note(session, ticket, agent, "GHI-CHU-NOI-BO")
        service.reply(session, ticket, agent, "Bạn cho biết tỉnh nào nhé?", ticket.version, "k1")
    page = web.get(f"/tickets/{code}")
    assert "Chờ bạn trả lời" in page.text
    assert "Bạn cho biết tỉnh nào nhé?" in page.text
    assert "GHI-CHU-NOI-BO" not in page.text
    assert "Nguyễn Thị Lan" not in page.text
    key = Page(page.text).value("idempotency_key")
    replies = [
        web.post(f"/tickets/{code}/replies", data={"text": "Ở Huế", "idempotency_key": key}) for _ in range(2)
    ]
    assert [reply.status_code for reply in replies] == [303, 303]
    assert replies[0].headers["location"] == replies[1].headers["location"]
    after = web.get(f"/tickets/{code}").text
    assert after.count("Ở Huế") == 1
    assert "Cán bộ đang xử lý" in after


def test_an_empty_answer_is_told_and_can_be_mended(web):
    code, _ = opened(web)
    key = str(uuid.uuid4())
    reply = web.post(f"/tickets/{code}/replies", data={"text": " ", "idempotency_key": key})
    assert reply.status_code == 422
    assert Page(reply.text).all("textarea", id="text")[0]["aria-invalid"] == "true"
    done = web.post(f"/tickets/{code}/replies", data={"text": "Có chữ", "idempotency_key": key})
    assert done.status_code == 303


def test_a_ticket_of_the_chat_opens_from_the_chat(web, full_desk):
    _, desk, *_ = full_desk
    ask(web, "gap can bo")
    with desk.database.writing() as session:
        conversation = find_conversation(session, web.cookies["vssid_chat"])
        ticket, _ = make_ticket(session, conversation=conversation, channel="chat")
        code = ticket.code
    reply = web.post(f"/tickets/{code}/open")
    assert (reply.status_code, reply.headers["location"]) == (303, f"/tickets/{code}")
    assert 'class="secret"' in web.get(f"/tickets/{code}").text
    web.cookies.clear()
    assert web.post(f"/tickets/{code}/open").status_code == 404


def test_the_ticket_knows_the_entry_that_did_not_help(web, full_desk):
    _, desk, *_ = full_desk
    ask(web)
    code, _ = opened(web)
    card = sample("search_answer")["hits"][0]
    with desk.database.reading() as session:
        ticket = service.find_for_agent(session, code)
        assert (ticket.channel, ticket.topic, ticket.entry_id) == ("chat", card["topic"], card["id"])


def test_several_tickets_stay_readable_and_can_be_forgotten(web):
    codes = [opened(web, text=f"Việc thứ {number}")[0] for number in range(3)]
    assert [web.get(f"/tickets/{code}").status_code for code in codes] == [200, 200, 200]
    web.post("/tickets/forget")
    assert [web.get(f"/tickets/{code}").status_code for code in codes] == [404, 404, 404]


@pytest.mark.parametrize("text", XSS)
def test_what_citizens_type_is_only_text(web, text):
    bad = send(web, text=text, name=text, email=text, phone=text)
    assert Page(bad.text).dangers() == []
    assert not Page(bad.text).all("img")
    code, _ = opened(web, text=text, name=text)
    web.post(f"/tickets/{code}/replies", data={"text": text, "idempotency_key": str(uuid.uuid4())})
    page = Page(web.get(f"/tickets/{code}").text)
    assert page.dangers() == []
    assert page.text.count(text) == 2
    lookup = web.post("/tickets/status", data={"code": text, "secret": text})
    assert Page(lookup.text).dangers() == []


def test_a_contact_shows_the_status_and_nothing_of_what_was_said(web):
    code, _ = opened(web, text="Chuyện riêng của tôi")
    web.cookies.clear()
    page = Page(web.post("/tickets/status", data={"code": code, "contact": "0912 345 678"}).text)
    assert "Mới tiếp nhận" in page.text
    assert code in page.text
    assert "Chuyện riêng" not in page.text
    assert "Trần Thị Hoa" not in page.text
    wrong = web.post("/tickets/status", data={"code": code, "contact": "0987654321"})
    assert "Mới tiếp nhận" not in wrong.text
    assert "Chưa mở được phiếu" in wrong.text


def test_a_time_for_the_call_is_offered_and_kept(web):
    page = Page(web.get("/tickets/new").text)
    slots = [attributes["value"] for attributes in page.all("option") if attributes["value"]]
    assert page.all("select", id="callback_slot")
    assert len(slots) >= 2
    reply = send(web, callback_slot=slots[1], consent="")
    chosen = [attributes for attributes in Page(reply.text).all("option") if "selected" in attributes]
    assert [attributes["value"] for attributes in chosen] == [slots[1]]
    assert send(web, callback_slot=slots[1]).status_code == 303
