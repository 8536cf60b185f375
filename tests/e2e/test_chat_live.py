"""The chat while one types, while agents answer, on bad networks: what only a browser can show."""

from __future__ import annotations

import random
import re

import pytest

from feedback_api.models import Author, Conversation, Message
from tests.e2e.pages import ChatPage
from tests.e2e.sites import serious

pytestmark = pytest.mark.e2e
FORGOTTEN = "Quên mật khẩu VssID thì lấy lại bằng cách nào?"
BOX = "Câu hỏi của bạn"


def suggestions(page):
    return page.get_by_role("group", name="Câu hỏi gợi ý").get_by_role("button")


def agent_says(site, text):
    """An agent's words in the youngest conversation, as the desk stores them."""
    with site.desk.database.writing() as session:
        conversation = session.query(Conversation).order_by(Conversation.id.desc()).first()
        session.add(Message(conversation_id=conversation.id, author=Author.AGENT.value, text=text))


def test_questions_are_suggested_while_one_types_and_keys_choose_them(site, open_page):
    chat = ChatPage(open_page("desktop"), site.url).open()
    box = chat.page.get_by_label(BOX)
    box.press_sequentially("mat kha", delay=30)
    suggestions(chat.page).nth(1).wait_for()
    assert suggestions(chat.page).first.inner_text() == FORGOTTEN
    assert chat.page.get_by_text("Có 2 câu hỏi gợi ý").count() == 1
    assert box.evaluate("(box) => box === document.activeElement")
    assert serious(chat.page) == []
    for key in ("ArrowUp", "ArrowUp"):
        chat.page.keyboard.press(key)
    assert suggestions(chat.page).first.evaluate("(node) => node === document.activeElement")
    chat.page.keyboard.press("ArrowDown")
    chat.page.keyboard.press("ArrowDown")
    assert box.evaluate("(box) => box === document.activeElement")
    chat.page.keyboard.press("Escape")
    assert suggestions(chat.page).count() == 0
    box.fill("mat khau")
    suggestions(chat.page).first.click()
    chat.answers().first.wait_for()
    assert [seen["message"] for seen in site.rasa.seen] == [FORGOTTEN]
    assert box.input_value() == ""
    assert suggestions(chat.page).count() == 0


def test_typing_asks_after_a_pause_one_at_a_time_and_not_with_numbers(site, open_page):
    chat = ChatPage(open_page(), site.url).open()
    running, most, asked = 0, 0, []

    def slow(route):
        nonlocal running, most
        running += 1
        most = max(most, running)
        asked.append(route.request.post_data_json["text"])
        held.append(route)

    def ended(request):
        nonlocal running
        running -= request.url.endswith("/v1/suggestions")

    held: list = []
    chat.page.route("**/v1/suggestions", slow)
    chat.page.on("requestfailed", ended)
    box = chat.page.get_by_label(BOX)
    box.press_sequentially("quen mat", delay=20)
    chat.page.wait_for_timeout(900)  # three pauses: nothing else may come
    assert asked == ["quen mat"]
    box.press_sequentially(" khau", delay=20)
    chat.page.wait_for_timeout(900)
    assert asked == ["quen mat", "quen mat khau"]
    assert most == 1
    box.fill("mã otp 1234 của tôi")
    chat.page.wait_for_timeout(900)
    assert len(asked) == 2


def test_an_agents_reply_comes_by_itself_and_only_it_is_announced(site, open_page):
    page = open_page()
    page.clock.install()
    chat = ChatPage(page, site.url).open()
    chat.ask("quên mật khẩu")
    agent_says(site, "Chào bạn, tôi là Lan, tôi xem hồ sơ của bạn rồi.")
    chat.page.reload()
    chat.page.get_by_text("Chào bạn, tôi là Lan").wait_for()
    page.evaluate(
        """() => {
          window.announced = [];
          const log = document.querySelector("[data-log]");
          new MutationObserver((changes) => {
            for (const change of changes) for (const node of change.addedNodes) {
              const near = node.parentElement?.closest("[aria-live]") && (node.closest?.("[aria-live]") ?? node.parentElement.closest("[aria-live]"));
              if (near === log && node.ariaHidden !== "true") window.announced.push(node.textContent.trim());
            }
          }).observe(log, { childList: true, subtree: true });
        }"""
    )
    agent_says(site, "Bạn thử đăng nhập lại nhé.")
    page.get_by_label(BOX).focus()
    page.clock.fast_forward(21_000)
    chat.page.get_by_text("Bạn thử đăng nhập lại nhé.").wait_for()
    told = page.evaluate("window.announced")
    assert len(told) == 1
    assert "Bạn thử đăng nhập lại nhé." in told[0]
    assert page.evaluate("document.activeElement.id") == "text"


