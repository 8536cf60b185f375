"""The whole product once, in a real browser: question, answer, ticket, agent, mail, status page, and back."""

import email
import email.policy
import re
from pathlib import Path

import pytest

from tests.e2e.conftest import ROOT, wait_for

pytestmark = pytest.mark.e2e

SHOTS = ROOT / "var" / "screenshots"
QUESTION = "quen mat khau vssid ma mat sim roi"
HOPELESS = "Cháu muốn hỏi giá vé tàu Tết đi Vinh năm nay bao nhiêu"


def shot(page, name: str) -> None:
    """Keeps a picture for people to look at."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png", full_page=True)


def ask(page, text: str) -> None:
    """Types `text` into the chat and waits for the bot's next message."""
    before = page.locator(".message.bot").count()
    page.get_by_label("Câu hỏi của bạn").fill(text)
    page.get_by_role("button", name="Gửi", exact=True).click()
    wait_for(lambda: page.locator(".message.bot").count() > before, 20, "the bot's reply")


def press(page, name: re.Pattern[str]) -> None:
    """Presses an offered button and waits for the bot's next message."""
    before = page.locator(".message.bot").count()
    page.locator("[data-options] button", has_text=name).first.click()
    wait_for(lambda: page.locator(".message.bot").count() > before, 20, "the bot's reply")


def sign_in(page, desk) -> None:
    password = re.search(r"mật khẩu:\s+(\S+)", desk.said()).group(1)
    page.goto(f"{desk.url}/console/login")
    page.get_by_label("Tên đăng nhập").fill("admin")
    page.get_by_label("Mật khẩu").fill(password)
    page.get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url(re.compile(r"/console/?$"))


def body_of(path: Path) -> str:
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    return message.get_body(("plain",)).get_content()


def open_ticket_by_form(page, text: str, address: str) -> str:
    """Fills the ticket form that every page links to; returns the code."""
    page.get_by_label("Bạn cần giúp việc gì?").fill(text)
    page.get_by_label("Gửi email cho tôi").check()
    page.get_by_label("Email", exact=True).fill(address)
    page.locator("#consent").check()
    page.get_by_role("button", name="Gửi yêu cầu").click()
    page.wait_for_url(re.compile(r"/tickets/VS-"))
    return page.locator("h1.code").inner_text()


def test_from_question_to_answered_ticket(desk, phone, desktop):  # noqa: PLR0915 - one journey, told in order
    # 1. The citizen asks without diacritics and gets a right answer with steps and its source.
    phone.goto(f"{desk.url}/chat")
    ask(phone, QUESTION)
    # Between close candidates the bot asks what tells them apart, or offers them: the right one must be reached.
    if phone.locator(".answer-card").count() == 0:
        press(phone, re.compile("còn dùng|mật khẩu", re.IGNORECASE))
    card = phone.locator(".answer-card").last
    assert "mật khẩu" in card.inner_text().lower()
    assert card.locator("ol.steps li").count() >= 2
    assert re.search(r"Rà soát ngày \d{2}/\d{2}/\d{4}", card.inner_text())
    assert card.locator(".proof a").count() >= 1
    shot(phone, "chat-answer-360")

    # 2. A question that nobody can answer: at most two tries, then a person is offered with a ticket.
    for _ in range(2):
        ask(phone, HOPELESS)
        assert phone.locator(".message.bot").last.locator(".answer-card").count() == 0
    offer = phone.locator(".message.bot").last
    assert "cán bộ" in offer.inner_text().lower()
    shot(phone, "chat-no-answer-360")
    offer.get_by_role("link", name="Gặp cán bộ").click()
    shot(phone, "ticket-form-360")
    code = open_ticket_by_form(
        phone, "Tôi <b>không</b> vào được VssID, nhờ cán bộ xem giúp.", "citizen@example.com"
    )
    secret = phone.locator(".secret").inner_text()
    shot(phone, "ticket-opened-360")

    # 3. The acknowledgement carries the code and echoes nothing that was typed.
    acknowledgement = wait_for(
        lambda: [m for m in desk.mails() if code in body_of(m)], 20, "the acknowledgement"
    )[0]
    assert "không vào được" not in body_of(acknowledgement)

    # 4. The agent finds the ticket with the conversation, takes it, notes and replies.
    sign_in(desktop, desk)
    shot(desktop, "console-queue-1280")
    desktop.get_by_role("link", name=re.compile("vào được VssID, nhờ cán bộ")).click()
    assert code in desktop.locator("h1").inner_text()
    assert HOPELESS in desktop.locator("#ticket").inner_text()
    desktop.get_by_role("button", name="Nhận phiếu").click()
    desktop.get_by_role("button", name="Trả về hàng chờ").wait_for()
    desktop.locator("#note-text").fill("Đã kiểm tra, chỉ nội bộ: bí-mật-nội-bộ")
    desktop.get_by_role("button", name="Lưu ghi chú").click()
    desktop.get_by_text("bí-mật-nội-bộ").first.wait_for()
    desktop.locator("#reply-text").fill(
        "Chào anh/chị, anh/chị mang CCCD ra cơ quan BHXH gần nhất để đổi số điện thoại."
    )
    desktop.get_by_role("button", name="Gửi trả lời").click()
    desktop.get_by_text("Chờ").first.wait_for()
    shot(desktop, "console-ticket-1280")

    # 5. The mail and the status page show the reply, and nothing internal.
    reply = wait_for(
        lambda: [m for m in desk.mails() if "mang CCCD ra" in body_of(m)], 20, "the reply by mail"
    )[0]
    assert not [m for m in desk.mails() if "bí-mật-nội-bộ" in m.read_text()]
    assert re.search(r"/tickets/status#" + code, body_of(reply))
    assert "?" not in re.search(r"https?://\S+", body_of(reply)).group(0)
    phone.context.clear_cookies()
    phone.goto(f"{desk.url}/tickets/status")
    phone.get_by_label("Mã phiếu").fill(code)
    phone.get_by_label("Mã bí mật").fill(secret)
    phone.get_by_role("button", name="Xem phiếu").click()
    phone.get_by_text("mang CCCD ra").wait_for()
    assert "bí-mật-nội-bộ" not in phone.content()
    shot(phone, "status-360")

    # 6. The citizen's answer comes back to the agent.
    phone.get_by_label("Viết thêm cho cán bộ").fill("Cảm ơn, tôi mang thêm giấy gì không?")
    phone.get_by_role("button", name="Gửi", exact=True).click()
    phone.get_by_text("mang thêm giấy gì").wait_for()
    desktop.reload()
    desktop.get_by_text("mang thêm giấy gì").first.wait_for()

    # 7. The agent closes it with a resolution; the citizen sees that.
    desktop.locator("#resolution").select_option("personal_case")
    desktop.locator("#closing").fill("Anh/chị chỉ cần CCCD. Cảm ơn anh/chị.")
    desktop.get_by_role("button", name="Kết thúc phiếu").click()
    desktop.get_by_role("button", name="Kết thúc phiếu").wait_for(state="detached")
    shot(desktop, "console-resolved-1280")
    phone.reload()
    phone.get_by_text("Anh/chị chỉ cần CCCD").wait_for()


