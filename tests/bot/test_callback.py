"""When to call back: desk's slots offered, typed or tapped, corrected, gone; and what is told outside working hours."""

from datetime import date

import pytest

from bot import hours, texts_vi, wishes
from bot.text import fold
from tests.bot.standins import sample, slots_from_today

TROUBLE = "Tôi mất cả email lẫn số điện thoại, không vào được VssID."
SLOTS = sample("bot_hours")["slots"]
TIMES = hours.read(sample("bot_hours")).times
TODAY = date(2026, 11, 24)  # a Tuesday


@pytest.fixture
def asked(chat, world):
    """The form at the question when to call."""
    world.hours = sample("bot_hours")
    chat.pending = TROUBLE
    return chat.say("tạo phiếu giúp tôi").type_phone()


def test_slots_inside_working_hours_are_offered(asked):
    assert texts_vi.ASK_TIME in asked.text
    assert list(asked.buttons) == [*(slot["title"] for slot in SLOTS), texts_vi.ANY_TIME, texts_vi.CANCEL]


def test_a_tapped_slot_is_confirmed_and_sent(asked, world):
    asked.press(SLOTS[1]["title"])
    assert "gọi lại chiều thứ Tư 25/11" in asked.text
    assert world.opened == []
    asked.press(texts_vi.SEND)
    assert world.opened[0]["callback_slot"] == SLOTS[1]["id"]
    assert asked.code


def test_any_time_sends_no_slot(asked, world):
    asked.press(texts_vi.ANY_TIME)
    assert texts_vi.CALL_ANY_TIME in asked.text
    asked.press(texts_vi.SEND)
    assert "callback_slot" not in world.opened[0]


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("chiều thứ tư", 1),
        ("sang thu 5 nhe", 2),
        ("buổi sáng", 0),
        ("số 2", 1),
        ("cái cuối", 2),
        ("càng sớm càng tốt", 0),
        ("lúc nào cũng được", None),
        ("4", None),
    ],
)
def test_a_slot_is_typed(asked, world, typed, wanted):
    asked.say(typed)
    assert texts_vi.SEND in asked.buttons, asked.text
    asked.press(texts_vi.SEND)
    assert world.opened[0].get("callback_slot") == (SLOTS[wanted]["id"] if wanted is not None else None)


@pytest.mark.parametrize(
    "typed", ["chiều thứ bảy", "99", "hmm", "ba giờ đêm qua tôi có gọi mà không ai nghe máy cả"]
)
def test_words_that_name_no_slot_are_not_guessed(typed):
    assert hours.chosen(typed, TIMES, TODAY) is None


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("9h sáng mai", 0),
        ("9h sang mai nha", 0),
        ("mai", 0),
        ("ngày mai nhé", 0),
        ("mai chiều", 1),
        ("chieu mai 2h", 1),
        ("mai 3h", 1),
        ("tầm 8 giờ rưỡi mai", 0),
        ("hai giờ chiều mai", 1),
        ("14h30", 1),
        ("ngày kia", 2),
        ("sáng mốt", 2),
        ("25/11", 0),
        ("thứ năm", 2),
        ("sáng", 0),
        ("8:30", 0),
        ("tối mai", None),
        ("trưa mai", None),
        ("7h sáng mai", None),
        ("12h trưa mai", None),
        ("6h chiều mai", None),
        ("chiều nay", None),
        ("thứ hai", None),
        ("thứ tư tuần sau", None),
        ("chủ nhật", None),
        ("gọi mãi không được", None),
        ("gọi cho tôi", None),
    ],
)
def test_a_wish_fits_a_slot_in_every_part_or_none(typed, wanted):
    found = hours.chosen(typed, TIMES, TODAY)
    assert found == (SLOTS[wanted]["id"] if wanted is not None else None)


def test_next_week_is_not_this_week():
    times = (("a", "Sáng thứ Năm 26/11, 8:00 đến 11:30"), ("b", "Sáng thứ Năm 3/12, 8:00 đến 11:30"))
    assert hours.chosen("thứ năm tuần sau", times, TODAY) == "b"
    assert hours.chosen("thứ năm", times, TODAY) == "a"


@pytest.mark.parametrize("typed", ["mãi không ai gọi", "tôi cần giúp", "quên mật khẩu thì sao"])
def test_words_that_name_no_time(typed):
    assert wishes.read(typed, TODAY) is None


@pytest.fixture
def today(world):
    """Desk offers this afternoon and tomorrow."""
    world.hours = {**sample("bot_hours"), "open": True, "slots": slots_from_today()}
    return world.hours["slots"]


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("gọi lại cho tôi lúc 9h sáng mai", 1),
        ("goi lai cho co luc 9h sang mai nghe con", 1),
        ("chiều mai gọi lại giúp em", 2),
        ("goi lai cho toi chieu nay", 0),
        ("gọi lại càng sớm càng tốt", 0),
    ],
)
def test_a_call_asked_for_with_its_time_is_not_asked_when(chat, world, today, typed, wanted):
    chat.pending = TROUBLE
    chat.say(typed)
    assert texts_vi.CALL_BACK in chat.text
    assert texts_vi.ASK_REACH in chat.text
    chat.type_phone()
    assert texts_vi.SEND in chat.buttons, chat.text
    chat.press(texts_vi.SEND)
    assert world.opened[0]["callback_slot"] == today[wanted]["id"]


