"""People behind the chat: an agent takes over and is heard, forms outlive a reload, everything works without JavaScript."""

from __future__ import annotations

import re

import pytest

from feedback_api.models import Agent, Conversation
from feedback_api.tickets import service as tickets
from tests.e2e.pages import ChatPage
from tests.e2e.sites import host_token, serious
from tests.feedback_api.factories import make_ticket

pytestmark = pytest.mark.e2e
BOX = "Câu hỏi của bạn"


def open_ticket(site):
    """The code of a ticket from the youngest conversation."""
    with site.desk.database.writing() as session:
        conversation = session.query(Conversation).order_by(Conversation.id.desc()).first()
        made, _ = make_ticket(session, conversation=conversation, channel="chat")
        return made.code


def agent_replies(site, code, text):
    with site.desk.database.writing() as session:
        ticket = tickets.find_for_agent(session, code)
        agent = session.query(Agent).first()
        tickets.reply(session, ticket, agent, text, ticket.version, text)


def resolve(site, code):
    with site.desk.database.writing() as session:
        agent = session.query(Agent).first()
        tickets.resolve(session, tickets.find_for_agent(session, code), agent, "personal_case", None, "")


def test_an_agent_talks_in_the_chat_and_the_bot_comes_back_after(site, open_page):
    page = open_page()
    chat = ChatPage(page, site.url).open()
    chat.ask("quên mật khẩu")
    code = open_ticket(site)
    agent_replies(site, code, "Chào bạn, tôi là Lan.")
    page.reload()
    page.get_by_text("Chào bạn, tôi là Lan.").wait_for()
    chat.type("dạ em cảm ơn chị")
    page.get_by_text(f"phụ trách phiếu {code}").wait_for()
    assert len(site.rasa.seen) == 1
    agent_replies(site, code, "Bạn thử đăng nhập lại nhé.")
    page.get_by_text("Bạn thử đăng nhập lại nhé.").wait_for(timeout=15_000)
    assert page.locator(".message.agent").count() == 2
    resolve(site, code)
    page.get_by_text("từ đây tôi trả lời bạn tiếp").wait_for(timeout=15_000)
    assert page.get_by_role("link", name="Xem phiếu của bạn").is_visible()
    chat.ask("câu khác")
    assert len(site.rasa.seen) == 2
    live = page.locator("[data-log] > .message").all_inner_texts()
    page.reload()
    assert len(page.locator("[data-log] > .message").all_inner_texts()) == len(live)


def test_what_an_agent_said_while_one_typed_stands_above_ones_own_words(site, open_page):
    page = open_page()
    chat = ChatPage(page, site.url).open()
    chat.ask("quên mật khẩu")
    agent_replies(site, open_ticket(site), "Chào bạn, tôi là Lan.")
    chat.type("có ai không ạ")
    page.get_by_text("Chào bạn, tôi là Lan.").wait_for()
    live = page.locator("[data-log] .bubble").all_inner_texts()
    assert live[-2:] == ["Chào bạn, tôi là Lan.", "có ai không ạ"]
    page.reload()
    assert page.locator("[data-log] .bubble").all_inner_texts() == live


def test_a_half_written_request_outlives_a_reload_and_is_forgotten_when_sent(site, open_page):
    page = open_page()
    page.goto(f"{site.url}/tickets/new")
    text, phone = page.get_by_label("Bạn cần giúp việc gì?"), page.get_by_label("Số điện thoại", exact=True)
    text.fill("Tôi đổi số, không nhận được OTP")
    phone.fill("0912345678")
    page.get_by_role("checkbox").check()
    page.reload()
    assert text.input_value() == "Tôi đổi số, không nhận được OTP"
    assert phone.input_value() == "0912345678"
    assert not page.get_by_role("checkbox").is_checked()
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Gửi yêu cầu").click()
    page.get_by_text("Đã nhận yêu cầu của bạn").wait_for()
    page.goto(f"{site.url}/tickets/new")
    assert text.input_value() == ""


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_without_javascript_the_whole_way_works(site, open_page, size):
    page = open_page(size, java_script_enabled=False)
    chat = ChatPage(page, site.url).open()
    page.get_by_label(BOX).fill("quen mat khau")
    page.get_by_role("button", name="Gửi", exact=True).click()
    assert page.locator(".answer-card").is_visible()
    chat.option("Chưa giải quyết").click()
    assert chat.answers().count() == 2
    page.get_by_label(BOX).fill("dài " * 240 + "quá, sdt 0912345678")
    page.get_by_role("button", name="Gửi", exact=True).click()
    assert chat.answers().count() == 3
    page.get_by_role("link", name="Gặp cán bộ").locator("visible=true").first.click()
    page.get_by_label("Bạn cần giúp việc gì?").fill("Không vào được VssID")
    page.get_by_role("button", name="Gửi yêu cầu").click()
    assert page.get_by_label("Bạn cần giúp việc gì?").input_value() == "Không vào được VssID"
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Gửi yêu cầu").click()
    assert re.search(r"/tickets/VS-", page.url), page.url
    assert page.get_by_text("Đã nhận yêu cầu của bạn").is_visible()
    page.goto(f"{site.url}/chat")
    page.locator("summary", has_text="Xóa cuộc trò chuyện").click()
    page.get_by_role("button", name="Xóa ngay").click()
    assert chat.messages().count() == 0


