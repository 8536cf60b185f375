"""`bot.ticket_form` by itself: what a message means at each question of the form."""

from datetime import date

import pytest

from bot import texts_vi, ticket_form
from bot.memory import Memory
from bot.ticket_form import CONFIRMED, REACH, TEXT
from bot.turn import Turn


def turn(text="", intent=None, requested=CONFIRMED, **changes):
    values = {
        "sender": "b-1",
        "message_id": "m1",
        "text": text,
        "intent": intent,
        "entities": {},
        "phone": None,
        "email": None,
        "pending_question": None,
        "memory": Memory(),
        "slots": {},
        "in_form": True,
        "requested": requested,
        "interrupted": False,
        "told": False,
        "today": date(2026, 11, 24),
    }
    return Turn(**{**values, **changes})


@pytest.mark.parametrize("text", ["đúng rồi", "ok gửi đi", "dung roi gui di", "/affirm", "vâng ạ"])
def test_a_clear_yes_sends(text):
    assert ticket_form.answer(turn(text, "affirm")).slots == {CONFIRMED: True}


@pytest.mark.parametrize(
    "text",
    [
        "ok bỏ qua đi",
        "dạ dừng lại luôn",
        "thôi được rồi",
        "ok nhưng sai số rồi",
        "dung lai",
        "stop",
        "cancel đi",
    ],
)
def test_a_doubtful_yes_is_asked_again(text):
    step = ticket_form.answer(turn(text, "affirm"))
    assert step.slots == {CONFIRMED: None}
    assert step.lead == texts_vi.PLEASE_CONFIRM


def test_opening_takes_the_unsolved_question_before_desks():
    step = ticket_form.opening(turn(memory=Memory(question="câu của bot"), pending_question="câu của desk"))
    assert step.slots[TEXT] == "câu của bot"
    assert step.memory.ticket_key == "b-1:m1"


@pytest.mark.parametrize(
    ("phone", "email", "way"),
    [("09••", None, "phone"), (None, "n•", "email"), ("09••", "n•", None), (None, None, None)],
)
def test_opening_takes_a_contact_only_when_it_is_the_only_one(phone, email, way):
    assert ticket_form.opening(turn(phone=phone, email=email)).slots[REACH] == way


def test_a_way_that_desk_holds_no_contact_for_is_not_taken():
    step = ticket_form.answer(
        turn('/reach_by{"way": "email"}', "reach_by", REACH, entities={"way": "email"}, phone="09••")
    )
    assert step.slots == {REACH: None}


def test_a_new_contact_is_noticed_without_its_label():
    was = Memory(contact_seen="09•• ••• 678|")
    step = ticket_form.answer(
        turn("đây nhé", None, REACH, phone="09•• ••• 678", email="n•••@gmail.com", memory=was)
    )
    assert step.slots == {REACH: "email"}


def test_an_old_contact_does_not_answer_a_question():
    was = Memory(contact_seen="09•• ••• 678|n•••@gmail.com")
    asked = turn(
        "bao giờ có lương hưu tháng này",
        "ask_faq",
        REACH,
        phone="09•• ••• 678",
        email="n•••@gmail.com",
        memory=was,
    )
    assert ticket_form.answer(asked) is None


@pytest.mark.parametrize("intent", sorted(ticket_form.INTERRUPTS))
@pytest.mark.parametrize("requested", [TEXT, REACH, CONFIRMED])
def test_interruptions_are_left_to_their_rules(intent, requested):
    assert ticket_form.answer(turn("một câu dài hơn tám chữ", intent, requested)) is None


def test_a_long_description_is_cut():
    step = ticket_form.answer(turn("mất thẻ " * 500, "ask_faq", TEXT))
    assert len(step.slots[TEXT]) == 2000


def test_what_to_correct_can_be_typed():
    correcting = Memory(correcting=True)
    assert ticket_form.answer(turn("sửa số điện thoại", "correct", memory=correcting)).slots[REACH] is None
    assert ticket_form.answer(turn("nội dung", None, memory=correcting)).slots[TEXT] is None
