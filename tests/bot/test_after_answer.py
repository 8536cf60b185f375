"""After an answer: solved or not and why, related questions, numbers typed for buttons, follow-ups in context."""

import pytest

from bot import text, texts_vi
from tests.bot.standins import sample

QUESTION = "quên mật khẩu VssID thì làm sao"
ENTRY = "vssid-quen-mat-khau"
REASONS = [texts_vi.OTHER_QUESTION, texts_vi.MISSING_STEP, texts_vi.UNCLEAR, texts_vi.WRONG_LAW]


@pytest.fixture
def unsolved(chat):
    """An answer that did not help."""
    return chat.say(QUESTION).press("Chưa giải quyết")


def test_not_solved_asks_why_with_one_tap(unsolved):
    assert list(unsolved.buttons) == [*REASONS, texts_vi.NEW_TICKET]
    assert "feedback" not in unsolved.vssid


@pytest.mark.parametrize(
    ("title", "reason", "part"),
    [
        (texts_vi.OTHER_QUESTION, "other_question", texts_vi.CLARIFY),
        (texts_vi.MISSING_STEP, "missing_step", texts_vi.NOTED_STEP),
        (texts_vi.UNCLEAR, "unclear", texts_vi.NOTED_UNCLEAR),
        (texts_vi.WRONG_LAW, "wrong_law", texts_vi.NOTED_LAW),
    ],
)
def test_a_reason_reaches_desk_and_gets_what_helps(unsolved, title, reason, part):
    unsolved.press(title)
    assert unsolved.vssid["feedback"] == {"entry_id": ENTRY, "reason": reason}
    assert part in unsolved.text
    assert unsolved.buttons


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("khong dung cau hoi cua toi", "other_question"),
        ("1", "other_question"),
        ("thiếu bước rồi", "missing_step"),
        ("số 2", "missing_step"),
        ("kho hieu qua", "unclear"),
        ("sai luật rồi bạn ơi", "wrong_law"),
        ("cái thứ 4", "wrong_law"),
    ],
)
def test_a_reason_is_typed(unsolved, typed, reason):
    assert unsolved.say(typed).vssid["feedback"]["reason"] == reason


def test_the_last_number_is_the_ticket(unsolved):
    assert texts_vi.ASK_REACH in unsolved.say("5").text


def test_hard_to_understand_gets_the_spoken_words_and_may_still_be_unsolved(unsolved):
    unsolved.press(texts_vi.UNCLEAR)
    assert unsolved.status == "answered"
    assert sample("entry")["spoken"] in unsolved.text
    unsolved.press("Chưa giải quyết")
    assert unsolved.text.startswith(texts_vi.OFFER_PERSON), "the second miss: a person first"
    assert next(iter(unsolved.buttons)) == texts_vi.NEW_TICKET
    assert texts_vi.ASK_REACH in unsolved.say("vâng").text


def test_a_new_question_instead_of_a_reason_is_answered(unsolved):
    assert unsolved.say("thẻ bảo hiểm y tế của con tôi mất thì làm lại ở đâu").status == "answered"
    assert "feedback" not in unsolved.vssid


def test_no_reason_given_goes_on_to_the_candidates(unsolved):
    assert unsolved.say("không").status == "clarified"


def test_search_down_after_a_reason_still_leads_on(unsolved, world):
    world.search_error = (503, {"error": {"code": "no_generation", "message": ""}})
    unsolved.press(texts_vi.UNCLEAR)
    assert texts_vi.NEW_TICKET in unsolved.buttons
    assert unsolved.vssid["feedback"]["reason"] == "unclear"


def test_an_old_reason_does_no_harm(chat, world):
    chat.say('/why_not{"reason": "unclear"}')
    assert chat.text == texts_vi.STALE_CHOICE


def test_a_related_question_is_one_tap_away(chat, world):
    chat.say(QUESTION)
    related = sample("entry")["related"][0]
    chat.press(related["question"])
    assert chat.status == "answered"
    assert chat.vssid["card"]["id"] == related["id"]
    chat.press("Chưa giải quyết").press(texts_vi.NEW_TICKET)
    chat.type_phone()
    assert sample("entry")["question"] in chat.text, "the ticket is about the question that was tapped"


