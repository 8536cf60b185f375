"""The pages in a real browser, on a desk whose bot and search are stand-ins: what only a browser can show."""

from __future__ import annotations

import re
import uuid

import pytest

from tests.e2e.pages import ChatPage, ConsolePage
from tests.e2e.sites import serious
from tests.feedback_api.factories import PASSWORD, make_ticket

pytestmark = pytest.mark.e2e


def outline(page):
    """The conversation's elements without what differs between a live page and a fresh one: tools, ids of requests."""
    return page.evaluate(
        """() => {
          const walk = (node) => {
            if (node.nodeType === Node.TEXT_NODE) return node.textContent.trim().replace(/\\s+/g, " ");
            if (node.matches(".tools, input[type=hidden]")) return "";
            const kept = ["class", "href", "value", "name", "action", "method", "target", "rel", "id"];
            const own = kept.filter((name) => node.hasAttribute(name) && !node.closest("svg"))
              .map((name) => `${name}=${node.getAttribute(name)}`).join(" ");
            return `<${node.localName} ${own}>` + [...node.childNodes].map(walk).join("") + "</>";
          };
          return [...document.querySelectorAll("[data-log] > .message")].map(walk);
        }"""
    )


def test_live_messages_and_rendered_ones_are_the_same(site, open_page):
    card = site.rasa.reply[1]["custom"]["vssid"]["card"]
    card["legal_basis"] = [
        {"act": "41/2024/QH15", "article": "khoản 1 Điều 70"},
        {"act": "1/2025/NĐ-CP", "article": ""},
    ]
    chat = ChatPage(open_page(), site.url).open()
    chat.ask("quen mat khau, sdt 0912345678")
    chat.ask("<b>đậm</b>")
    live = outline(chat.page)
    chat.page.reload()
    assert len(live) == 5
    assert outline(chat.page) == live


def test_unsent_messages_wait_for_the_network_and_are_sent_once(site, open_page):
    chat = ChatPage(open_page(), site.url).open()
    chat.page.context.set_offline(True)
    chat.type("câu thứ nhất")
    chat.type("câu thứ hai")
    chat.page.get_by_text("Mất kết nối").wait_for()
    assert chat.page.get_by_text("Chưa gửi, sẽ tự gửi khi có mạng").count() == 2
    chat.page.context.set_offline(False)
    chat.answers().nth(1).wait_for()
    assert [seen["message"] for seen in site.rasa.seen] == ["câu thứ nhất", "câu thứ hai"]
    assert chat.page.locator("[data-offline]").is_hidden()
    chat.page.reload()
    assert chat.messages().count() == 4


def test_a_lost_reply_is_not_asked_twice(site, open_page):
    """The desk got the message, the answer got lost on the way: the repeat brings the first answer."""
    chat = ChatPage(open_page(), site.url).open()
    lost = []

    def lose(route):
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().status)
        route.abort()

    chat.page.route("**/v1/messages", lose)
    chat.type("mất hồi âm")
    chat.answers().first.wait_for()
    assert lost == [200]
    assert [seen["message"] for seen in site.rasa.seen] == ["mất hồi âm"]


def test_a_queue_survives_a_reload(site, open_page):
    chat = ChatPage(open_page(), site.url).open()
    chat.page.route("**/v1/messages", lambda route: route.abort())
    chat.type("gửi khi đang mất mạng")
    chat.page.get_by_text("Mất kết nối").wait_for()
    chat.page.unroute("**/v1/messages")
    chat.page.reload()
    chat.answers().first.wait_for()
    assert chat.page.get_by_text("gửi khi đang mất mạng").count() == 1
    assert len(site.rasa.seen) == 1


def test_an_old_button_in_another_tab_brings_that_tab_up_to_date(site, open_page):
    chat = ChatPage(open_page(), site.url).open()
    chat.ask("câu một")
    other = ChatPage(chat.page.context.new_page(), site.url).open()
    chat.ask("câu hai")
    other.option("Đã giải quyết").click()
    other.page.get_by_text("Lựa chọn này đã cũ").wait_for()
    other.page.get_by_text("câu hai").wait_for()
    assert other.messages().count() == 4


def test_the_keyboard_is_enough_and_focus_stays_where_it_helps(site, open_page):
    chat = ChatPage(open_page("desktop"), site.url).open()
    chat.ask("quên mật khẩu")
    assert chat.page.evaluate("document.activeElement.id") == "text"
    chat.option("Chưa giải quyết").focus()
    chat.page.keyboard.press("Enter")
    chat.answers().nth(1).wait_for()
    chat.page.wait_for_function("document.activeElement.matches('.message.bot')")


def test_enter_while_composing_a_syllable_does_not_send(site, open_page):
    chat = ChatPage(open_page(), site.url).open()
    chat.page.get_by_label("Câu hỏi của bạn").fill("tieng Vie")
    chat.page.evaluate(
        "document.querySelector('#text').dispatchEvent(new KeyboardEvent('keydown', "
        "{key: 'Enter', isComposing: true, bubbles: true, cancelable: true}))"
    )
    assert chat.page.get_by_label("Câu hỏi của bạn").input_value() == "tieng Vie"
    assert chat.messages().count() == 0


