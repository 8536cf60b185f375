"""The agents' console on both databases: who sees what, the queue, the work place of a ticket, health, accounts."""

from __future__ import annotations

import re
import uuid

import pytest
from sqlalchemy import select, update

from feedback_api.agents import repository
from feedback_api.models import MailState, OutboxMail, TicketEvent
from feedback_api.tickets import service
from tests.feedback_api.factories import make_ticket
from tests.feedback_api.standins import sample

from .conftest import XSS, Page, ask

HTMX = {"HX-Request": "true"}


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request):
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_url")
        return
    with request.getfixturevalue("postgres").database() as url:
        yield url


@pytest.fixture
def ticket(people):
    """The code of a ticket that came from the web form."""
    with people.database.writing() as session:
        made, _ = make_ticket(session, phone="0912345678")
        return made.code


def fields(web, code, **changes):
    page = Page(web.get(f"/console/tickets/{code}").text)
    return {"version": page.value("version"), "idempotency_key": page.value("idempotency_key"), **changes}


def kinds(desk, code):
    with desk.database.reading() as session:
        ticket = service.find_for_agent(session, code)
        query = select(TicketEvent.kind).where(TicketEvent.ticket_id == ticket.id).order_by(TicketEvent.id)
        return list(session.scalars(query))


def test_strangers_are_led_to_the_login(web, ticket):
    for path in ("", "/queue", f"/tickets/{ticket}", "/health", "/overview", "/agents"):
        reply = web.get(f"/console{path}")
        assert (reply.status_code, reply.headers["location"]) == (303, "/console/login")
        assert ticket not in reply.text
    fragment = web.get("/console/queue", headers=HTMX)
    assert fragment.status_code == 401
    assert fragment.headers["hx-redirect"] == "/console/login"


def test_a_wrong_password_and_an_unknown_login_look_the_same(web, people):
    pages = [
        web.post("/console/login", data={"login": login, "password": "khong dung dau"})
        for login in ("agent", "nobody")
    ]
    assert [page.status_code for page in pages] == [401, 401]
    texts = {Page(page.text).text for page in pages}
    assert len(texts) == 1
    assert "Tên đăng nhập hoặc mật khẩu không đúng" in texts.pop()


def test_signing_out_ends_the_session(sign_in):
    web = sign_in("agent")
    cookies = dict(web.cookies)
    assert web.post("/console/logout").headers["location"] == "/console/login"
    web.cookies.update(cookies)
    assert web.get("/console").headers["location"] == "/console/login"


@pytest.mark.parametrize(
    ("role", "tickets", "accounts"),
    [("agent", 200, 403), ("lead", 200, 403), ("editor", 403, 403), ("admin", 200, 200)],
)
def test_who_sees_what(sign_in, ticket, role, tickets, accounts):
    web = sign_in(role)
    assert web.get(f"/console/tickets/{ticket}").status_code == tickets
    assert web.get("/console/queue").status_code == tickets
    assert web.get("/console/agents").status_code == accounts
    assert web.get("/console/health").status_code == 200
    assert web.get("/console/overview").status_code == 200
    home = web.get("/console")
    assert home.status_code == (200 if tickets == 200 else 303)
    made = web.post("/console/agents", data={"name": "A B", "login": "moi", "role": "agent"})
    assert made.status_code == accounts
    taken = web.post(f"/console/tickets/{ticket}/take", headers=HTMX)
    assert taken.status_code == tickets


def test_the_queue_shows_what_is_due_first_and_filters(sign_in, people):
    with people.database.writing() as session:
        codes = [make_ticket(session, text=f"Việc {number}")[0].code for number in range(3)]
    web = sign_in("agent")
    web.post(f"/console/tickets/{codes[1]}/take")
    web.post(f"/console/tickets/{codes[2]}/reply", data=fields(web, codes[2], reply="Chào bạn"))

    def shown(view):
        return re.findall(r'id="t-(VS-[0-9A-Z-]+)"', web.get(f"/console?view={view}").text)

    assert shown("todo") == [codes[0], codes[1]]
    assert shown("mine") == [codes[1], codes[2]]
    assert shown("unassigned") == [codes[0]]
    assert shown("waiting") == [codes[2]]
    assert shown("done") == []
    assert set(shown("all")) == set(codes)
    assert shown("does-not-exist") == shown("todo")


def test_htmx_gets_the_partial_that_the_page_includes(sign_in, ticket):
    web = sign_in("agent")
    whole = web.get("/console?view=todo").text
    part = web.get("/console/queue?view=todo", headers=HTMX).text
    assert "<html" not in part
    assert re.search(r"<table.*</table>", part, re.DOTALL)[0] in whole
    assert 'hx-get="/console/queue?view=todo"' in whole
    assert 'hx-trigger="every 12s"' in whole


