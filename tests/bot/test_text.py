"""Cleaning, folding and the small readings of short replies."""

import pytest

from bot import text


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        (None, ""),
        ("  a \n\t b  ", "a b"),
        ("qu\u00ea\u0301n", "qu\u1ebfn"),
        ("a\u200bb\u202ec\x00", "abc"),
        ("👍 ok", "👍 ok"),
    ],
)
def test_clean(typed, clean):
    assert text.clean(typed) == clean


def test_fold_takes_every_vietnamese_sign():
    assert text.fold("Đường Ở ĐÂU, quên mật khẩu Ữ ằ ỹ") == "duong o dau, quen mat khau u a y"


@pytest.mark.parametrize(
    ("typed", "features"),
    [
        ("Quênnnn mk r ạ!!!", "quên mật khẩu rồi ạ"),
        ("ko dc", "không được"),
        ("OK", "ok"),
        ("👍", ""),
        ("<script>alert(1)</script>", "script alert 1 script"),
    ],
)
def test_normalise(typed, features):
    assert text.normalise(typed) == features


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("2", 2), ("câu 1", 1), ("cái thứ hai", 2), ("so 3 nhe", 3), ("tôi chọn câu thứ nhất ạ", 1),
        ("câu đầu tiên", 1), ("cái cuối cùng", -1), ("thu tu", 4),
        ("2 vợ chồng dùng chung tài khoản", None), ("một", 1), ("mất thẻ", None), ("12", None), ("", None),
    ],
)  # fmt: skip
def test_chosen_number(typed, number):
    assert text.chosen_number(typed) == number


@pytest.mark.parametrize(
    "typed",
    [
        "thế còn mất sim thì sao",
        "ở đâu?",
        "mất bao nhiêu tiền",
        "vậy nếu ở tỉnh khác",
        "the con mat sim thi sao",
        "bao lau",
    ],
)
def test_follow_ups(typed):
    assert text.is_follow_up(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "con tôi mất thẻ",
        "the con con toi het han",
        "quên mật khẩu VssID",
        "thẻ của tôi hết hạn",
        "bảo hiểm ở đâu",
        "",
        "thế nhưng mà hôm qua tôi ra nộp hồ sơ họ không nhận",
    ],
)
def test_no_follow_ups(typed):
    assert not text.is_follow_up(typed)


@pytest.mark.parametrize("words", ["gửi đi", "thì gửi đi, gửi lẹ giùm", "gui luon di em", "tạo giùm tôi"])
def test_told_to_go_ahead(words):
    assert text.is_go_ahead(words)


@pytest.mark.parametrize("words", ["đừng gửi đi", "gửi đi đâu", "không gửi", "thôi gửi luôn làm gì", "ok"])
def test_not_told_to_go_ahead(words):
    assert not text.is_go_ahead(words)


@pytest.mark.parametrize(
    ("words", "meant"),
    [("gửi lại", True), ("thu lai giup toi", True), ("đừng gửi lại", False), ("ok", False)],
)
def test_told_to_try_once_more(words, meant):
    assert text.is_once_more(words) == meant
