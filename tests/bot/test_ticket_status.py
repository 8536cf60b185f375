"""The state of a ticket in the chat: of this conversation, or by code and the contact it was opened with."""

import pytest

from bot import texts_vi

CODE = "VS-7K2M-9QXD"


@pytest.fixture
def elsewhere(chat, world):
    """No ticket in this conversation; one from another day."""
    world.listed = []
    world.owned[CODE] = "contact_missing"
    return chat


def test_without_a_ticket_here_the_code_is_asked(elsewhere, world):
    assert elsewhere.say("phiếu của tôi đến đâu rồi").text == texts_vi.NO_TICKETS
    elsewhere.say("vs 7k2m 9qxd")
    assert world.asked_codes == [CODE]
    assert elsewhere.text == texts_vi.ASK_CODE_CONTACT.format(code=CODE)
    world.owned[CODE] = ""
    elsewhere.type_phone()
    assert world.asked_codes == [CODE, CODE]
    assert f"{CODE}: Chờ bạn trả lời" in elsewhere.text


@pytest.mark.parametrize(
    "typed",
    [
        f"kiểm tra phiếu {CODE} giúp tôi",
        CODE,
        "ma phieu vs-7k2m-9qxd",
        f"{CODE} sao chưa ai gọi lại cho tôi vậy",
    ],
)
def test_a_code_in_any_sentence_is_looked_up(elsewhere, world, typed):
    world.owned[CODE] = ""
    assert CODE in elsewhere.say(typed).text
    assert world.asked_codes == [CODE]
    assert world.searched == []


def test_no_such_ticket_and_anothers_sound_the_same(elsewhere, world):
    world.owned[CODE] = "unknown_ticket"
    anothers = elsewhere.say(CODE).text
    none = elsewhere.say("VS-0000-0000").text
    assert anothers.replace(CODE, "") == none.replace("VS-0000-0000", "")
    assert "1900.9068" in none
    assert texts_vi.NEW_TICKET in elsewhere.buttons


def test_guessing_is_stopped_by_desk(elsewhere, world):
    world.owned[CODE] = "too_many"
    assert elsewhere.say(CODE).text == texts_vi.CODE_TOO_MANY


def test_another_question_instead_of_the_contact(elsewhere, world):
    elsewhere.say(CODE)
    assert elsewhere.say("quên mật khẩu VssID thì làm sao").status == "answered"
    world.owned[CODE] = ""
    elsewhere.type_phone()
    assert world.asked_codes == [CODE], "the contact typed later is not taken for the old code"


def test_inside_the_form_the_state_is_told_and_the_form_goes_on(elsewhere, world):
    world.owned[CODE] = ""
    elsewhere.pending = "Thẻ của con tôi mất, làm lại ở đâu?"
    elsewhere.say("gặp cán bộ").say(f"phiếu {CODE} của tôi đến đâu rồi")
    assert f"{CODE}: Chờ bạn trả lời" in elsewhere.text
    assert texts_vi.ASK_REACH in elsewhere.text


def test_desk_away(elsewhere, world):
    world.desk_error = (500, {"error": {"code": "unexpected", "message": ""}})
    assert elsewhere.say(CODE).text == texts_vi.STATUS_DOWN