def test_text_can_be_enlarged_and_stays_so(site, open_page):
    page = open_page()
    page.goto(f"{site.url}/chat")
    size = "parseFloat(getComputedStyle(document.body).fontSize)"
    assert page.evaluate(size) == 18
    page.get_by_role("button", name="Cỡ chữ").click()
    assert page.evaluate(size) == 22
    page.goto(f"{site.url}/tickets/new")
    assert page.evaluate(size) == 22


@pytest.mark.parametrize("width", [160, 320, 360])
def test_nothing_is_cut_off_on_narrow_screens(site, open_page, ticket, width):
    """160 CSS pixels are a screen of 320 at 200 % zoom."""
    page = open_page()
    page.set_viewport_size({"width": width, "height": 568})
    chat = ChatPage(page, site.url).open()
    chat.ask("quên mật khẩu")
    wide = "document.documentElement.scrollWidth - innerWidth"
    assert page.evaluate(wide) <= 0
    for path in ("/chat", "/tickets/new", f"/tickets/status#{ticket[0]}.{ticket[1]}", "/tickets/status"):
        page.goto(f"{site.url}{path}")
        page.wait_for_load_state()
        assert page.evaluate(wide) <= 0, path


def test_targets_are_large_enough_for_fingers(site, open_page):
    chat = ChatPage(open_page(), site.url).open()
    chat.ask("quên mật khẩu")
    small = chat.page.evaluate(
        """() => [...document.querySelectorAll("button, summary, textarea, a.button, .top a")]
          .filter((node) => node.offsetParent)
          .map((node) => [node.textContent.trim(), node.getBoundingClientRect()])
          .filter(([, box]) => box.height < 44 || box.width < 44)
          .map(([text, box]) => `${text} ${box.width}x${box.height}`)"""
    )
    assert small == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_no_serious_barrier_on_any_page(site, open_page, ticket, size, scheme):
    code, secret = ticket
    page = open_page(size, color_scheme=scheme)
    chat = ChatPage(page, site.url).open()
    assert serious(page) == []
    chat.ask("quên mật khẩu, sdt 0912345678")
    assert serious(page) == []
    page.goto(f"{site.url}/tickets/new")
    page.get_by_role("button", name="Gửi yêu cầu").click()
    page.get_by_role("alert").wait_for()
    assert serious(page) == []
    page.goto(f"{site.url}/tickets/status#{code}.{secret}")
    page.wait_for_url(re.compile(rf"/tickets/{code}$"))
    assert serious(page) == []
    console = ConsolePage(page, site.url).sign_in("quantri", PASSWORD)
    assert serious(page) == []
    console.ticket(code)
    assert serious(page) == []
    faq = ("faq", "faq/ask?q=mat+khau", "faq/entries/vssid-quen-mat-khau", "faq/generations")
    for path in ("overview", "health", "agents", *faq):
        page.goto(f"{site.url}/console/{path}")
        assert serious(page) == [], path


def test_an_answer_is_put_into_the_reply_and_other_buttons_keep_it(site, open_page, ticket):
    page = open_page("desktop")
    console = ConsolePage(page, site.url).sign_in("quantri", PASSWORD).ticket(ticket[0])
    page.locator("#note-text").fill("ghi chú dở")
    page.get_by_role("link", name="Chèn vào trả lời").first.click()
    words = page.locator("#reply-text").input_value()
    assert "Bạn lấy lại mật khẩu" in words
    console.press("Nhận phiếu")
    page.get_by_role("button", name="Trả về hàng chờ").wait_for()
    assert page.locator("#reply-text").input_value() == words
    assert page.locator("#note-text").input_value() == "ghi chú dở"
    console.press("Gửi trả lời")
    page.locator(".event.agent .bubble").wait_for()
    assert page.locator("#note-text").input_value() == "ghi chú dở"
    assert page.locator("#reply-text").input_value() == ""


def test_a_colleague_was_faster_and_the_draft_stays(site, open_page, ticket):
    page, other = open_page("desktop"), open_page("desktop")
    console = ConsolePage(page, site.url).sign_in("quantri", PASSWORD).ticket(ticket[0])
    page.locator("#reply-text").fill("bản nháp của tôi")
    faster = ConsolePage(other, site.url).sign_in("quantri", PASSWORD).ticket(ticket[0])
    other.locator("#reply-text").fill("tôi trả lời trước")
    faster.press("Gửi trả lời")
    other.locator(".event.agent .bubble").wait_for()
    console.press("Gửi trả lời")
    page.get_by_text("Phiếu vừa có thay đổi mới").wait_for()
    assert page.get_by_text("tôi trả lời trước").is_visible()
    assert page.locator("#reply-text").input_value() == "bản nháp của tôi"


def test_the_queue_refreshes_by_itself_and_moves_by_keys(site, open_page):
    page = open_page("desktop")
    ConsolePage(page, site.url).sign_in("quantri", PASSWORD)
    words = f"Phiếu mới {uuid.uuid4().hex[:6]}"
    with site.desk.database.writing() as session:
        make_ticket(session, text=words)
    page.get_by_text(words).wait_for(timeout=30_000)
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.matches('a.row')")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/console/tickets/VS-"))


def test_a_printed_answer_is_the_answer_alone(site, open_page):
    chat = ChatPage(open_page(), site.url).open()
    chat.ask("quên mật khẩu")
    chat.page.emulate_media(media="print")
    assert chat.page.locator(".answer-card .steps").is_visible()
    for hidden in (".composer", ".top", ".options", ".tools"):
        assert not chat.page.locator(hidden).first.is_visible()