def test_the_work_place_shows_conversation_outcomes_and_nearest_entries(web, sign_in, full_desk):
    _, _, _, search = full_desk
    ask(web, "quen mat khau vssid")
    sent = web.post(
        "/tickets",
        data={
            "text": "Vẫn không vào được",
            "reach_by": "email",
            "email": "hoa@example.org",
            "consent": "yes",
            "idempotency_key": str(uuid.uuid4()),
        },
    )
    code = sent.headers["location"].rpartition("/")[2]
    page = Page(sign_in("agent").get(f"/console/tickets/{code}").text)
    hits = sample("search_answer")["hits"]
    assert search.seen[-1] == "Vẫn không vào được"
    for words in ("Vẫn không vào được", "quen mat khau vssid", "Trả lời ngay", hits[0]["question"], "93 %"):
        assert words in page.text
    assert "h•••@example.org" in page.text
    assert "hoa@example.org" not in page.text


def test_without_search_the_ticket_can_still_be_worked_on(sign_in, ticket, full_desk):
    *_, search = full_desk
    search.status = 503
    reply = sign_in("agent").get(f"/console/tickets/{ticket}")
    assert reply.status_code == 200
    assert "Tìm kiếm đang tạm ngừng" in reply.text


def test_an_entry_goes_into_the_reply_without_javascript(sign_in, ticket):
    entry = sample("entry")
    page = sign_in("agent").get(f"/console/tickets/{ticket}?insert={entry['id']}").text
    box = re.search(r'<textarea id="reply-text"[^>]*>([^<]*)</textarea>', page)[1]
    assert entry["answer"] in box
    assert "1. " + entry["steps"][0] in box
    assert sign_in("agent").get(f"/console/tickets/{ticket}?insert=khong-co").status_code == 200


def test_take_reply_note_and_end_by_plain_forms(sign_in, ticket, people):
    web = sign_in("agent")
    here = f"/console/tickets/{ticket}"
    for step, data in (
        ("take", {}),
        ("notes", {"note": "Đã gọi, không nghe máy"}),
        ("reply", {"reply": "Chào bạn, bạn thử lại nhé."}),
        ("resolve", {"resolution": "personal_case", "closing": "Chúc bạn khoẻ."}),
    ):
        reply = web.post(f"{here}/{step}", data=fields(web, ticket, **data))
        assert (reply.status_code, reply.headers["location"]) == (303, here), step
    assert kinds(people, ticket) == ["opened", "taken", "note", "agent_replied", "agent_replied", "resolved"]
    page = Page(web.get(here).text)
    assert "Đã giải quyết" in page.text
    assert "Việc riêng của người dân" in page.text
    assert not page.all("textarea", id="reply-text")


def test_a_reply_is_sent_once_however_often_the_button_is_pressed(sign_in, ticket, people):
    web = sign_in("agent")
    data = fields(web, ticket, reply="Chỉ một lần")
    assert [web.post(f"/console/tickets/{ticket}/reply", data=data).status_code for _ in range(2)] == [
        303,
        303,
    ]
    assert kinds(people, ticket).count("agent_replied") == 1


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_colleague_was_faster(sign_in, ticket, headers):
    web = sign_in("lead")
    mine = fields(web, ticket, reply="Bản nháp của tôi", note="Ghi chú dở")
    web.post(f"/console/tickets/{ticket}/reply", data=fields(web, ticket, reply="Câu trả lời nhanh hơn"))
    reply = web.post(f"/console/tickets/{ticket}/reply", data=mine, headers=headers)
    page = Page(reply.text)
    assert reply.status_code == 409
    assert "Phiếu vừa có thay đổi mới" in page.text
    assert "Câu trả lời nhanh hơn" in page.text
    assert re.search(r'id="reply-text"[^>]*>Bản nháp của tôi<', reply.text)
    assert re.search(r'id="note-text"[^>]*>Ghi chú dở<', reply.text)
    assert ("<html" in reply.text) == (not headers)
    again = {**mine, "version": page.value("version"), "idempotency_key": page.value("idempotency_key")}
    assert web.post(f"/console/tickets/{ticket}/reply", data=again).status_code == 303


def test_two_agents_cannot_take_one_ticket(sign_in, ticket):
    assert sign_in("agent").post(f"/console/tickets/{ticket}/take").status_code == 303
    reply = sign_in("lead").post(f"/console/tickets/{ticket}/take", data={"reply": "nháp"}, headers=HTMX)
    assert reply.status_code == 409
    assert "đã có cán bộ khác nhận" in reply.text
    assert ">nháp</textarea>" in reply.text
    assert sign_in("lead").post(f"/console/tickets/{ticket}/release").status_code == 303


def test_buttons_of_htmx_keep_what_was_typed(sign_in, ticket):
    web = sign_in("agent")
    reply = web.post(
        f"/console/tickets/{ticket}/take", data={"reply": "nháp một", "note": "nháp hai"}, headers=HTMX
    )
    assert reply.status_code == 200
    assert ">nháp một</textarea>" in reply.text
    assert ">nháp hai</textarea>" in reply.text


