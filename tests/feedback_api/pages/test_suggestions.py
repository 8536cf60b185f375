"""Questions suggested while a citizen types: by words, by meaning, and nothing where nothing may be said."""

from __future__ import annotations

import asyncio

import pytest

from feedback_api.chat import live_questions
from feedback_api.chat.endpoints import PER_ADDRESS
from feedback_api.chat.live_questions import LiveQuestions
from feedback_api.chat.suggest import Question, fitting, plain
from feedback_api.clients.faq_client import HttpFaq
from feedback_api.clients.search_client import NullSearch
from tests.feedback_api.standins import SERVICE_TOKEN, sample

FORGOTTEN = "Quên mật khẩu VssID thì lấy lại bằng cách nào?"
ALL_GONE = "Quên mật khẩu mà email cũ không còn, số điện thoại cũng đổi thì làm sao vào VssID?"
CARD = "Mã thẻ BHYT nằm ở đâu trên VssID?"
MOTHER = "Mẹ có được hưởng thai sản không?"
QUESTIONS = tuple(map(Question.of, (ALL_GONE, FORGOTTEN, CARD, MOTHER)))


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("quen mat kh", FORGOTTEN),
        ("QUÊN MẬT KHẨU", FORGOTTEN),
        ("que\u0302n ma\u0323\u0302t", FORGOTTEN),
        ("ma the bhyt", CARD),
        ("mẹ", MOTHER),
        ("quen mat khau email", ALL_GONE),
        ("toi quen mat khau vssid", FORGOTTEN),  # one word in five may be missing
    ],
)
def test_the_question_meant_comes_first(typed, first):
    assert fitting(typed, QUESTIONS)[0] == first


@pytest.mark.parametrize(
    "typed", ["", "q", "?!", "xin chào", "mat khau ngan hang cua toi bi khoa", "quê mật"]
)
def test_what_fits_nothing_gets_nothing(typed):
    assert fitting(typed, QUESTIONS) == ()


def test_no_more_than_asked_for_are_given():
    assert len(fitting("mat khau", QUESTIONS)) == 2
    assert len(fitting("mat khau", QUESTIONS, at_most=1)) == 1
    assert plain("Đổi số Đ") == "doi so d"


def suggest(web, text):
    return web.post("/v1/suggestions", json={"text": text})


def test_typing_suggests_live_questions_only(web, full_desk):
    *_, search = full_desk
    search.reply = sample("search_abstain")
    assert suggest(web, "mat khau").json() == {"questions": [FORGOTTEN, ALL_GONE]}
    assert suggest(web, "mat tien").json() == {"questions": []}  # withdrawn
    assert suggest(web, "cai dat").json() == {"questions": []}  # expired
    assert search.asked_for_entries == 1
    assert "set-cookie" not in suggest(web, "mat khau").headers


def test_words_that_no_question_has_are_looked_up_by_meaning(web, full_desk):
    *_, search = full_desk
    assert suggest(web, "lo quen pass roi").json() == {"questions": [FORGOTTEN, ALL_GONE]}
    assert search.seen == ["lo quen pass roi"]
    assert suggest(web, "pass").json() == {"questions": []}  # one word may mean anything
    search.reply = sample("search_abstain")
    assert suggest(web, "mua xe may cu").json() == {"questions": []}


@pytest.mark.parametrize(
    "text", ["cccd 079012345678 mat khau", "goi toi 0912 345 678", "mat khau la Abc12345", "x" * 201]
)
def test_personal_numbers_and_stories_go_nowhere(web, full_desk, text):
    *_, search = full_desk
    assert suggest(web, text).json() == {"questions": []}
    assert search.seen == []
    assert search.asked_for_entries == 0


def test_without_search_nothing_is_suggested_and_nothing_fails(web, full_desk):
    *_, search = full_desk
    search.status = 503
    reply = suggest(web, "quen mat khau")
    assert (reply.status_code, reply.json()) == (200, {"questions": []})


def test_known_questions_outlive_search(search):
    now = [0.0]

    async def scenario():
        faq, questions = HttpFaq(search.url, 2, SERVICE_TOKEN), LiveQuestions(lambda: now[0])
        before = await questions.suggest("mat khau", faq, NullSearch())
        search.status = 503
        now[0] = live_questions.KEEP + 1
        after = await questions.suggest("mat khau", faq, NullSearch())
        await faq.close()
        return before, after

    before, after = asyncio.run(scenario())
    assert before == after == (FORGOTTEN, ALL_GONE)


def test_someone_who_asks_without_end_is_told_to_wait(web, full_desk):
    _, desk, *_ = full_desk
    assert suggest(web, "mat khau").status_code == 200
    for _ in range(PER_ADDRESS[0].amount - 1):
        desk.limiter.hit(PER_ADDRESS, "suggest-address", "testclient")
    reply = suggest(web, "mat khau")
    assert reply.status_code == 429
    assert int(reply.headers["retry-after"]) > 0
    assert "Bạn gửi hơi nhanh" in reply.json()["error"]["message"]


def test_a_conversation_is_forgotten_by_json_too(web):
    web.post("/v1/messages", json={"text": "bí mật của tôi", "client_id": "aaaa-bbbb-1"})
    token = web.cookies["vssid_chat"]
    assert web.post("/v1/messages/clear").status_code == 204
    assert "vssid_chat" not in web.cookies
    web.cookies.set("vssid_chat", token)
    assert web.get("/v1/messages").json()["messages"] == []
    assert web.post("/v1/messages/clear").status_code == 204
