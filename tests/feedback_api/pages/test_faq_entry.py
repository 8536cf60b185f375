"""The editors' page of one entry: its tests by name, its text while withdrawn, its heir; and every page as of another day."""

from __future__ import annotations

from datetime import date

import pytest

from feedback_api.console import faq_list

from .conftest import Page

HTMX = {"HX-Request": "true"}
LIVE = "vssid-quen-mat-khau"
WITHDRAWN = "vssid-co-mat-phi-khong"
ENTRY = f"/console/faq/entries/{LIVE}"


@pytest.fixture
def finder(full_desk):
    return full_desk[3]


def test_an_entry_names_the_questions_that_fail_and_what_ranked_first(sign_in, finder):
    page = Page(sign_in("agent").get(ENTRY).text)
    assert "Câu thử và câu gần giống: 3/5 đạt" in page.text
    lost = [check for check in finder.details["checks"] if not check["passes"]]
    assert {check["kind"] for check in lost} == {"test", "near_miss"}
    for check in finder.details["checks"]:
        assert check["question"] in page.text
    stolen, near = lost
    assert f"Đứng đầu là: {stolen['first_question']}" in page.text
    assert page.all("a", href=f"/console/faq/entries/{stolen['first']}")
    assert f"Trúng nhầm mục này; phải trúng: {near['wanted']}" in page.text
    assert page.text.count("trượt") == 2
    for check in finder.details["checks"]:
        check["passes"] = True
    assert "Mọi câu đều trúng mục phải trúng" in Page(sign_in("agent").get(ENTRY).text).text


def test_an_entry_out_of_effect_runs_no_tests(sign_in, finder):
    finder.details["checks"] = None
    finder.catalogue["entries"][0]["status"] = "expired"
    page = Page(sign_in("editor").get(f"{ENTRY}?on=2027-01-01").text)
    assert "không chạy câu thử" in page.text
    assert finder.details["entry"]["answer"] in page.text
    assert "ngày này người dân không thấy" in page.text


def test_a_withdrawn_entry_keeps_its_text_for_editors(sign_in, finder):
    page = Page(sign_in("editor").get(f"/console/faq/entries/{WITHDRAWN}").text)
    for words in ("Đã thu hồi, không còn trả lời người dân", "Nội dung đã thu hồi, người dân không thấy",
                  finder.details["entry"]["answer"], finder.details["entry"]["spoken"]):  # fmt: skip
        assert words in page.text
    assert "Người dân thấy trong trò chuyện" not in page.text


def test_an_entry_that_is_gone_leads_to_its_heir(sign_in, finder):
    finder.replaced = {"ma-cu": LIVE}
    web = sign_in("agent")
    for query in ("", "?on=2027-01-01"):
        reply = web.get(f"/console/faq/entries/ma-cu{query}")
        assert (reply.status_code, reply.headers["location"]) == (303, ENTRY + query)


def test_another_day_goes_to_search_and_stays_in_every_link(sign_in, finder):
    day = "2027-01-01"
    finder.health["faults"] = []  # their links lead to what is live today
    web = sign_in("editor")
    for path, asked in (
        (f"/console/faq?on={day}&text=mat", {"/v1/entries"}),
        (f"/console/faq/ask?q=mat&on={day}", {"/v1/search"}),
        (f"{ENTRY}?on={day}", {"/v1/entries", f"/v1/entries/{LIVE}/detail"}),
    ):
        for headers in ({}, HTMX):
            finder.days.clear()
            reply = web.get(path, headers=headers)
            assert {place for place, on in finder.days if on == day} == asked, path
            page = Page(reply.text)
            assert "Đang xem như ngày 01/01/2027" in page.text
            links = {found["href"] for found in page.all("a") if "/faq/entries/" in found.get("href", "")}
            links.discard(path.removesuffix(f"?on={day}"))  # the way back to today
            assert links
            assert [link for link in links if not link.endswith(f"?on={day}")] == []
    page = Page(web.get(f"/console/faq?on={day}&text=mat").text)
    assert page.value("on") == day
    assert page.all("a", href="/console/faq?text=mat"), "the way back to today"
    assert page.all("a", href=f"/console/faq?view=expiring&text=mat&on={day}")
    assert Page(web.get(f"/console/faq/ask?q=mat&on={day}").text).all("a", href="/console/faq/ask?q=mat")


@pytest.mark.parametrize("typed", ["mai", "2027-02-30", "0", "9" * 60, "<b>", "2027-01-01T00:00"])
def test_what_is_no_day_is_said_and_today_is_shown(sign_in, finder, typed):
    for path, more in (("/console/faq", {}), ("/console/faq/ask", {"q": "mat"}), (ENTRY, {})):
        finder.days.clear()
        page = Page(sign_in("editor").get(path, params={**more, "on": typed}).text)
        assert "Ngày vừa nhập không đúng" in page.text
        assert page.dangers() == []
        assert {on for _, on in finder.days} == {None}


def test_today_is_no_other_day():
    today = date(2026, 11, 25)
    assert faq_list.Look.at(" 2026-11-25 ", today) == faq_list.Look.at("", today) == faq_list.Look()
    assert faq_list.Look.at("2026-11-26", today).query == "?on=2026-11-26"
    assert faq_list.Look.at("26/11/2026", today).wrong
