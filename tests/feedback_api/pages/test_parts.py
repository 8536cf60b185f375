"""The pure parts of the pages: charts, words for times, the editors' list of most asked questions, replies from entries."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta

import pytest
from ruamel.yaml import YAML

from feedback_api import templating, texts_vi
from feedback_api.chat.most_asked import FILE, MostAsked, parse
from feedback_api.console import charts, titles
from feedback_api.console.drafts import reply_text
from feedback_api.models import EventKind, Outcome, Role
from feedback_api.tickets.lifecycle import Resolution, Status
from feedback_api.tickets.views import DayOutcomes
from tests.feedback_api.standins import sample


def days(*counts):
    return [DayOutcomes(date(2026, 11, 1) + timedelta(days=number), one) for number, one in enumerate(counts)]


def test_bars_stack_to_the_days_total():
    chart = charts.outcomes_chart(
        days({"answered": 3, "clarified": 1}, {}, {"error_bot": 2}), titles.OUTCOME_TITLES
    )
    assert chart.total == 6
    assert [row.total for row in chart.table] == [4, 0, 2]
    first = [bar for bar in chart.bars if bar.x < chart.bars[-1].x]
    assert first[1].y + first[1].height == pytest.approx(first[0].y, abs=0.2)
    unit = first[1].height
    assert first[0].height == pytest.approx(3 * unit, abs=0.2)
    assert chart.bars[-1].height == pytest.approx(2 * unit, abs=0.2)
    assert all(bar.y >= 0 and bar.y + bar.height <= chart.height for bar in chart.bars)
    assert "01/11: Trả lời ngay 3" in [bar.title for bar in chart.bars]


def test_no_question_at_all_is_an_empty_chart():
    chart = charts.outcomes_chart(days({}, {}), titles.OUTCOME_TITLES)
    assert (chart.bars, chart.total) == ((), 0)
    assert [line.label for line in chart.grid] == [0, 1, 2, 3, 4]


def test_an_outcome_without_a_title_is_an_error():
    with pytest.raises(KeyError):
        charts.outcomes_chart(days({"surprise": 1}), titles.OUTCOME_TITLES)


@pytest.mark.parametrize(("top", "end"), [(0, 4), (4, 4), (5, 8), (21, 40), (41, 80), (9_000, 20_000)])
def test_the_axis_ends_at_a_number_whose_quarters_are_whole(top, end):
    assert charts.ceiling(top) == end
    assert end % 4 == 0


def test_status_bars_follow_the_counts():
    chart = charts.status_chart({"new": 2, "closed": 4}, texts_vi.STATUS_TITLES_FOR_AGENTS)
    assert [(bar.title, bar.value) for bar in chart.bars] == [("Mới", 2), ("Đã đóng", 4)]
    assert chart.bars[1].width == pytest.approx(2 * chart.bars[0].width, abs=0.2)


def test_every_closed_set_has_its_words():
    assert set(titles.OUTCOME_TITLES) == {item.value for item in Outcome}
    assert set(titles.ROLE_TITLES) == {item.value for item in Role}
    assert set(titles.RESOLUTION_TITLES) == {item.value for item in Resolution}
    assert set(texts_vi.STATUS_TITLES_FOR_AGENTS) == {item.value for item in Status}
    assert set(texts_vi.EVENT_TITLES_FOR_AGENTS) == {item.value for item in EventKind}


def test_times_are_those_of_viet_nam():
    moment = datetime(2026, 11, 24, 18, 45, tzinfo=UTC)
    assert templating.when(moment) == "25/11/2026 01:45"
    assert templating.clock(moment - timedelta(days=400)).endswith("21/10")
    with pytest.raises(ValueError, match="without zone"):
        templating.when(datetime(2026, 11, 24, 18, 45))  # noqa: DTZ001  # that is the mistake meant


@pytest.mark.parametrize(
    ("value", "shown"),
    [("2026-11-24", "24/11/2026"), ("2025-06", "06/2025"), (date(2026, 1, 2), "02/01/2026"), (None, "")],
)
def test_days_as_people_write_them(value, shown):
    assert templating.day(value) == shown


@pytest.mark.parametrize(
    ("delta", "shown"),
    [
        (timedelta(minutes=25, seconds=30), "còn 25 phút"),
        (timedelta(hours=3, minutes=1), "còn 3 giờ"),
        (timedelta(days=-3, minutes=-1), "quá hạn 3 ngày"),
    ],
)
def test_what_is_due(delta, shown):
    assert templating.remaining(datetime.now(UTC) + delta) == shown


def test_an_entry_as_a_reply_holds_nothing_else():
    entry = sample("entry")
    assert reply_text(entry) == "\n\n".join(
        [
            entry["answer"],
            "\n".join(f"{number}. {step}" for number, step in enumerate(entry["steps"], 1)),
            "Trang chính thức: " + entry["links"][0],
        ]
    )
    assert reply_text({"answer": " A. "}) == "A."


def test_the_list_of_most_asked_is_reread_and_survives_a_broken_edit(tmp_path):
    path = tmp_path / "most.yml"
    path.write_text("questions: [Một?, Hai?]\n", encoding="utf-8")
    asked = MostAsked(path)
    assert asked.questions() == ("Một?", "Hai?")
    path.write_text("questions: [Một?, ", encoding="utf-8")
    os.utime(path, ns=(1, 1))
    assert asked.questions() == ("Một?", "Hai?")
    path.write_text("questions: [Ba?]\n", encoding="utf-8")
    os.utime(path, ns=(2, 2))
    assert asked.questions() == ("Ba?",)
    assert MostAsked(tmp_path / "none.yml").questions() == ()


@pytest.mark.parametrize(
    "text", ["", "- a", "questions: a", "questions: [1]", "questions: ['']", "questions: [" + "x" * 201 + "]"]
)
def test_a_wrong_list_is_refused(text):
    with pytest.raises(ValueError, match=r"expected|needs"):
        parse(text)


def test_the_most_asked_questions_are_questions_of_the_faq():
    faq = FILE.parent / "faq_vi.yml"
    known = {entry["question"] for entry in YAML(typ="safe").load(faq.read_text(encoding="utf-8"))["entries"]}
    asked = parse(FILE.read_text(encoding="utf-8"))
    assert len(asked) == 6
    assert set(asked) <= known
