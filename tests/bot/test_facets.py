"""Clarifying by a facet: one short question, its values as buttons or typed, then what remains; else the full questions."""

import pytest

from bot import facets, texts_vi
from bot.facets_vi import WORDINGS
from tests.bot.standins import sample

QUESTION = "quên mật khẩu VssID thì làm sao"
FIRST, SECOND = (hit["id"] for hit in sample("search_clarify")["hits"])
EMAIL = ({"con-email": "có"}, {"con-email": "không"})
ASKED = "Bạn còn dùng email đã đăng ký không?"


def hits(*told, topics=()):
    """Entries as search gives them, the first best."""
    return [
        {"id": f"e{number}", "topic": topics[number] if topics else "t", "facets": found}
        for number, found in enumerate(told)
    ]


@pytest.fixture
def asked(chat, world):
    world.decision, world.facets = "clarify", EMAIL
    return chat.say(QUESTION)


def test_the_facet_that_differs_is_asked(asked):
    assert asked.text == ASKED
    assert list(asked.buttons) == ["Còn dùng", "Không còn", texts_vi.NONE_OF_THOSE, texts_vi.MEET_PERSON]
    assert asked.status == "clarified"
    assert [hit["id"] for hit in asked.vssid["outcome"]["hits"]] == [FIRST, SECOND]


@pytest.mark.parametrize(("title", "wanted"), [("Còn dùng", FIRST), ("Không còn", SECOND)])
def test_a_value_is_pressed(asked, title, wanted):
    asked.press(title)
    assert asked.status == "answered"
    assert asked.vssid["outcome"]["entry_id"] == wanted


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("còn", FIRST),
        ("dạ còn ạ", FIRST),
        ("con", FIRST),
        ("có", FIRST),
        ("vẫn còn dùng", FIRST),
        ("số 1", FIRST),
        ("cái đầu", FIRST),
        ("không", SECOND),
        ("ko", SECOND),
        ("không còn", SECOND),
        ("ko con nua", SECOND),
        ("hết dùng rồi", SECOND),
        ("mất rồi", SECOND),
        ("2", SECOND),
        ("cái cuối", SECOND),
    ],
)
def test_a_value_is_typed(asked, typed, wanted):
    asked.say(typed)
    assert asked.status == "answered", asked.text
    assert asked.vssid["outcome"]["entry_id"] == wanted


@pytest.mark.parametrize("typed", ["3", "không phải các ý này", "không câu nào đúng"])
def test_none_of_these_is_a_miss(asked, typed):
    asked.say(typed)
    assert asked.status == "abstained"
    assert texts_vi.NEW_TICKET in asked.buttons


@pytest.mark.parametrize("typed", ["4", "gặp cán bộ"])
def test_a_person_is_there(asked, typed):
    asked.say(typed)
    assert texts_vi.ASK_REACH in asked.text, "the question is filled in"


def test_another_question_is_searched(asked, world):
    world.decision = "answer"
    asked.say("nghỉ thai sản được hưởng bao nhiêu tháng lương")
    assert asked.status == "answered"
    assert world.searched[-1]["q"].startswith("nghỉ thai sản")


def test_a_value_of_an_older_question_is_refused(asked, world):
    pressed = asked.buttons["Còn dùng"]
    world.decision = "answer"
    asked.say("nghỉ thai sản được hưởng bao nhiêu tháng lương").say(pressed)
    assert asked.text == texts_vi.STALE_CHOICE


def test_a_value_that_was_not_asked_is_refused(asked):
    assert asked.say('/choose_facet{"facet": "vàng"}').text == texts_vi.STALE_CHOICE


def test_what_is_not_solved_by_one_value_goes_on_with_the_other(asked):
    asked.press("Còn dùng").press(texts_vi.NOT_SOLVED).press(texts_vi.OTHER_QUESTION)
    assert [hit["id"] for hit in asked.vssid["outcome"]["hits"]] == [SECOND]


