"""`<vssid-chat>` on the sample host page, from another origin and from a file: no cookies, events, theme, no style leaks."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest

from feedback_api.models import Conversation
from tests.e2e.pages import ChatPage, HostPage
from tests.e2e.sites import host_token, serious
from tests.feedback_api.factories import make_ticket
from tests.feedback_api.standins import sample

pytestmark = pytest.mark.e2e
SAMPLE = Path(__file__).parent.parent.parent / "docs" / "host-page.html"
ELSEWHERE = "http://localhost:8000"


def host_html(site, question=""):
    html = SAMPLE.read_text(encoding="utf-8")
    assert html.count(ELSEWHERE) == 2
    return html.replace(ELSEWHERE, site.url).replace('question=""', f'question="{question}"')


@pytest.fixture
def host(site, host_pages):
    """Address of the sample page on the host's own server."""
    url, pages = host_pages
    pages["help"] = host_html(site)
    pages["start"] = host_html(site, "Mất thẻ BHYT thì làm sao?")
    return url


def test_a_host_talks_resumes_and_clears_without_cookies(site, open_page, host):
    chat = HostPage(open_page(), f"{host}/help").open()
    assert chat.page.get_by_role("heading", name="Chào bạn").is_visible()
    chat.ask("quên mật khẩu")
    chat.ask("câu hai")
    assert chat.page.context.cookies() == []
    chat.page.reload()
    chat.answers().nth(1).wait_for()
    assert [seen["message"] for seen in site.rasa.seen] == ["quên mật khẩu", "câu hai"]
    assert len({seen["sender"] for seen in site.rasa.seen}) == 1
    chat.page.get_by_text("Xóa cuộc trò chuyện").click()
    chat.page.get_by_role("button", name="Xóa ngay").click()
    chat.page.get_by_text("Nhiều người hỏi").wait_for()
    chat.page.reload()
    chat.page.get_by_text("Nhiều người hỏi").wait_for()
    assert chat.messages().count() == 0


def test_a_page_opened_from_a_file_is_a_host_too(site, open_page, tmp_path):
    path = tmp_path / "help.html"
    path.write_text(host_html(site), encoding="utf-8")
    chat = HostPage(open_page(), path.as_uri()).open()
    chat.ask("quên mật khẩu")
    chat.page.reload()
    chat.answers().first.wait_for()
    assert len(site.rasa.seen) == 1


def test_an_origin_that_is_not_configured_is_refused(site, browser, host_pages):
    """Same server under another name: another origin."""
    url, pages = host_pages
    pages["help"] = host_html(site)
    context = browser.new_context()
    page = context.new_page()
    refused = []
    page.on("requestfailed", lambda request: refused.append(request.url))
    page.goto(f"{url.replace('127.0.0.1', 'localhost')}/help")
    page.wait_for_load_state("networkidle")
    assert any(address.endswith("/static/vssid-chat.js") for address in refused)
    assert page.get_by_label("Câu hỏi của bạn").count() == 0
    context.close()


def test_the_question_that_a_host_starts_with_is_asked_once(site, open_page, host):
    chat = HostPage(open_page(), f"{host}/start").open()
    chat.answers().first.wait_for()
    chat.page.reload()
    chat.answers().first.wait_for()
    assert [seen["message"] for seen in site.rasa.seen] == ["Mất thẻ BHYT thì làm sao?"]


def test_a_host_hears_of_links_and_may_open_its_own_screens(site, open_page, host):
    chat = HostPage(open_page(), f"{host}/help").open()
    chat.events("open-screen", "ticket-created")
    chat.page.get_by_role("link", name="Gặp cán bộ").first.click()
    chat.ask("quên mật khẩu")
    chat.page.get_by_role("link", name="Nguồn").first.click()
    assert [detail["screen"] for _, detail in chat.told()] == ["new-ticket", "web"]
    assert chat.told()[0][1]["url"] == f"{site.url}/tickets/new"
    assert chat.page.url == f"{host}/help"
    assert len(chat.page.context.pages) == 1


def test_a_host_hears_of_a_ticket_and_its_page_asks_for_the_rest(site, open_page, host):
    chat = HostPage(open_page(), f"{host}/help").open()
    chat.events("none", "ticket-created")

    def with_ticket(route):
        answered = route.fetch()
        if route.request.method == "POST":
            route.fulfill(response=answered, json={**answered.json(), "ticket": {"code": "VS-7K2M-9QXD"}})
        else:
            route.fulfill(response=answered)

    chat.page.route("**/v1/messages", with_ticket)
    chat.ask("gặp cán bộ")
    assert chat.told() == [["ticket-created", {"code": "VS-7K2M-9QXD"}]]
    with chat.page.context.expect_page() as opened:
        chat.page.get_by_role("button", name="Xem phiếu VS-7K2M-9QXD").click()
    opened.value.wait_for_load_state()
    assert opened.value.url == f"{site.url}/tickets/status"
    assert opened.value.get_by_label("Mã phiếu").input_value() == "VS-7K2M-9QXD"


def test_a_link_that_no_host_takes_opens_the_desks_page_beside(site, open_page, host):
    chat = HostPage(open_page(), f"{host}/help").open()
    with chat.page.context.expect_page() as opened:
        chat.page.get_by_role("link", name="Gặp cán bộ").first.click()
    assert opened.value.url == f"{site.url}/tickets/new"


