"""Every path of a conversation to its end: trained model, real action server, stand-in for search and desk."""

import pytest

from bot import texts_vi
from tests.bot.conftest import Bot, Chat
from tests.bot.standins import sample

QUESTION = "quên mật khẩu VssID thì làm sao"


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("xin chào", "Chào bạn"),
        ("chao ad", "Chào bạn"),
        ("cảm ơn bạn nhiều", "Không có gì"),
        ("cam on nha", "Không có gì"),
        ("tạm biệt nhé", "chúc bạn"),
        ("bạn là người hay máy", "trợ lý tự động"),
        ("ban la robot a", "trợ lý tự động"),
        ("đồ ngu", "đang bực"),
        ("kể chuyện cười đi", "Tôi chỉ giúp được"),
        ("mẹ tôi ngất xỉu rồi cứu với", "115"),
        ("tôi không muốn sống nữa", "115"),
    ],
)
def test_small_talk_needs_no_search(chat, world, text, part):
    chat.say(text)
    assert part in chat.text
    assert chat.vssid == {"outcome": None, "card": None, "ticket": None}
    assert world.searched == []


def test_a_question_is_answered_with_its_card(chat, world):
    chat.say(QUESTION)
    assert chat.status == "answered"
    assert chat.vssid["card"]["id"] == chat.vssid["outcome"]["entry_id"] == "vssid-quen-mat-khau"
    assert chat.text == chat.vssid["card"]["answer"]
    related = chat.vssid["card"]["related"][0]["question"]
    assert list(chat.buttons) == ["Đã giải quyết", "Chưa giải quyết", related]
    assert world.searched == [{"q": QUESTION, "limit": "5"}]


@pytest.mark.parametrize(
    "text",
    [
        "chào bạn, tôi quên mật khẩu VssID thì làm thế nào, cảm ơn",
        "lừa đảo thì báo ai",
        "gặp ai để lấy lại mật khẩu",
        "thứ bảy bảo hiểm có làm việc không",
        "huy tai khoan vssid the nao",
    ],
)
def test_a_question_with_an_acts_words_goes_to_search(chat, world, text):
    chat.say(text)
    assert [query["q"] for query in world.searched] == [text]
    assert chat.status == "answered"


def test_solved_ends_the_question(chat):
    chat.say(QUESTION).press("Đã giải quyết")
    assert chat.text == texts_vi.GLAD
    chat.say("gặp cán bộ")
    assert texts_vi.ASK_TEXT in chat.text, "a solved question is not proposed for the ticket"


def test_not_solved_offers_the_next_candidates_then_a_person(chat):
    chat.say(QUESTION).press("Chưa giải quyết").press(texts_vi.OTHER_QUESTION)
    assert chat.status == "clarified"
    assert chat.vssid["outcome"]["hits"][0]["id"] == "vssid-mat-ca-email-va-so-dien-thoai"
    chat.press(texts_vi.NONE_OF_THESE)
    assert chat.text == texts_vi.OFFER_PERSON
    chat.press(texts_vi.NEW_TICKET)
    assert "Cán bộ liên hệ lại" in chat.text, "the question is filled in, so the contact is asked first"


def test_a_candidate_is_chosen_by_button(chat, world):
    world.decision = "clarify"
    chat.say(QUESTION)
    assert chat.status == "clarified"
    assert len(chat.buttons) == 3
    chat.say(next(iter(chat.buttons.values())))
    assert chat.status == "answered"
    assert world.entries == ["vssid-quen-mat-khau"]


@pytest.mark.parametrize("text", ["cái thứ 2", "2", "số 2 nhé", "cau thu hai", "câu cuối"])
def test_a_candidate_is_chosen_by_number(chat, world, text):
    world.decision = "clarify"
    chat.say(QUESTION).say(text)
    assert world.entries == ["vssid-mat-ca-email-va-so-dien-thoai"]
    assert chat.status == "answered"


@pytest.mark.parametrize("second", ["ai vô địch cúp năm nay", "không câu nào đúng"])
def test_two_misses_then_a_person(chat, world, second):
    world.decision = "abstain"
    chat.say("đăng ký xe máy ở đâu")
    assert chat.text == texts_vi.ABSTAIN
    assert chat.status == "abstained"
    chat.say(second)
    assert chat.text == texts_vi.OFFER_PERSON
    assert chat.status == "abstained"


def test_yes_to_the_offer_opens_the_form(chat, world):
    world.decision = "abstain"
    chat.say("đăng ký xe máy ở đâu").say("vâng ạ")
    assert "Cán bộ liên hệ lại" in chat.text


def test_a_personal_case_is_offered_a_ticket_beside_the_entry(chat, world):
    world.decision = "needs_person"
    chat.say("hồ sơ của tôi nộp 3/9 sao chưa có tiền")
    assert chat.status == "needs_person"
    assert chat.vssid["card"]["id"] == "vssid-mat-ca-email-va-so-dien-thoai"
    assert texts_vi.NEW_TICKET in chat.buttons