def test_a_reload_in_the_middle_of_a_turn_loses_and_doubles_nothing(site, open_page):
    page = open_page()
    chat = ChatPage(page, site.url).open()
    site.rasa.delay = 1.5
    chat.type("câu đang trả lời")
    page.locator("[data-thinking]").wait_for()
    page.reload()
    chat.answers().first.wait_for()
    assert page.get_by_text("câu đang trả lời").count() == 1
    assert chat.answers().count() == 1
    page.reload()
    assert chat.messages().count() == 2


@pytest.mark.parametrize("javascript", [True, False])
def test_an_answer_is_rated_by_one_tap_and_a_reason(site, open_page, ticket, javascript):
    code, secret = ticket
    resolve(site, code)
    page = open_page(java_script_enabled=javascript)
    page.goto(f"{site.url}/tickets/status")
    page.get_by_label("Mã phiếu").fill(code)
    page.get_by_label("Mã bí mật").fill(secret)
    page.get_by_role("button", name="Xem phiếu").click()
    assert not javascript or serious(page) == []
    page.get_by_role("button", name="Chưa giải quyết").click()
    page.get_by_role("heading", name="Cảm ơn bạn đã đánh giá").wait_for()
    page.get_by_role("button", name="Trả lời chậm").click()
    page.get_by_text("Chưa giải quyết · Trả lời chậm").wait_for()
    assert not javascript or serious(page) == []
    page.get_by_role("button", name="Đã giải quyết").click()
    page.get_by_text("Bạn chọn: Đã giải quyết.").wait_for()
    assert page.get_by_role("button", name="Trả lời chậm").count() == 0


def test_a_picture_is_sent_and_a_file_that_is_none_is_told(site, open_page, ticket, tmp_path):
    code, secret = ticket
    page = open_page()
    page.goto(f"{site.url}/tickets/status#{code}.{secret}")
    page.get_by_label("Gửi ảnh màn hình").set_input_files(
        {"name": "a.png", "mimeType": "image/png", "buffer": b"no picture"}
    )
    page.get_by_role("button", name="Gửi ảnh", exact=True).click()
    page.get_by_text("Không đọc được ảnh này").wait_for()
    assert serious(page) == []
    page.screenshot(path=tmp_path / "screen.png")
    page.get_by_label("Gửi ảnh màn hình").set_input_files(tmp_path / "screen.png")
    page.get_by_role("button", name="Gửi ảnh", exact=True).click()
    sent = page.get_by_role("img", name="Ảnh 1 đã gửi")
    sent.wait_for()
    page.wait_for_function("[...document.images].every((one) => one.complete && one.naturalWidth > 100)")
    assert serious(page) == []
    stranger = open_page().goto(site.url + sent.get_attribute("src"))
    assert stranger.status == 404


def test_a_person_signed_in_by_the_host_finds_own_tickets_in_the_chat(site, open_page):
    """The desk's own page in a WebView whose app sets the property."""
    page = open_page()
    chat = ChatPage(page, site.url).open()
    sign_in = "(token) => { document.querySelector('vssid-chat').token = token; }"
    page.evaluate(sign_in, host_token("nguoi-dan-1"))
    chat.ask("quên mật khẩu")
    assert page.get_by_text("Phiếu của bạn").count() == 0
    page.goto(f"{site.url}/tickets/new")
    page.get_by_label("Bạn cần giúp việc gì?").fill("Không vào được VssID")
    page.get_by_label("Số điện thoại", exact=True).fill("0912345678")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Gửi yêu cầu").click()
    code = page.locator("h1.code").inner_text()
    page.context.clear_cookies(name="ticket_access")
    chat.open()
    page.evaluate(sign_in, host_token("nguoi-dan-1"))
    page.get_by_text("Phiếu của bạn (1)").click()
    assert serious(page) == []
    page.get_by_role("button", name=f"{code} · Mới tiếp nhận").click()
    page.get_by_text("Không vào được VssID").wait_for()
    assert page.url == f"{site.url}/tickets/{code}"
