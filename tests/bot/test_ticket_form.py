"""The ticket form in conversation: filled, corrected, cancelled, interrupted and resumed, sent once."""

import pytest

from bot import texts_vi

TROUBLE = "Tôi mất cả email lẫn số điện thoại, không vào được VssID."


@pytest.fixture
def filled(chat, world):
    """The form at its summary, by phone."""
    world.decision = "abstain"
    chat.say(TROUBLE).press(texts_vi.NEW_TICKET)
    chat.type_phone()
    assert texts_vi.SEND in chat.buttons
    return chat


def test_from_the_unresolved_question_to_the_code(filled, world):
    assert TROUBLE in filled.text
    assert "09•• ••• 678" in filled.text
    assert world.opened == [], "nothing is sent before the citizen confirms"
    filled.press(texts_vi.SEND)
    assert filled.status == "handed_over"
    assert filled.code == "VS-7K2M-0000"
    assert filled.code in filled.text
    assert "gọi lại" in filled.text
    (body,) = world.opened
    assert body == {
        "conversation": filled.sender,
        "text": TROUBLE,
        "reach_by": "phone",
        "topic": None,
        "entry_id": None,
        "consent_version": texts_vi.CONSENT_VERSION,
        "idempotency_key": body["idempotency_key"],
    }
    assert body["idempotency_key"].startswith(filled.sender + ":")
    assert set(world.tokens) == {"Bearer token-of-the-tests"}


def test_asks_everything_from_the_first_turn_on(chat, world):
    chat.say("gặp cán bộ")
    assert chat.messages[0]["text"] == texts_vi.PERSON
    assert texts_vi.ASK_TEXT in chat.text
    chat.say(TROUBLE)
    assert texts_vi.ASK_REACH in chat.text
    assert world.searched == [], "what the form asked for is no question to search"
    chat.type_email()
    assert "n•••@gmail.com" in chat.text
    chat.press(texts_vi.SEND)
    assert world.opened[0]["reach_by"] == "email"
    assert "email" in chat.text


def test_desks_pending_question_is_filled_in(chat):
    chat.pending = "Thẻ của con tôi mất, làm lại ở đâu?"
    chat.contact["email"] = "n•••@gmail.com"
    chat.say("tạo phiếu giúp tôi")
    assert chat.pending in chat.text
    assert "n•••@gmail.com" in chat.text, "the only known contact is taken, to be confirmed"


def test_two_known_contacts_are_asked(chat):
    chat.pending = TROUBLE
    chat.contact.update(phone="09•• ••• 678", email="n•••@gmail.com")
    chat.say("gặp cán bộ")
    assert list(chat.buttons)[:2] == ["Gọi số 09•• ••• 678", "Gửi email n•••@gmail.com"]
    chat.press("Gửi email n•••@gmail.com")
    assert "email n•••@gmail.com" in chat.text
    assert texts_vi.SEND in chat.buttons


@pytest.mark.parametrize("text", ["gọi điện cho tôi nhé", "qua điện thoại"])
def test_a_known_contact_is_named_by_a_word(chat, text):
    chat.pending = TROUBLE
    chat.contact.update(phone="09•• ••• 678", email="n•••@gmail.com")
    chat.say("gặp cán bộ").say(text)
    assert "điện thoại 09•• ••• 678" in chat.text


@pytest.mark.parametrize("text", ["091234", "abc@", "[mã số BHXH đã ẩn]"])
def test_a_bad_contact_is_said_so_and_asked_again(chat, text):
    chat.pending = TROUBLE
    chat.say("gặp cán bộ").say(text)
    assert chat.messages[0]["text"] == texts_vi.BAD_CONTACT
    assert texts_vi.ASK_REACH in chat.text


@pytest.mark.parametrize("text", ["ok", "xin chào", "👍", ""])
def test_a_description_that_says_nothing_is_asked_again(chat, text):
    chat.say("tạo phiếu").say(text)
    assert texts_vi.TEXT_TOO_SHORT in chat.text
    assert texts_vi.ASK_TEXT in chat.text


def test_the_text_is_corrected(filled, world):
    filled.press(texts_vi.CORRECT)
    assert filled.text == texts_vi.WHAT_TO_CORRECT
    filled.press(texts_vi.CORRECT_TEXT)
    assert filled.text == texts_vi.ASK_TEXT
    filled.say("Tôi chỉ mất số điện thoại, email vẫn còn dùng được.")
    assert "chỉ mất số điện thoại" in filled.text
    filled.press(texts_vi.SEND)
    assert world.opened[0]["text"].startswith("Tôi chỉ mất số điện thoại")


def test_the_contact_is_corrected(filled, world):
    filled.press(texts_vi.CORRECT).press(texts_vi.CORRECT_REACH)
    assert "Gọi số 09•• ••• 678" in filled.buttons
    filled.type_email()
    assert "email n•••@gmail.com" in filled.text
    filled.press(texts_vi.SEND)
    assert world.opened[0]["reach_by"] == "email"


def test_a_contact_typed_at_the_summary_replaces_the_other(filled, world):
    filled.type_email()
    assert "email n•••@gmail.com" in filled.text
    filled.say("đúng rồi gửi đi")
    assert world.opened[0]["reach_by"] == "email"


def test_correcting_nothing_goes_back_to_the_summary_and_sends_nothing(filled, world):
    filled.press(texts_vi.CORRECT).press(texts_vi.CORRECT_NOTHING)
    assert texts_vi.SEND in filled.buttons
    assert world.opened == []