def test_a_persons_token_goes_with_messages_alone_and_a_refused_one_does_not_stop_the_chat(
    site, open_page, host
):
    chat = HostPage(open_page(), f"{host}/help").open()
    chat.events("none", "token-refused")
    sent = []
    chat.page.on("request", lambda one: sent.append((one.method, one.url, one.headers.get("authorization"))))
    sign_in = "(token) => { document.querySelector('vssid-chat').token = token; }"
    token = host_token("nguoi-dan-7")
    chat.page.evaluate(sign_in, token)
    chat.ask("quên mật khẩu")
    assert ("POST", f"{site.url}/v1/messages", f"Bearer {token}") in sent
    assert not any(said for _, url, said in sent if "/v1/suggestions" in url or "/static/" in url)
    assert not any(token in url for _, url, _ in sent)
    assert chat.told() == []
    chat.page.evaluate(sign_in, "a.b.c")
    chat.ask("câu hai")
    assert [name for name, _ in chat.told()] == ["token-refused"]
    assert [seen["message"] for seen in site.rasa.seen] == ["quên mật khẩu", "câu hai"]


@pytest.fixture
def with_ticket(site, open_page, host):
    """(chat on a host's page, code): a signed-in person whose own ticket is listed."""
    chat = HostPage(open_page(), f"{host}/help").open()
    subject = f"nguoi-dan-{uuid4()}"
    chat.page.evaluate(
        "(token) => { document.querySelector('vssid-chat').token = token; }", host_token(subject)
    )
    chat.ask("quên mật khẩu")
    hashed = site.desk.host_tokens.subject(host_token(subject))
    with site.desk.database.writing() as session:
        conversation = session.query(Conversation).filter_by(subject=hashed).one()
        made, _ = make_ticket(session, conversation=conversation, channel="chat", text="Việc riêng của tôi")
        code = made.code
    chat.ask("câu hai")
    chat.page.get_by_text("Phiếu của bạn (1)").click()
    return chat, code


def test_a_persons_own_ticket_opens_from_a_host_without_its_secret(site, with_ticket):
    chat, code = with_ticket
    with chat.page.context.expect_page() as opened:
        chat.page.get_by_role("button", name=code).click()
    opened.value.wait_for_url(f"{site.url}/tickets/{code}")
    opened.value.get_by_text("Việc riêng của tôi").wait_for()
    assert opened.value.evaluate("window.opener") is None
    # A host with a screen of its own is told the link and keeps the page.
    chat.events("open-screen")
    chat.page.get_by_role("button", name=code).click()
    chat.page.wait_for_function("window.told.length === 1")
    detail = chat.told()[0][1]
    assert (detail["screen"], detail["code"]) == ("ticket", code)
    assert detail["url"].startswith(f"{site.url}/tickets/status#{code}.")
    assert len(chat.page.context.pages) == 2


def test_a_browser_that_opens_no_windows_by_itself_gets_a_link(site, with_ticket):
    chat, code = with_ticket
    chat.page.evaluate("window.kept = window.open; window.open = () => null; 0")
    chat.page.get_by_role("button", name=code).click()
    link = chat.page.get_by_role("link", name=f"Mở phiếu {code}")
    link.wait_for()
    chat.page.evaluate("window.open = window.kept; 0")
    with chat.page.context.expect_page() as opened:
        link.click()
    opened.value.wait_for_url(f"{site.url}/tickets/{code}")


def test_the_hosts_colours_and_sizes_reach_in_as_documented_and_no_further(site, open_page, host):
    chat = HostPage(open_page("desktop"), f"{host}/help").open()
    look = """() => {
      const root = document.querySelector("vssid-chat").shadowRoot;
      const style = getComputedStyle(root.querySelector(".primary"));
      return [style.backgroundColor, style.borderRadius, getComputedStyle(root.querySelector("#text")).fontSize];
    }"""
    assert chat.page.evaluate(look) == ["rgb(0, 87, 155)", "9px", "18px"]
    chat.page.evaluate("document.querySelector('vssid-chat').setAttribute('text-size', 'larger')")
    assert chat.page.evaluate(look)[2] == "26px"
    assert (
        chat.page.evaluate("getComputedStyle(document.querySelector('header')).backgroundColor")
        == "rgb(0, 87, 155)"
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_serious_barrier_in_a_host(site, open_page, host, scheme):
    chat = HostPage(open_page(color_scheme=scheme), f"{host}/help").open()
    assert serious(chat.page) == []
    site.rasa.reply = sample("rasa_reply_clarify")
    chat.ask("mat khau")
    site.rasa.reset()
    chat.ask("quên mật khẩu")
    assert serious(chat.page) == []
    assert chat.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_a_desk_that_is_away_is_told_of_and_tried_again(site, open_page, host):
    page = open_page()
    page.route("**/chat/element", lambda route: route.abort())
    page.goto(f"{host}/help")
    page.get_by_text("Chưa mở được trò chuyện").wait_for()
    assert page.get_by_role("link", name="Gọi 1900.9068").get_attribute("href") == "tel:19009068"
    page.unroute("**/chat/element")
    page.get_by_role("button", name="Thử lại").click()
    page.get_by_label("Câu hỏi của bạn").wait_for()


def test_two_visits_on_one_device_keep_desk_and_host_apart(site, open_page, host):
    """The same browser on the desk's own page has another conversation: hosts never see the desk's cookie."""
    page = open_page()
    ChatPage(page, site.url).open().ask("trên trang của bàn hỗ trợ")
    chat = HostPage(page, f"{host}/help").open()
    assert chat.messages().count() == 0
    chat.ask("trong ứng dụng")
    assert len({seen["sender"] for seen in site.rasa.seen}) == 2
