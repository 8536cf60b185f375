"""The chat as a page and a plain form, without JavaScript."""

from __future__ import annotations

import uuid

import pytest

from tests.feedback_api.standins import sample

from .conftest import XSS, Page, ask


def test_the_first_screen_says_how_to_get_help(web):
    reply = web.get("/chat")
    page = Page(reply.text)
    assert reply.status_code == 200
    assert "Chào bạn" in page.text
    assert "1.000 đồng/phút" in page.text
    assert "không bao giờ hỏi mật khẩu, mã OTP hay ảnh giấy tờ" in page.text
    assert page.all("a", href="/tickets/new")
    assert page.all("a", href="tel:19009068")
    questions = page.all("button", name="text")
    assert len(questions) == 6
    assert questions[0]["value"] == "Quên mật khẩu VssID thì lấy lại bằng cách nào?"
    assert web.get("/").headers["location"] == "/chat"


def test_a_question_is_answered_with_steps_and_proof(web, full_desk):
    *_, rasa, _ = full_desk
    reply = ask(web)
    assert reply.status_code == 303
    assert reply.headers["location"].startswith("/chat#m-")
    assert "HttpOnly" in reply.headers["set-cookie"]
    page = Page(web.get("/chat").text)
    card = sample("search_answer")["hits"][0]
    for words in (card["question"], card["answer"], *card["steps"], "Rà soát ngày 24/11/2026"):
        assert words in page.text
    assert page.all("a", href=card["sources"][0])
    assert page.all("a", href=card["links"][0])
    assert "Nguồn: lamdong.baohiemxahoi.gov.vn" in page.text
    assert card["related"][0]["question"] in page.text
    assert "đã giải quyết việc của bạn chưa" in page.text
    assert len(page.all("button", name="option")) == sum(len(one.get("buttons", [])) for one in rasa.reply)
    assert [seen["message"] for seen in rasa.seen] == ["quen mat khau vssid"]


def test_pressing_send_twice_asks_once(web, full_desk):
    *_, rasa, _ = full_desk
    key = str(uuid.uuid4())
    first, second = ask(web, client_id=key), ask(web, client_id=key)
    assert first.headers["location"] == second.headers["location"]
    assert len(rasa.seen) == 1


def test_close_candidates_are_numbered_questions(web, full_desk):
    *_, rasa, _ = full_desk
    rasa.reply = sample("rasa_reply_clarify")
    ask(web, "mat khau")
    page = Page(web.get("/chat").text)
    buttons = page.all("button", name="option")
    assert len(buttons) == 3
    assert page.all("div", class_="choices numbered")
    assert not any("/choose_entry" in str(attributes) for attributes in buttons)
    ask(web, text="", option=buttons[1]["value"])
    assert rasa.seen[-1]["message"].startswith("/choose_entry")


def test_an_old_button_is_refused_with_words(web):
    ask(web)
    old = Page(web.get("/chat").text).all("button", name="option")[0]["value"]
    ask(web, "câu khác")
    reply = ask(web, text="", option=old)
    assert reply.status_code == 409
    assert "Lựa chọn này đã cũ" in reply.text


@pytest.mark.parametrize(
    ("text", "words"), [("", "Bạn chưa nhập nội dung"), ("dài " * 400, "Nội dung dài quá 1000 ký tự")]
)
def test_what_cannot_be_sent_stays_in_the_box(web, text, words):
    reply = ask(web, text)
    page = Page(reply.text)
    assert reply.status_code == 422
    assert words in page.text
    assert page.all("textarea", id="text")[0]["aria-invalid"] == "true"
    assert text.strip() in page.text


def test_too_many_messages_say_how_long_to_wait(web):
    replies = [ask(web, f"câu {number}") for number in range(25)]
    late = [reply for reply in replies if reply.status_code == 429]
    assert late
    assert int(late[0].headers["retry-after"]) > 0
    assert "Bạn gửi hơi nhanh" in late[0].text


def test_hidden_numbers_are_told(web):
    ask(web, "sdt toi la 0912345678")
    page = Page(web.get("/chat").text)
    assert "tôi đã ẩn số điện thoại" in page.text
    assert "0912345678" not in page.text


def test_clearing_forgets_the_conversation(web):
    ask(web, "bí mật của tôi")
    token = web.cookies["vssid_chat"]
    reply = web.post("/chat/clear")
    assert (reply.status_code, reply.headers["location"]) == (303, "/chat")
    web.cookies.set("vssid_chat", token)
    assert "bí mật của tôi" not in web.get("/chat").text


def test_everything_down_still_leads_to_a_person(client):
    client.follow_redirects = True
    reply = ask(client, "quên mật khẩu")
    assert reply.status_code == 200
    assert "đang tạm ngừng" in reply.text
    assert Page(reply.text).all("a", href="/tickets/new")


@pytest.mark.parametrize("text", XSS)
def test_what_citizens_type_is_only_text(web, text):
    ask(web, text)
    page = Page(web.get("/chat").text)
    assert page.dangers() == []
    assert not page.all("img")
    assert text.replace("  ", " ") in page.text


def test_an_entry_cannot_put_a_script_behind_a_link(web, full_desk):
    *_, rasa, _ = full_desk
    card = rasa.reply[1]["custom"]["vssid"]["card"]
    card["sources"] = ["javascript:alert(1)", "https://example.gov.vn/a"]
    card["links"] = ["data:text/html,x"]
    ask(web)
    page = Page(web.get("/chat").text)
    assert page.dangers() == []
    assert page.all("a", href="https://example.gov.vn/a")
    assert not page.all("a", href="data:text/html,x")
