"""The editors' page: the list and its filters, one entry, trial questions, faults, generations; who may write, and how it fails."""

from __future__ import annotations

import json
import logging
import re

import anyio
import pytest

from feedback_api import logs
from feedback_api.clients.faq_client import Catalogue, CheckKind, EntryStatus, NullFaq, Topic
from feedback_api.clients.search_client import SearchDown
from feedback_api.console import faq_list, titles
from feedback_api.console.topics import KEEP, RETRY, TopicTitles
from tests.feedback_api.factories import make_ticket
from tests.feedback_api.standins import sample

from .conftest import XSS, Page

HTMX = {"HX-Request": "true"}
LIVE = "vssid-quen-mat-khau"
WITHDRAWN = "vssid-co-mat-phi-khong"
ENTRY = f"/console/faq/entries/{LIVE}"


@pytest.fixture
def finder(full_desk):
    return full_desk[3]


@pytest.fixture
def events(caplog):
    """Names and fields of what was logged so far."""
    caplog.set_level(logging.INFO, logger=logs.LOGGER.name)
    return lambda: [{"event": record.message, **getattr(record, "fields", {})} for record in caplog.records]


def shown(reply):
    return re.findall(r'class="row" href="/console/faq/entries/([a-z0-9-]+)"', reply.text)


def test_everybody_reads_and_only_editors_write(sign_in, finder):
    for role, may in (("agent", False), ("lead", True), ("editor", True), ("admin", True)):
        web = sign_in(role)
        for path in ("/console/faq", "/console/faq/ask", "/console/faq/generations"):
            assert web.get(path).status_code == 200, (role, path)
        entry, history = web.get(ENTRY), web.get("/console/faq/generations")
        assert ("Thu hồi mục này" in entry.text) == may
        assert ("Đồng ý quay lại" in history.text) == may
        before = len(finder.heard)
        for path in (f"{ENTRY}/withdraw", f"{ENTRY}/restore", "/console/faq/rollback"):
            reply = web.post(path, data={"reason": "Sai số tiền", "generation": "20261124T170210-91be04d7"})
            assert (reply.status_code != 403) == may, (role, path)
        assert (len(finder.heard) > before) == may


def test_who_has_no_tickets_starts_at_the_faq(sign_in):
    assert sign_in("editor").get("/console").headers["location"] == "/console/faq"
    assert 'href="/console/faq" aria-current="page"' in sign_in("editor").get("/console/faq").text


def test_the_list_shows_each_entry_with_its_state(sign_in):
    reply = sign_in("editor").get("/console/faq")
    entries = sample("search_entries")["entries"]
    assert shown(reply) == [entry["id"] for entry in entries]
    page = Page(reply.text)
    for words in ("Đang chạy", "Trượt 1/5 câu thử", "Sắp hết hạn", "10/12/2026", "Đã hết hạn", "Quá hạn rà soát",
                  "Chưa đến ngày", "Đã thu hồi", "Tài khoản VssID"):  # fmt: skip
        assert words in page.text
    for entry in entries:
        assert entry["question"] in page.text
        assert f">{entry['topic']}<" not in reply.text


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ("view=live", [0, 1]),
        ("view=expiring", [1]),
        ("view=expired", [2]),
        ("view=not_yet", [3]),
        ("view=withdrawn", [4]),
        ("view=failing", [0]),
        ("view=review", [2]),
        ("view=khong-co", [0, 1, 2, 3, 4]),
        ("text=MẬT+khẩu", [0, 1]),
        ("text=mat+khau+email", [1]),
        ("text=vssid-cai-dat", [2]),
        ("text=mat+khau&view=expiring", [1]),
        ("topic=vssid-tai-khoan&view=all", [0, 1, 2, 3, 4]),
        ("topic=khac", []),
    ],
)
def test_the_list_is_filtered(sign_in, query, places):
    ids = [entry["id"] for entry in sample("search_entries")["entries"]]
    for headers in ({}, HTMX):
        reply = sign_in("editor").get(f"/console/faq?{query}", headers=headers)
        assert shown(reply) == [ids[place] for place in places]
        assert ("<html" in reply.text) == (not headers)
    if not places:
        assert "Không có mục nào hợp với bộ lọc này" in reply.text


def test_tabs_count_within_the_other_filters_and_keep_them(sign_in):
    text = sign_in("editor").get("/console/faq?text=mat+khau&topic=vssid-tai-khoan").text
    assert re.search(
        r'href="/console/faq\?view=expiring&amp;topic=vssid-tai-khoan&amp;text=mat\+khau">Sắp hết hạn '
        r'<span class="n">1</span>', text
    )  # fmt: skip
    assert re.search(r'aria-current="true">Tất cả <span class="n">2</span>', text)