def test_the_link_in_the_mail_opens_the_ticket(desk, phone):
    phone.goto(f"{desk.url}/tickets/new")
    code = open_ticket_by_form(phone, "Thẻ bảo hiểm y tế của tôi ghi sai năm sinh.", "mail-link@example.com")
    mail = wait_for(lambda: [m for m in desk.mails() if code in body_of(m)], 20, "the acknowledgement")[0]
    link = re.search(r"https?://\S+/tickets/status#\S+", body_of(mail)).group(0)
    phone.context.clear_cookies()
    phone.goto("about:blank")
    phone.goto(link)
    phone.wait_for_url(re.compile(rf"/tickets/{code}$"))
    assert phone.get_by_text("ghi sai năm sinh").count() >= 1


def test_a_ticket_opened_in_the_conversation(desk, phone):
    phone.goto(f"{desk.url}/chat")
    ask(phone, "cho tôi gặp cán bộ tư vấn")
    ask(phone, "Tôi nộp hồ sơ hưởng thai sản hơn hai tháng chưa thấy tiền.")
    ask(phone, "0912 345 678")
    assert "0912 345 678" not in phone.locator("[data-log]").inner_text(), (
        "the number is masked where it was typed"
    )
    press(phone, re.compile("lúc nào cũng được", re.IGNORECASE))  # when to be called back
    shot(phone, "chat-form-summary-360")
    press(phone, re.compile("Gửi|Đồng ý|Đúng", re.IGNORECASE))
    code = wait_for(
        lambda: re.search(r"VS-[0-9A-Z]{4}-[0-9A-Z]{4}", phone.locator("[data-log]").inner_text()),
        20,
        "the code",
    )
    shot(phone, "chat-ticket-code-360")
    ask(phone, "phiếu của tôi tới đâu rồi")
    assert code.group(0) in phone.locator(".message.bot").last.inner_text()


def test_the_chat_works_without_javascript(desk, browser):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(f"{desk.url}/chat")
    page.get_by_label("Câu hỏi của bạn").fill("quên mật khẩu VssID thì làm sao")
    page.get_by_role("button", name="Gửi", exact=True).click()
    page.wait_for_url(re.compile("/chat"))
    assert page.locator(".message.bot").count() >= 1
    assert "mật khẩu" in page.locator("[data-log]").inner_text()
    context.close()


def test_what_people_type_is_only_text(desk, phone):
    phone.goto(f"{desk.url}/chat")
    alerts = []
    phone.on("dialog", lambda dialog: (alerts.append(dialog.message), dialog.dismiss()))
    for text in [
        "<script>alert(1)</script>",
        '/choose_entry{"entry_id": "vssid-la-gi"}',
        "🙂🙂🙂",
        "\u202egnad nahp\u202c \u200b\u200b",
        "<img src=x onerror=alert(2)>",
    ]:
        ask(phone, text)
    assert alerts == []
    assert phone.locator("[data-log] script, [data-log] img").count() == 0
    assert phone.locator(".answer-card").count() == 0, "a typed payload is not a button"


def test_double_clicks_open_one_ticket(desk, phone):
    phone.goto(f"{desk.url}/tickets/new")
    phone.get_by_label("Bạn cần giúp việc gì?").fill("Bấm hai lần liền vào nút gửi thì sao.")
    phone.get_by_label("Gửi email cho tôi").check()
    phone.get_by_label("Email", exact=True).fill("twice@example.com")
    phone.locator("#consent").check()
    phone.get_by_role("button", name="Gửi yêu cầu").dblclick()
    phone.wait_for_url(re.compile(r"/tickets/VS-"))
    code = phone.locator("h1.code").inner_text()
    wait_for(lambda: [m for m in desk.mails() if code in body_of(m)], 20, "the acknowledgement")
    assert len([m for m in desk.mails() if "twice@example.com" in m.read_text()]) == 1