@pytest.mark.parametrize(
    ("typed", "wanted"), [("1", texts_vi.GLAD), ("số 2", texts_vi.WHY_NOT), ("3", sample("entry")["answer"])]
)
def test_numbers_mean_the_buttons_below_the_answer(chat, typed, wanted):
    assert chat.say(QUESTION).say(typed).text == wanted


def test_the_number_after_the_candidates_is_none_of_these(chat, world):
    world.decision = "clarify"
    chat.say(QUESTION)
    assert chat.say(str(len(chat.buttons))).status == "abstained"


@pytest.mark.parametrize(
    "typed", ["ở đâu?", "mất bao nhiêu tiền?", "mat bao nhieu tien", "bao lâu thì xong", "cần giấy tờ gì"]
)
def test_a_short_follow_up_is_asked_of_the_group_first(chat, world, typed):
    chat.say(QUESTION).say(typed)
    assert world.searched[-1]["group"] == ENTRY
    assert chat.text.startswith(texts_vi.SAME_ENTRY), "the same entry again is said to be the same"


def test_a_follow_up_that_the_group_does_not_know_is_asked_with_its_question(chat, world):
    chat.say(QUESTION)
    about = chat.vssid["card"]["question"]
    world.decision = "abstain"
    chat.say("ở đâu?")
    assert [query["q"] for query in world.searched[1:]] == ["ở đâu?", f"{about} ở đâu?"]
    assert chat.status == "abstained"


def test_a_neighbour_in_the_group_is_offered_without_the_unlikely_ones(chat, world):
    """Real search says so of "bao lâu thì có tiền" after an answer on papers: one neighbour likely, the others hardly."""
    chat.say(QUESTION)
    hit = sample("search_answer")["hits"][1]
    hits = [{**hit, "score": 0.52}, {**hit, "id": "xa-lac", "question": "Xa lắc?", "score": 0.003}]
    world.search_error = (200, {**sample("search_clarify"), "hits": hits})
    chat.say("bao lâu thì có tiền")
    assert len(world.searched) == 2
    assert list(chat.buttons) == [hit["question"], texts_vi.NONE_OF_THESE]
    world.search_error = None
    chat.say("1")
    assert chat.vssid["card"]["id"] == hit["id"]


def test_a_follow_up_is_understood_after_the_question_was_solved(chat, world):
    chat.say(QUESTION).press("Đã giải quyết").say("mất bao nhiêu tiền?")
    assert world.searched[-1]["group"] == ENTRY


def test_a_new_topic_forgets_the_old_one(chat, world):
    chat.say(QUESTION)
    world.decision = "abstain"
    chat.say("đăng ký xe máy cũ thì làm thế nào").say("ở đâu?")
    assert "group" not in world.searched[-1]


def test_what_desk_hid_is_not_searched_and_a_code_is_warned_of(chat, world):
    chat.say("[mã bí mật đã ẩn]")
    assert chat.text == texts_vi.MASKED_CODE
    chat.say("[số CCCD đã ẩn]")
    assert chat.text == texts_vi.MASKED_NUMBER
    assert texts_vi.NEW_TICKET in chat.buttons
    chat.say("[số điện thoại đã ẩn]")
    assert chat.text == texts_vi.MASKED_CONTACT
    assert world.searched == []
    chat.say("quên mật khẩu của số [mã số BHXH đã ẩn] thì làm sao")
    assert world.searched[-1]["q"] == "quên mật khẩu của số thì làm sao"


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("mã VS-7K2M-9QXD của tôi", "VS-7K2M-9QXD"),
        ("vs7k2m9qxd", "VS-7K2M-9QXD"),
        ("vs 7k2m 9qxd", "VS-7K2M-9QXD"),
        ("VS-7K2M", None),
        ("vs nhau chung minh", None),
        ("vssid", None),
    ],
)
def test_a_ticket_code_is_read_as_people_type_it(typed, wanted):
    assert text.ticket_code(typed) == wanted


@pytest.mark.parametrize(
    "typed", ["tôi thiếu giấy tờ gì khi làm hồ sơ hưởng lương hưu năm nay vậy", "ở đâu", "cảm ơn"]
)
def test_other_words_are_no_reason(typed):
    assert text.reason(typed) is None