def test_the_list_asks_again_while_tests_are_counted(sign_in, finder):
    web = sign_in("editor")
    assert 'hx-trigger="load delay:4s"' in web.get("/console/faq").text
    finder.catalogue["counting"] = False  # though some entry has no count: it is not in effect
    assert 'hx-trigger="load delay:4s"' not in web.get("/console/faq").text


def test_faults_of_the_last_load_stand_above_the_list_with_their_lines(sign_in):
    for path in ("/console/faq", "/console/faq/generations"):
        page = Page(sign_in("editor").get(path).text)
        assert "data/faq_vi.yml dòng 12" in page.text
        assert "thiếu trường 'answer'; thêm câu trả lời." in page.text
        assert page.all("a", href="/console/faq/entries/vssid-cai-dat")


def test_an_older_generation_that_was_chosen_is_no_fault_of_the_file(sign_in, finder):
    held = {"file": "data/faq_vi.yml", "line": 1, "id": "", "code": "rolled_back", "message": "đã quay lại"}
    finder.health.update(status="degraded", faults=[held])
    finder.history["held"] = True
    for path in ("/console/faq", "/console/faq/generations", "/console/health"):
        text = Page(sign_in("editor").get(path).text).text
        assert text.count("Đang chạy bản cũ") == 1, path
        assert "lỗi trong" not in text
        assert "chưa được chạy Bản cũ" not in text
    assert "Chạy bản cũ" in text


def test_an_entry_as_citizens_see_read_and_hear_it(sign_in, finder):
    finder.catalogue["entries"][0].update(effective_from="2026-01-01", effective_to="2026-12-31")
    finder.details["checks"] = finder.details["checks"][:2] * 2 + finder.details["checks"][2:3]
    page = Page(sign_in("agent").get(ENTRY).text)
    entry = sample("entry")
    for words in (entry["question"], entry["answer"], *entry["steps"], entry["spoken"], entry["sources"][0],
                  "06/2025", "24/11/2026", "24/05/2027", "01/01/2026", "31/12/2026", "2/5 câu trúng mục này",
                  "Tài khoản VssID", entry["related"][0]["question"]):  # fmt: skip
        assert words in page.text
    assert page.all("article", class_="answer-card")
    assert page.all("a", href="/console/faq/entries/vssid-quen-mat-khau-phim-8")
    assert not page.all("form", action="/chat#composer"), "the preview must not ask in an editor's chat"


def test_an_unknown_entry_is_a_page(sign_in):
    reply = sign_in("editor").get("/console/faq/entries/khong-co")
    assert reply.status_code == 404
    assert "Không tìm thấy mục này" in reply.text


def test_withdraw_and_restore_by_plain_forms(sign_in, finder, events, people):
    web = sign_in("editor")
    reply = web.post(f"{ENTRY}/withdraw", data={"reason": "  Số tiền\u200b đã đổi. "})
    assert (reply.status_code, reply.headers["location"]) == (303, ENTRY)
    page = Page(web.get(ENTRY).text)
    assert finder.heard == [("/v1/withdraw", {"id": LIVE, "reason": "Số tiền đã đổi.", "by": "Người editor"})]
    for words in (
        "Đã thu hồi, không còn trả lời người dân",
        "Số tiền đã đổi.",
        "Người editor",
        "25/11/2026 01:55",
    ):
        assert words in page.text
    assert page.all("form", action=f"{ENTRY}/restore")
    assert not page.all("form", action=f"{ENTRY}/withdraw")
    reply = web.post(f"{ENTRY}/restore")
    assert (reply.status_code, reply.headers["location"]) == (303, ENTRY)
    assert sample("entry")["answer"] in Page(web.get(ENTRY).text).text
    done = [event for event in events() if event["event"] in {"faq_withdrawn", "faq_restored"}]
    assert [(event["event"], event["entry"]) for event in done] == [
        ("faq_withdrawn", LIVE),
        ("faq_restored", LIVE),
    ]
    assert all(isinstance(event["agent"], int) for event in done)
    assert "Số tiền" not in json.dumps(events(), ensure_ascii=False, default=str), "logs hold no free text"