def test_the_page_is_told_when_something_newer_came(sign_in, ticket):
    web = sign_in("agent")
    version = int(fields(web, ticket)["version"])
    assert web.get(f"/console/tickets/{ticket}/fresh?version={version}").status_code == 204
    web.post(f"/console/tickets/{ticket}/reply", data=fields(web, ticket, reply="Mới"))
    notice = web.get(f"/console/tickets/{ticket}/fresh?version={version}")
    assert notice.status_code == 200
    assert "vừa có thay đổi" in notice.text


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_contacts_are_hidden_until_someone_looks_and_that_is_written_down(sign_in, ticket, people, headers):
    web = sign_in("agent")
    page = web.get(f"/console/tickets/{ticket}").text
    assert "nam@example.org" not in page
    assert "912345678" not in page
    shown = web.post(f"/console/tickets/{ticket}/contact", headers=headers)
    assert shown.status_code == 200
    assert "nam@example.org" in shown.text
    assert "0912 345 678" in shown.text
    assert ("<html" in shown.text) == (not headers)
    assert kinds(people, ticket)[-1] == "contact_revealed"


@pytest.mark.parametrize(
    ("data", "status", "words"),
    [
        ({"resolution": ""}, 422, "Bạn chọn một kết quả"),
        ({"resolution": "answered_by_entry"}, 422, "Bạn chọn câu trong danh sách"),
        ({"resolution": "answered_by_entry", "entry_id": "vssid-quen-mat-khau"}, 303, None),
    ],
)
def test_an_end_needs_its_reason(sign_in, ticket, data, status, words):
    reply = sign_in("agent").post(f"/console/tickets/{ticket}/resolve", data={**data, "closing": "Lời cuối"})
    assert reply.status_code == status
    if words:
        assert words in reply.text
        assert ">Lời cuối</textarea>" in reply.text


def test_an_unknown_ticket_is_a_page(sign_in):
    reply = sign_in("agent").get("/console/tickets/VS-0000-0000")
    assert reply.status_code == 404
    assert "Không tìm thấy phiếu này" in reply.text
    fragment = sign_in("agent").post("/console/tickets/VS-0000-0000/take", headers=HTMX)
    assert fragment.status_code == 404
    assert "<html" not in fragment.text


@pytest.mark.parametrize("text", XSS)
def test_what_people_type_is_only_text(sign_in, people, text):
    with people.database.writing() as session:
        made, _ = make_ticket(session, text=text, name=text)
        code = made.code
    web = sign_in("agent")
    web.post(f"/console/tickets/{code}/notes", data={"note": text})
    for path in ("/console", f"/console/tickets/{code}"):
        page = Page(web.get(path).text)
        assert page.dangers() == []
        assert not page.all("img")
        assert text in page.text
    refused = web.post(f"/console/tickets/{code}/resolve", data={"resolution": text, "closing": text})
    assert Page(refused.text).dangers() == []


def test_health_shows_faults_with_lines_and_what_could_not_be_sent(sign_in, ticket, people):
    with people.database.writing() as session:
        session.execute(
            update(OutboxMail).values(state=MailState.DEAD.value, attempts=8, last_error="SMTP 550")
        )
    page = Page(sign_in("editor").get("/console/health").text)
    for words in ("data/faq_vi.yml dòng 12", "thiếu trường 'answer'", ticket, "SMTP 550", "n•••@example.org"):
        assert words in page.text
    assert "nam@example.org" not in page.text
    assert "1 thư không gửi được" in page.text
    part = sign_in("editor").get("/console/health/now", headers=HTMX)
    assert "<html" not in part.text


def test_the_overview_counts(web, sign_in, people, ticket):
    ask(web, "mot"), ask(web, "hai")
    page = Page(sign_in("lead").get("/console/overview").text)
    assert "1 phiếu đang mở" in page.text
    assert "2 câu hỏi trong 14 ngày" in page.text
    assert len(page.all("svg", role="img")) == 2
    assert len(page.all("th", scope="row")) == 14 + 8


def test_a_new_account_gets_its_password_once_and_a_disabled_one_is_out(sign_in, people):
    web = sign_in("admin")
    reply = web.post("/console/agents", data={"name": "Lê Hạnh", "login": "hanh", "role": "agent"})
    password = re.search(r'class="secret">([^<]+)<', reply.text)[1]
    assert password not in web.get("/console/agents").text
    again = web.post("/console/agents", data={"name": "Lê Hạnh", "login": "hanh", "role": "agent"})
    assert again.status_code == 422
    assert 'class="secret"' not in again.text
    assert web.post("/console/login", data={"login": "hanh", "password": password}).status_code == 303
    theirs = dict(web.cookies)
    web = sign_in("admin")
    number = re.search(
        r"/console/agents/(\d+)/disable\"><button[^>]*Khóa tài khoản hanh", web.get("/console/agents").text
    )[1]
    assert web.post(f"/console/agents/{number}/disable").status_code == 303
    web.cookies.clear()
    web.cookies.update(theirs)
    assert web.get("/console").headers["location"] == "/console/login"
    refused = web.post("/console/login", data={"login": "hanh", "password": password})
    assert refused.status_code == 401


def test_nobody_locks_themselves_out(sign_in, people):
    web = sign_in("admin")
    with people.database.reading() as session:
        own = repository.by_login(session, "admin").id
    assert web.post(f"/console/agents/{own}/disable").status_code == 409
    assert web.post("/console/agents/999999/disable").status_code == 404
    assert web.get("/console/agents").status_code == 200