def test_inside_the_form_the_full_questions_are_shown(chat, world):
    chat.pending = "Tôi mất thẻ, làm lại ở đâu"
    chat.say("gặp cán bộ")
    world.decision, world.facets = "clarify", EMAIL
    chat.say(QUESTION)
    assert texts_vi.CLARIFY in chat.text


def test_search_away_at_the_answer(asked, world):
    world.search_error = (503, {"error": {"code": "no_generation", "message": ""}})
    asked.press("Còn dùng")
    assert asked.status == "error_search"
    assert texts_vi.NEW_TICKET in asked.buttons


@pytest.mark.parametrize(
    "found",
    [
        hits({"con-email": "có"}),
        hits({}, {"con-email": "không"}),  # the likeliest one is not told apart
        hits({"con-email": "có"}, {"con-email": "có"}),
        hits({"chu-de": "mức tiền"}, {"chu-de": "hạn nộp"}),  # has no wording
        hits({"nhom": "mọi người"}, {"nhom": "hộ gia đình"}),  # one fits everybody
        hits({"con-email": "có"}, {"con-email": "không"}, {}, {}),  # too many are not told apart
        hits({"con-email": "có"}, {"con-email": "không"}, topics=("a", "b")),
    ],
)
def test_where_a_facet_does_not_help_none_is_asked(found):
    assert facets.question(found) is None


def test_who_is_not_told_apart_remains_with_every_answer():
    found = facets.question(hits({"noi-lam": "trên web"}, {"noi-lam": "tại cơ quan"}, {}))
    assert found.values == (("trên web", "e0", "e2"), ("tại cơ quan", "e1", "e2"))
    found = facets.question(hits({"nhom": "hộ nghèo"}, {"nhom": "mọi người"}, {"nhom": "học sinh"}))
    assert found.values == (("hộ nghèo", "e0", "e1"), ("học sinh", "e1", "e2"))


def test_values_of_one_wording_are_one_button():
    found = facets.question(
        hits({"da-co-tai-khoan": "chưa"}, {"da-co-tai-khoan": "chưa cần"}, {"da-co-tai-khoan": "có"})
    )
    assert found.values == (("chưa", "e0", "e1"), ("có", "e2"))


def test_several_remain_and_are_shown_in_full(chat, world):
    world.decision = "clarify"
    world.facets = ({"noi-lam": "trên web, máy tính"}, {"noi-lam": "tại cơ quan BHXH"}, {})
    chat.say(QUESTION).say("máy tính nhé")
    assert chat.status == "clarified"
    assert chat.text == texts_vi.CLARIFY
    assert texts_vi.NONE_OF_THESE in chat.buttons
    assert [hit["id"] for hit in chat.vssid["outcome"]["hits"]] == [FIRST, "third"]


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("trên điện thoại", "trên điện thoại"),
        ("dien thoai nha", "trên điện thoại"),
        ("ra cơ quan", "tại cơ quan BHXH"),
        ("số 2", "tại cơ quan BHXH"),
        ("có", None),
        ("hmm", None),
        ("tôi đăng ký trên điện thoại hôm qua mà không được", None),
    ],
)
def test_typed_values_are_read_word_by_word(typed, wanted):
    values = (("trên điện thoại", "a"), ("tại cơ quan BHXH", "b"))
    assert facets.chosen(typed, "noi-lam", values) == wanted


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [("nhớ", "có"), ("tôi còn nhớ mật khẩu", "có"), ("quên rồi", "không"), ("k nhớ", "không")],
)
def test_yes_and_no_are_read_as_the_question_means_them(typed, wanted):
    assert facets.chosen(typed, "nho-mat-khau-cu", (("có", "a"), ("không", "b"))) == wanted


def test_wordings_are_short_questions():
    for key, wording in WORDINGS.items():
        assert wording.question.endswith("?"), key
        assert len(wording.question.split()) <= 14, key
        assert len(set(wording.titles.values()) | {""}) >= 2 or not wording.titles, key