def test_a_follow_up_that_finds_nothing_keeps_its_question_for_the_ticket(chat, world):
    chat.say(QUESTION)
    world.decision = "abstain"
    chat.say("vậy giờ làm sao").say("gửi đi, gửi lẹ giùm")
    assert "Cán bộ liên hệ lại" in chat.text, "told to go on, the form opens"
    chat.type_phone()
    assert f"{QUESTION} / vậy giờ làm sao" in chat.text


def test_a_fraud_gets_its_steps_first_and_a_ticket_of_its_own_topic(chat, world):
    chat.say("tôi vừa bị lừa chuyển tiền cho kẻ giả danh bảo hiểm rồi cứu tôi với")
    assert chat.messages[0]["text"] == texts_vi.SCAM_STEPS
    chat.press(texts_vi.NEW_TICKET).type_phone().press(texts_vi.SEND)
    assert world.opened[0]["topic"] == "lua-dao"


def test_a_complaint_gets_regret_and_a_ticket(chat, world):
    world.decision = "abstain"
    chat.say("cán bộ bảo hiểm chỗ tôi hách dịch quát mắng tôi")
    assert texts_vi.COMPLAINT in chat.text
    assert texts_vi.NEW_TICKET in chat.buttons


def test_despair_gets_warm_words_and_a_person(chat):
    chat.say("tôi không muốn sống nữa")
    assert chat.text == texts_vi.DISTRESS
    assert texts_vi.NEW_TICKET in chat.buttons
    assert chat.say("mẹ tôi ngất xỉu rồi cứu với").text == texts_vi.EMERGENCY


def test_asked_in_other_words(chat):
    assert "gõ lại câu hỏi" in chat.say("để tôi hỏi lại cho rõ").text


def test_repeat_and_simpler(chat, world):
    chat.say("nhắc lại giúp tôi")
    assert chat.text == texts_vi.NOTHING_TO_REPEAT
    answer = chat.say(QUESTION).text
    assert chat.say("nhắc lại giúp tôi").text == answer
    assert chat.say("nói dễ hiểu hơn đi").text == sample("entry")["spoken"]


def test_a_follow_up_is_searched_in_the_entrys_group(chat, world):
    chat.say(QUESTION).say("thế còn mất sim thì sao")
    assert world.searched[-1]["group"] == "vssid-quen-mat-khau"
    chat.say("nghỉ thai sản được hưởng bao nhiêu tháng lương")
    assert "group" not in world.searched[-1]


def test_after_an_hour_of_silence_the_conversation_starts_anew(chat, world):
    chat.say(QUESTION)
    later(chat, 61)
    chat.say("thế còn mất sim thì sao")
    assert "group" not in world.searched[-1], "the old topic is forgotten"


def later(chat, minutes):
    """`chat` goes on after so many minutes of silence."""
    run, store = chat.bot.loop.run_until_complete, chat.bot.store
    tracker = run(store.retrieve(chat.sender)).copy()
    tracker.sender_id = chat.sender = chat.sender + "-later"
    for event in tracker.events:
        event.timestamp -= minutes * 60
    run(store.save(tracker))
    return chat


@pytest.mark.parametrize(("minutes", "known"), [(4, True), (6, False)])
def test_how_long_a_silence_may_be_is_a_setting(
    minutes, known, world, standin, model, actions, tmp_path, monkeypatch
):
    monkeypatch.setenv("BOT_SESSION_MINUTES", "5")
    bot = Bot(model, actions, tmp_path)
    try:
        later(Chat(bot).say(QUESTION), minutes).say("thế còn mất sim thì sao")
    finally:
        bot.close()
    assert ("group" in world.searched[-1]) == known


@pytest.mark.parametrize(
    "text", ["khong nhan duoc the", "không nhận được tiền trợ cấp", "không thấy thư nào, kể cả Spam"]
)
def test_a_no_to_nothing_is_searched(chat, world, text):
    chat.say(text)
    assert chat.status == "answered"
    world.decision = "abstain"
    chat.say("/new_ticket").say("/cancel")
    assert chat.say("thôi không cần đâu ạ").text in (texts_vi.FINE, texts_vi.NOTHING_TO_CANCEL)


def test_conversations_do_not_leak_into_each_other(bot, chat, world):

    chat.say(QUESTION)
    other = Chat(bot)
    assert texts_vi.ASK_TEXT in other.say("gặp cán bộ").text


def test_ticket_status(chat, world):
    chat.say("phiếu của tôi đến đâu rồi")
    assert "VS-7K2M-9QXD: Chờ bạn trả lời" in chat.text
    world.desk_error = (404, {"error": {"code": "unknown_conversation", "message": ""}})
    assert chat.say("xem phiếu").text == texts_vi.NO_TICKETS


def test_cancel_without_anything_to_cancel(chat):
    assert chat.say("hủy đi").text == texts_vi.NOTHING_TO_CANCEL