def test_htmx_gets_the_same_partial_after_a_write(sign_in):
    web = sign_in("lead")
    reply = web.post(f"{ENTRY}/withdraw", data={"reason": "Sai"}, headers=HTMX)
    assert reply.status_code == 200
    assert "<html" not in reply.text
    assert "Đã thu hồi, không còn trả lời" in reply.text
    assert reply.text.strip() in web.get(ENTRY).text
    assert "Thu hồi mục này" in web.post(f"{ENTRY}/restore", headers=HTMX).text


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize(
    ("path", "data", "status", "words"),
    [
        (f"{ENTRY}/withdraw", {"reason": " "}, 422, "Bạn ghi lý do thu hồi"),
        (f"{ENTRY}/withdraw", {"reason": "x" * 501}, 422, "Bạn ghi lý do thu hồi"),
        (f"{ENTRY}/restore", {}, 409, "Mục này đang chạy"),
        (f"/console/faq/entries/{WITHDRAWN}/withdraw", {"reason": "Sai"}, 409, "đã được thu hồi trước đó"),
        ("/console/faq/rollback", {"generation": "20261120T081500-0c5d77aa"}, 409, "không chạy lại được"),
        ("/console/faq/rollback", {"generation": "khong-co"}, 409, "Bản này không còn nữa"),
    ],
)
def test_a_refusal_says_why_and_changes_nothing(sign_in, finder, events, headers, path, data, status, words):
    before = json.dumps([finder.catalogue, finder.history])
    reply = sign_in("editor").post(path, data=data, headers=headers)
    assert reply.status_code == status
    page = Page(reply.text)
    assert page.all("div", role="alert")
    assert words in page.text
    assert ("<html" in reply.text) == (not headers)
    assert json.dumps([finder.catalogue, finder.history]) == before
    assert not {"faq_withdrawn", "faq_restored", "faq_rolled_back"} & {event["event"] for event in events()}
    if len(data.get("reason", "")) > 500:
        assert data["reason"] in reply.text


def test_going_back(sign_in, finder, events):
    web = sign_in("editor")
    page = Page(web.get("/console/faq/generations").text)
    kept = sample("search_generations")["generations"]
    offered = [found["value"] for found in page.all("input", name="generation")]
    assert offered == [kept[1]["id"]], "neither the live one nor one that can't be used"
    assert "Đang chạy bản cũ" not in page.text
    reply = web.post("/console/faq/rollback", data={"generation": kept[1]["id"]})
    assert (reply.status_code, reply.headers["location"]) == (303, "/console/faq/generations")
    assert finder.heard == [("/v1/rollback", {"generation": kept[1]["id"], "by": "Người editor"})]
    after = Page(web.get("/console/faq/generations").text)
    assert "Đang chạy bản cũ" in after.text
    assert [found["value"] for found in after.all("input", name="generation")] == [kept[0]["id"]]
    assert [event["generation"] for event in events() if event["event"] == "faq_rolled_back"] == [
        kept[1]["id"]
    ]
    fragment = web.post("/console/faq/rollback", data={"generation": kept[0]["id"]}, headers=HTMX)
    assert (fragment.status_code, "<html" in fragment.text) == (200, False)


@pytest.mark.parametrize(
    ("name", "decision", "reason"),
    [
        ("search_answer", "Trả lời ngay", "đủ chắc chắn"),
        ("search_clarify", "Hỏi lại để chọn", "Chưa đủ chắc"),
        ("search_abstain", "Không trả lời", "Không mục nào gần"),
        ("search_needs_person", "Chuyển cán bộ", "việc riêng"),
    ],
)
def test_a_trial_question_shows_hits_scores_and_the_reason(sign_in, finder, name, decision, reason):
    finder.reply = sample(name)
    reply = sign_in("agent").get("/console/faq/ask?q=quen+mat+khau")
    page = Page(reply.text)
    assert finder.seen[-1] == "quen mat khau"
    for words in (decision, reason, finder.reply["normalised"], finder.reply["generation"]):
        assert words in page.text
    for hit in finder.reply["hits"]:
        assert f"{round(hit['score'] * 100)} %" in page.text
        assert page.all("a", href=f"/console/faq/entries/{hit['id']}")
    assert ("Không mục nào được đưa ra" in page.text) == (not finder.reply["hits"])
    part = sign_in("agent").get("/console/faq/ask?q=quen+mat+khau", headers=HTMX).text
    assert "<html" not in part
    assert part.strip() in reply.text


def test_without_a_question_nothing_is_asked(sign_in, finder):
    for path in ("/console/faq/ask", "/console/faq/ask?q=", "/console/faq/ask?q=%20%E2%80%8B"):
        assert sign_in("editor").get(path).status_code == 200
    assert finder.seen == []


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_with_search_away_every_page_says_so(sign_in, finder, headers):
    finder.status = 503
    web = sign_in("editor")
    for path in ("/console/faq", "/console/faq/ask?q=abc", ENTRY, "/console/faq/generations"):
        reply = web.get(path, headers=headers)
        assert reply.status_code == 200, path
        assert "Dịch vụ tìm kiếm không trả lời hoặc chưa có bản nào chạy" in reply.text, path
    for path, data in (
        (f"{ENTRY}/withdraw", {"reason": "Mức đóng sai từ 1/7"}),
        (f"{ENTRY}/restore", {}),
        ("/console/faq/rollback", {"generation": "x"}),
    ):
        reply = web.post(path, data=data, headers=headers)
        assert reply.status_code == 502, path
        assert "chưa làm được. Bạn thử lại sau ít phút" in reply.text
        assert data.get("reason", "") in Page(reply.text).text, "what was typed can be copied"
    assert re.search(r'"409\|422\|502","swap":true', web.get("/console/faq").text), "htmx must show it"