def test_only_the_answer_is_announced_not_ones_own_words(site, open_page):
    page = open_page()
    chat = ChatPage(page, site.url).open()
    page.evaluate(
        """() => {
          window.announced = [];
          new MutationObserver((changes) => {
            for (const change of changes) for (const node of change.addedNodes) {
              const element = node instanceof Element ? node : node.parentElement;
              if (element?.closest("[aria-live]")?.matches("[data-log]")) window.announced.push(node.textContent.trim());
            }
          }).observe(document.querySelector("[data-log]"), { childList: true, subtree: true });
        }"""
    )
    chat.ask("lời của tôi")
    told = page.evaluate("window.announced")
    assert not any("lời của tôi" in words for words in told)
    answer = site.rasa.reply[1]["custom"]["vssid"]["card"]["answer"]
    assert sum(answer in words for words in told) == 1


def test_a_draft_survives_a_reload(site, open_page):
    chat = ChatPage(open_page(), site.url).open()
    chat.page.get_by_label(BOX).press_sequentially("đang gõ dở")
    chat.page.reload()
    assert chat.page.get_by_label(BOX).input_value() == "đang gõ dở"
    chat.page.get_by_label(BOX).press("Enter")
    chat.answers().first.wait_for()
    chat.page.reload()
    assert chat.page.get_by_label(BOX).input_value() == ""


def test_a_conversation_is_cleared(site, open_page):
    chat = ChatPage(open_page(), site.url).open()
    chat.ask("bí mật")
    chat.page.get_by_text("Xóa cuộc trò chuyện").click()
    chat.page.get_by_role("button", name="Xóa ngay").click()
    chat.page.get_by_text("Nhiều người hỏi").wait_for()
    assert chat.messages().count() == 0
    chat.page.reload()
    assert chat.messages().count() == 0


def test_every_message_arrives_once_on_2g_with_one_in_ten_lost(site, open_page):
    """250 kbit/s and 300 ms by the browser's own throttle; one request in ten fails before or after the desk got it."""
    page = open_page()
    dice = random.Random(2)
    lost = []

    def lossy(route):
        fate = dice.random()
        if fate < 0.05:
            lost.append("request")
            route.abort()
        elif fate < 0.10:
            route.fetch()
            lost.append("reply")
            route.abort()
        else:
            route.continue_()

    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    slow = {
        "offline": False,
        "latency": 300,
        "downloadThroughput": 250_000 / 8,
        "uploadThroughput": 50_000 / 8,
    }
    network.send("Network.emulateNetworkConditions", slow)
    chat = ChatPage(page, site.url).open()
    page.route("**/v1/messages", lossy)
    words = [f"câu hỏi số {number}" for number in range(1, 13)]
    for text in words:
        chat.type(text)
    chat.answers().nth(11).wait_for(timeout=60_000)
    assert lost, "the dice of this test must lose something"
    assert [seen["message"] for seen in site.rasa.seen] == words
    shown = page.locator(".message.citizen .bubble").all_inner_texts()
    assert shown == words
    page.unroute("**/v1/messages")
    page.reload()
    assert page.locator(".message.citizen .bubble").all_inner_texts() == words


def test_reading_aloud_is_offered_once_the_browser_knows_a_vietnamese_voice(site, open_page):
    page = open_page()
    page.add_init_script(
        """
        const heard = (window.heard = []);
        let voices = [{ lang: "en-US", name: "English" }];
        const target = new EventTarget();
        Object.defineProperty(window, "speechSynthesis", { value: Object.assign(target, {
          getVoices: () => voices, cancel: () => {}, speak: (speech) => heard.push(speech.text) }) });
        window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
        window.learnVietnamese = () => { voices = [...voices, { lang: "vi-VN", name: "Linh" }]; target.dispatchEvent(new Event("voiceschanged")); };
        """
    )
    chat = ChatPage(page, site.url).open()
    chat.ask("quên mật khẩu")
    read = page.get_by_role("button", name=re.compile("Đọc|Dừng đọc"))
    assert read.count() == 0
    page.evaluate("window.learnVietnamese()")
    read.click()
    assert page.get_by_role("button", name="Dừng đọc").get_attribute("aria-pressed") == "true"
    card = site.rasa.reply[1]["custom"]["vssid"]["card"]
    heard = page.evaluate("window.heard[0]")
    assert card["answer"] in heard
    assert "Nguồn" not in heard


def test_an_answer_is_copied_with_its_source(site, open_page):
    page = open_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site.url)
    chat = ChatPage(page, site.url).open()
    chat.ask("quên mật khẩu")
    page.get_by_role("button", name="Sao chép").click()
    page.get_by_role("button", name="Đã chép").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    card = site.rasa.reply[1]["custom"]["vssid"]["card"]
    for words in (card["question"], card["answer"], *card["steps"], "Nguồn: "):
        assert words in copied


def test_without_motion_nothing_moves(site, open_page):
    page = open_page(reduced_motion="reduce")
    chat = ChatPage(page, site.url).open()
    site.rasa.delay = 1.0
    chat.type("quên mật khẩu")
    page.locator("[data-thinking]").wait_for()
    assert page.evaluate("getComputedStyle(document.querySelector('.typing i')).animationName") == "none"
    chat.answers().first.wait_for()