def test_a_time_in_which_nobody_calls_is_said_and_the_slots_are_offered(chat, world, today):
    chat.pending = TROUBLE
    chat.say("gọi lại cho tôi lúc 8h tối mai").type_phone()
    assert texts_vi.NO_SUCH_TIME in chat.text
    assert today[1]["title"] in chat.buttons
    chat.say("tối nay")
    assert texts_vi.NO_SUCH_TIME in chat.text
    chat.say("vậy sáng mai")
    assert texts_vi.SEND in chat.buttons


def test_a_call_without_a_time_is_asked_when(chat, world, today):
    chat.pending = TROUBLE
    chat.say("gọi lại cho tôi").type_phone()
    assert texts_vi.ASK_TIME in chat.text


def test_the_phone_that_is_known_is_called(chat, world, today):
    chat.pending = TROUBLE
    chat.contact["phone"] = "09•• ••• 678"
    chat.say("gọi lại cho tôi sáng mai nhé")
    assert texts_vi.SEND in chat.buttons


def test_another_time_is_said_at_the_summary(chat, world, today):
    chat.pending = TROUBLE
    chat.say("tạo phiếu giúp tôi").type_phone().press(today[0]["title"])
    chat.say("chiều mai gọi lại giúp em")
    assert "gọi lại chiều" in chat.text
    assert world.opened == []
    chat.press(texts_vi.SEND)
    assert world.opened[0]["callback_slot"] == today[2]["id"]


def test_a_call_asked_for_where_the_trouble_is_asked(chat, world, today):
    chat.say("gặp cán bộ").say("gọi lại cho tôi sáng mai")
    assert texts_vi.ASK_TEXT in chat.text
    chat.say(TROUBLE).type_phone()
    assert texts_vi.SEND in chat.buttons
    assert TROUBLE in chat.text


def test_outside_working_hours_a_call_is_promised_with_them(chat, world):
    world.hours = sample("bot_hours")
    chat.say("gọi lại cho tôi")
    assert texts_vi.CALL_BACK in chat.text
    assert world.hours["text"] in chat.text


def test_the_time_is_corrected(asked, world):
    asked.press(SLOTS[0]["title"]).press(texts_vi.CORRECT).press(texts_vi.CORRECT_TIME)
    assert texts_vi.ASK_TIME in asked.text
    asked.press(SLOTS[2]["title"]).press(texts_vi.SEND)
    assert world.opened[0]["callback_slot"] == SLOTS[2]["id"]


def test_by_email_nothing_is_asked_of_time(chat, world):
    world.hours = sample("bot_hours")
    chat.pending = TROUBLE
    chat.say("tạo phiếu giúp tôi").type_email()
    assert texts_vi.SEND in chat.buttons
    chat.press(texts_vi.CORRECT)
    assert texts_vi.CORRECT_TIME not in chat.buttons


def test_from_email_to_phone_asks_the_time(chat, world):
    world.hours = sample("bot_hours")
    chat.pending = TROUBLE
    chat.say("tạo phiếu giúp tôi").type_email().type_phone()
    assert texts_vi.ASK_TIME in chat.text


def test_an_email_typed_instead_of_a_time_needs_none(asked):
    asked.type_email()
    assert "email n•••@gmail.com" in asked.text
    assert texts_vi.SEND in asked.buttons


def test_interrupted_by_a_question_and_resumed(asked, world):
    asked.say("quên mật khẩu thì lấy lại thế nào")
    assert asked.status == "answered"
    assert SLOTS[0]["title"] in asked.buttons
    asked.press(SLOTS[0]["title"]).press(texts_vi.SEND)
    assert world.opened[0]["text"] == TROUBLE


def test_cancelled(asked, world):
    assert asked.say("thôi không gửi nữa").text == texts_vi.CANCELLED


def test_a_slot_that_has_begun_is_chosen_again(asked, world):
    asked.press(SLOTS[0]["title"])
    world.desk_error = (422, {"error": {"code": "bad_slot", "message": ""}})
    asked.press(texts_vi.SEND)
    assert asked.messages[0]["text"] == texts_vi.SLOT_GONE
    world.desk_error = None
    world.hours = {**sample("bot_hours"), "slots": SLOTS[1:]}
    if texts_vi.ASK_TIME not in asked.text:  # desk was away for the hours too, so the time is left open
        asked.press(texts_vi.SEND)
    assert TROUBLE in str(world.opened[-1]["text"])


@pytest.mark.parametrize("broken", [(500, "<html>"), (200, {"open": True})])
def test_without_desks_calendar_no_time_is_asked(chat, world, broken):
    chat.pending = TROUBLE
    chat.say("tạo phiếu giúp tôi")
    world.desk_error = broken
    chat.type_phone()
    assert texts_vi.SEND in chat.buttons


def test_outside_working_hours_the_citizen_is_told_when_people_work(chat, world):
    world.hours = sample("bot_hours")
    chat.say("gặp cán bộ")
    assert world.hours["text"] in chat.text
    assert "1900.9068" in chat.text
    assert texts_vi.CANCEL in chat.buttons, "a ticket can be left all the same"


def test_in_working_hours_nothing_is_said_of_them(chat, world):
    world.hours = {**sample("bot_hours"), "open": True}
    assert chat.say("gặp cán bộ").messages[0]["text"] == texts_vi.PERSON


def test_the_expected_time_of_the_answer_is_told(asked, world):
    world.expected = "trước 17:00 thứ Tư 25/11"
    asked.press(texts_vi.ANY_TIME).press(texts_vi.SEND)
    assert texts_vi.EXPECTED.format(expected=world.expected) in asked.text


def test_titles_can_be_told_apart_without_diacritics():
    assert len({fold(title) for _, title in TIMES}) == len(TIMES)
