"""Working hours, holidays, callback slots, and a calendar file that says what is wrong with it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from feedback_api.workhours.calendar import VIETNAM, moment_said
from feedback_api.workhours.calendar_file import CalendarError, load_calendar, parse

from .conftest import ROOT

WEEK = {name: ["08:00-12:00", "13:30-17:30"] for name in ("mon", "tue", "wed", "thu", "fri")}


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


@pytest.fixture
def calendar():
    return parse(
        {
            "week": WEEK,
            "holidays": [{"from": at("2026-12-31T00:00").date(), "to": at("2027-01-01T00:00").date()}],
            "extra_days": [{"date": at("2027-01-02T00:00").date(), "hours": ["08:00-11:00"]}],
        }
    )


@pytest.mark.parametrize(
    ("moment", "is_open", "then"),
    [
        ("2026-11-24T08:00", True, None),
        ("2026-11-24T07:59", False, "2026-11-24T08:00"),
        ("2026-11-24T12:00", False, "2026-11-24T13:30"),
        ("2026-11-27T17:30", False, "2026-11-30T08:00"),  # Friday evening: Monday
        ("2026-12-30T18:00", False, "2027-01-02T08:00"),  # two holidays, then a Saturday made up
    ],
)
def test_open_and_next_open(calendar, moment, is_open, then):
    assert calendar.is_open(at(moment)) is is_open
    assert calendar.next_open(at(moment)) == (at(then) if then else None)


@pytest.mark.parametrize(
    ("start", "end", "worked"),
    [
        ("2026-11-24T09:00", "2026-11-24T11:30", 2.5),
        ("2026-11-24T11:00", "2026-11-24T14:30", 2),  # over noon
        ("2026-11-27T17:00", "2026-11-30T09:00", 1.5),  # over a week-end
        ("2026-11-24T18:00", "2026-11-25T07:00", 0),
        ("2026-11-24T07:00", "2026-11-25T18:00", 16),
        ("2026-11-24T10:00", "2026-11-24T10:00", 0),
    ],
)
def test_hours_of_work_between_two_moments(calendar, start, end, worked):
    assert (
        calendar.worked(at(start).astimezone(UTC), at(end).astimezone(UTC)).total_seconds() == worked * 3600
    )


def test_slots_are_the_stretches_of_work_that_have_not_begun(calendar):
    slots = calendar.slots(at("2026-11-24T10:20"), 3)
    assert [slot.id for slot in slots] == [
        "2026-11-24T13:30/17:30",
        "2026-11-25T08:00/12:00",
        "2026-11-25T13:30/17:30",
    ]
    assert slots[1].title == "Sáng thứ Tư 25/11, 8:00 đến 12:00"
    assert slots[1].starts_at == datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
    assert calendar.slot(slots[1].id, at("2026-11-24T10:20")) == slots[1]
    begun = "2026-11-24T08:00/12:00"
    for gone in (begun, "2026-11-25T08:00", "2026-11-28T08:00/12:00", "2030-01-01T08:00/12:00", "x"):
        assert calendar.slot(gone, at("2026-11-24T10:20")) is None


def test_words(calendar):
    assert calendar.hours_said() == "từ thứ Hai đến thứ Sáu, 8:00 đến 12:00 và 13:30 đến 17:30"
    now = at("2026-11-24T07:00")
    assert moment_said(at("2026-11-24T08:00"), now) == "8:00 hôm nay"
    assert moment_said(at("2026-11-30T08:00"), now) == "8:00 thứ Hai 30/11"


def test_the_shipped_calendar_is_right():
    calendar = load_calendar(ROOT / "data" / "calendar_vi.yml")
    assert calendar.hours_said()
    assert len(calendar.slots(at("2026-11-24T10:00"), 6)) == 6
    assert not calendar.is_open(at("2027-02-08T10:00"))  # Tết


def test_every_fault_is_named():
    broken = {
        "week": {"mon": ["8-12"], "tue": ["12:00-08:00"], "someday": []},
        "holidays": [{"from": "x", "to": 1}],
        "extra_days": [{"hours": []}],
    }
    with pytest.raises(CalendarError) as error:
        parse(broken)
    said = error.value.args[0]
    named = ("week.mon", "week.tue", "week.someday", "holidays[1]", "extra_days[1]")
    assert [name for name in named if name not in said] == []
    with pytest.raises(CalendarError):
        parse({"week": {}})


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(CalendarError, match=r"no\.yml"):
        load_calendar(tmp_path / "no.yml")