@pytest.mark.parametrize(
    "broken", [[], {"entries": [{}]}, {"generation": 1, "topics": None, "entries": None}]
)
def test_an_answer_of_another_shape_is_no_answer(sign_in, finder, broken):
    finder.catalogue = finder.history = broken
    for path in ("/console/faq", ENTRY, "/console/faq/generations"):
        reply = sign_in("editor").get(path)
        assert (reply.status_code, "chưa có bản nào chạy" in reply.text) == (200, True), path


@pytest.mark.parametrize("text", XSS)
def test_what_search_and_people_say_is_only_text(sign_in, finder, text):
    entry = finder.catalogue["entries"][0]
    entry["question"] = text
    entry["withdrawn"], entry["status"] = (
        {"reason": text, "at": "2026-11-24T18:55:00+00:00", "by": text},
        "withdrawn",
    )
    finder.catalogue["topics"][0]["title"] = text
    finder.details["checks"][2].update(question=text, first_question=text, first=text)
    finder.details["checks"][4].update(question=text, wanted=text)
    finder.details["entry"].update(answer=text, spoken=text, facets={text: text}, steps=[text])
    finder.reply["hits"][0]["question"] = finder.reply["normalised"] = finder.reply["reason"] = text
    web = sign_in("editor")
    for reply in (
        web.get("/console/faq", params={"text": text, "topic": text, "view": text}),
        web.get("/console/faq"),
        web.get(ENTRY),
        web.get("/console/faq/ask", params={"q": text}),
    ):
        assert Page(reply.text).dangers() == []
        assert not Page(reply.text).all("img")
    assert text in Page(web.get(ENTRY).text).text


def test_queue_and_ticket_name_topics_and_lead_to_the_entry(sign_in, people, finder):
    with people.database.writing() as session:
        code = make_ticket(session)[0].code
    web = sign_in("agent")
    for path in ("/console", "/console/queue", f"/console/tickets/{code}"):
        text = Page(web.get(path).text).text
        assert "Tài khoản VssID" in text
        assert "vssid-tai-khoan" not in text
    assert Page(web.get(f"/console/tickets/{code}").text).all("a", href=ENTRY)
    assert finder.asked_for_entries == 1, "titles are remembered"


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def test_topic_titles_outlive_a_search_that_is_away():
    class Flaky(NullFaq):
        calls = 0
        up = True

        async def catalogue(self, on=None):
            assert on is None
            self.calls += 1
            if not self.up:
                raise SearchDown("away")
            return Catalogue("g", (Topic("t", "Chủ đề"),), ())

    clock, faq = Clock(), Flaky()
    remembered = TopicTitles(clock)
    want = {"t": "Chủ đề"}
    assert anyio.run(remembered.get, faq) == want
    assert anyio.run(remembered.get, faq) == want
    assert faq.calls == 1
    faq.up = False
    clock.now = KEEP
    assert anyio.run(remembered.get, faq) == want
    assert anyio.run(remembered.get, faq) == want
    assert faq.calls == 2
    clock.now += RETRY
    assert anyio.run(remembered.get, faq) == want
    assert faq.calls == 3
    assert anyio.run(TopicTitles(clock).get, NullFaq()) == {}


def test_every_state_reason_and_view_has_its_words():
    assert set(titles.CHECK_TITLES) == set(CheckKind.__args__)
    assert set(titles.ENTRY_STATUS_TITLES) == set(EntryStatus.__args__)
    assert set(titles.FAQ_VIEW_TITLES) == set(faq_list._BELONGS)
    for name in ("answer", "clarify", "abstain", "needs_person"):
        reply = sample(f"search_{name}")
        assert reply["decision"] in titles.DECISION_TITLES
        assert reply["reason"] in titles.REASON_TITLES


@pytest.mark.parametrize(
    ("text", "folded"), [("Đóng  BHXH Tự nguyện", "dong bhxh tu nguyen"), ("", ""), ("Ốm đau", "om dau")]
)
def test_folding(text, folded):
    assert faq_list.fold(text) == folded