@pytest.mark.parametrize("text", ["hủy đi", "thoi khong gui nua", "/cancel"])
def test_cancelled_at_the_summary(filled, world, text):
    filled.say(text)
    assert filled.text == texts_vi.CANCELLED
    filled.say("vâng")
    assert world.opened == []
    assert texts_vi.ASK_TEXT in filled.say("gặp cán bộ").text, "nothing of the cancelled ticket is left"


def test_interrupted_by_a_question_and_resumed(filled, world):
    world.decision = "answer"
    filled.say("bảo hiểm y tế hộ gia đình đóng bao nhiêu tiền")
    assert filled.status == "answered"
    assert filled.vssid["card"] is not None
    assert TROUBLE in filled.text, "the summary comes again"
    assert "Đã giải quyết" not in filled.buttons, "a yes would be understood as: send"
    filled.press(texts_vi.SEND)
    assert world.opened[0]["text"] == TROUBLE, "the interruption does not become the ticket"


def test_interrupted_while_the_contact_is_asked(chat, world):
    chat.pending = TROUBLE
    chat.say("gặp cán bộ").say("quên mật khẩu thì lấy lại thế nào")
    assert chat.status == "answered"
    assert texts_vi.ASK_REACH in chat.text
    chat.type_phone().press(texts_vi.SEND)
    assert chat.code


def test_interrupted_by_a_clarification_and_resumed(filled, world):
    world.decision = "clarify"
    filled.say("quên mật khẩu thì lấy lại thế nào")
    assert filled.status == "clarified"
    filled.press("Quên mật khẩu VssID thì lấy lại bằng cách nào?")
    assert filled.status == "answered"
    assert texts_vi.SEND in filled.buttons
    filled.press(texts_vi.SEND)
    assert filled.code


@pytest.mark.parametrize(
    "text", ["phiếu của tôi đến đâu rồi", "gặp cán bộ", "bạn là ai", "mẹ tôi ngất xỉu rồi cứu với"]
)
def test_other_interruptions_come_back_to_the_form(filled, world, text):
    filled.say(text)
    assert texts_vi.SEND in filled.buttons
    filled.press(texts_vi.SEND)
    assert filled.code


def test_small_talk_at_the_summary_sends_nothing(filled, world):
    filled.say("xin chào")
    assert world.opened == []
    assert texts_vi.PLEASE_CONFIRM in filled.text


def test_pressing_twice_opens_one_ticket(filled, world):
    send = filled.buttons[texts_vi.SEND]
    filled.say(send)
    filled.say(send)
    assert len(world.opened) == 1
    assert filled.code is None


def test_a_second_ticket_has_a_key_of_its_own(filled, world):
    filled.press(texts_vi.SEND)
    filled.say("tạo phiếu mới").say("Thẻ bảo hiểm của con tôi bị sai ngày sinh.")
    filled.press(texts_vi.SEND)
    keys = [body["idempotency_key"] for body in world.opened]
    assert len(set(keys)) == 2
    assert filled.code == "VS-7K2M-0001"


def test_desk_down_keeps_the_text_and_sends_the_same_again(filled, world):
    world.delay = 1.0
    filled.press(texts_vi.SEND)
    assert filled.text == texts_vi.NOT_SENT
    assert filled.code is None
    world.delay = 0.0
    searched = len(world.searched)
    filled.press(texts_vi.SEND_AGAIN)
    assert filled.code == "VS-7K2M-0000"
    assert len(world.searched) == searched, "the yes is not searched for"
    assert len([item for item in filled.messages if item.get("text")]) == 1
    assert world.opened[0] == world.opened[1], "same key, so that desk opens one ticket"
    assert len(world.tickets) == 1


def test_desk_refuses_and_says_why(filled, world):
    world.desk_error = (500, {"error": {"code": "not_saved", "message": ""}})
    filled.press(texts_vi.SEND)
    assert filled.text == texts_vi.NOT_SENT
    assert filled.status is None


def test_a_contact_that_desk_no_longer_holds_is_asked_again(filled, world):
    world.desk_error = (422, {"error": {"code": "contact_missing", "message": ""}})
    filled.contact["phone"] = None
    filled.press(texts_vi.SEND)
    assert filled.messages[0]["text"] == texts_vi.CONTACT_GONE
    assert texts_vi.ASK_REACH in filled.text
    world.desk_error = None
    filled.type_phone().press(texts_vi.SEND)
    assert filled.code
    assert world.opened[-1]["text"] == TROUBLE


def test_no_real_contact_reaches_the_tracker(filled):
    tracker = filled.bot.loop.run_until_complete(filled.bot.store.retrieve(filled.sender))
    slots = {name: slot.value for name, slot in tracker.slots.items()}
    assert slots["ticket_reach"] == "phone"
    assert "09•• ••• 678" in slots["memory"]["contact_seen"]


def test_an_interruption_does_not_change_the_tickets_topic(chat, world):
    chat.say("tôi vừa bị lừa chuyển tiền cho kẻ giả danh bảo hiểm rồi cứu tôi với").press(texts_vi.NEW_TICKET)
    chat.type_phone().say("bảo hiểm y tế hộ gia đình đóng bao nhiêu tiền")
    chat.press(texts_vi.SEND)
    assert world.opened[0]["topic"] == "lua-dao"
