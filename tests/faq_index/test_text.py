"""What citizens type, made one: accents in both forms, invisible signs, short forms, keys never composed, noise."""

import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faq_index.syllables import fold, is_syllable
from faq_index.text import MAX_SYLLABLE, MAX_TOKENS, clean, normalise, segment, sentences, tokens


def test_both_forms_of_accents_are_one():
    text = "Quên mật khẩu VssID thì lấy lại thế nào"
    decomposed = unicodedata.normalize("NFD", text)
    assert decomposed != text
    assert normalise(decomposed) == normalise(text) == "quên mật khẩu vssid thì lấy lại thế nào"


@pytest.mark.parametrize(
    "noisy",
    [
        "quên\u200b mật\u200d khẩu",  # zero width space and joiner
        "\u202equên mật khẩu\u202c",  # right-to-left override
        "\ufeffquên mật khẩu",  # byte order mark
        "quên\x00 mật\x07 khẩu\x1b",  # controls
        "quên\u00a0mật\u3000khẩu",  # spaces of other kinds
        "quên\tmật\r\nkhẩu\u2028",  # breaks
        "QUÊN MẬT KHẨU",
        "  quên   mật  khẩu ??? !!!",
        "quên mật khẩu 😭😭",
        "qu\u00adên mật khẩu",  # soft hyphen inside a word
    ],
)
def test_noise_disappears(noisy):
    assert normalise(noisy) == "quên mật khẩu"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("mk vssid", "mật khẩu vssid"),
        ("ko nhận dc otp", "không nhận được otp"),
        ("bhxh ntn", "bảo hiểm xã hội như thế nào"),
        ("bhyt hgđ", "bảo hiểm y tế hộ gia đình"),
        ("sđt cũ", "số điện thoại cũ"),
        ("CCCD", "căn cước công dân"),
        ("cần cccd.", "cần căn cước công dân"),
    ],
)
def test_short_forms_are_written_out(typed, meant):
    assert normalise(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("maatj khaaur", "mật khẩu"),
        ("quên maatj khẩu", "quên mật khẩu"),
        ("nghir huwu", "nghỉ hưu"),
        ("dduwowcj", "được"),
        ("ma65t kha63u", "mật khẩu"),
    ],
)
def test_keys_that_were_never_composed_are_decoded(typed, meant):
    assert normalise(typed) == meant


@pytest.mark.parametrize(
    "word", ["vssid", "otp", "vneid", "email", "khau", "nghi", "website", "60", "c14", "2025"]
)
def test_words_that_are_no_key_strokes_stay(word):
    assert normalise(word) == word


def test_repeated_letters_are_squeezed_and_digits_are_not():
    assert normalise("đâuuuuu rồiiiii") == "đâu rồi"
    assert normalise("1000000 đồng") == "1000000 đồng"


def test_numbers_with_marks_stay_one_token():
    assert tokens("gọi 1900.9068 ngày 3/9, mức 2.340.000đ")[:5] == ["gọi", "1900.9068", "ngày", "3/9", "mức"]


def test_fold_takes_every_diacritic_off():
    assert fold("đường Đặng ưỡn ổ ẵ ỷ") == "duong Dang uon o a y"
    assert fold(unicodedata.normalize("NFD", "mật khẩu")) == "mat khau"


@pytest.mark.parametrize(
    "text", ["nghiêng", "quốc", "giếng", "khuỷu", "đ ược".replace(" ", ""), "yêu", "huyền"]
)
def test_syllables_are_recognised(text):
    assert is_syllable(text)


@pytest.mark.parametrize("text", ["", "xyz", "strong", "ngng", "vssid", "ww"])
def test_other_strings_are_no_syllables(text):
    assert not is_syllable(text)


def test_only_diacritics_leaves_no_words():
    assert normalise("\u0301\u0309\u0323 \u0302") == ""
    assert normalise("!!! ... ???") == ""
    assert normalise("") == ""


def test_clean_keeps_case_and_words():
    assert clean(" Xin\u200b  chào\n VssID\x00 ") == "Xin chào VssID"


def test_a_lone_surrogate_is_dropped():
    assert normalise("mật \ud83d khẩu") == "mật khẩu"


def test_sentences_are_split_at_end_marks():
    assert sentences("Tôi mất thẻ. Làm lại ở đâu? Cảm ơn") == ["Tôi mất thẻ.", "Làm lại ở đâu?", "Cảm ơn"]
    assert sentences("lương 2.340.000 đồng") == ["lương 2.340.000 đồng"]
    assert sentences("") == []


def test_words_are_joined_where_diacritics_allow_it():
    assert "mật_khẩu" in segment("quên mật khẩu")
    assert segment("quen mat khau") == ["quen", "mat", "khau"]
    assert segment("") == []


@pytest.mark.parametrize(
    "text",
    [
        "mật khẩu " * 110_000,  # over 1 MB
        "a" * 1_000_000,
        "khẩu" * 10_000,  # 10,000 syllables in one word
        "ab" * 20_000,
        "a1" * 20_000,
        "maatj" * 10_000,
        "\u0301" * 200_000,
        "\u200b" * 500_000,
        "a." * 100_000,
        "aw" * 10_000 + " " + "1." * 50_000,
    ],
    ids=[
        "1MB",
        "one-letter",
        "one-word",
        "pairs",
        "letters-digits",
        "telex",
        "accents",
        "invisible",
        "dots",
        "mixed",
    ],
)
def test_absurd_texts_take_bounded_time_and_space(text):
    started = time.perf_counter()
    found = tokens(text)
    assert time.perf_counter() - started < 5  # a second at most where nothing else runs
    assert len(found) <= MAX_TOKENS
    # A run of letters is cut; what is written with marks between (numbers, dates) may be longer, never unbounded.
    assert all(len(t) <= MAX_SYLLABLE for t in found)


def test_a_cut_token_ends_in_a_letter_or_digit():
    assert normalise("0" * 23 + "/1") == "0" * 23


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.text(alphabet=st.characters(codec=None, exclude_categories=()), max_size=200))
def test_normalise_never_raises_and_is_done_after_once(text):
    once = normalise(text)
    assert normalise(once) == once
    assert once == " ".join(once.split())
    assert unicodedata.is_normalized("NFC", once)


_TYPED = st.text(
    alphabet="aăâeêioôơuưyđdbcghklmnpqrstvxjwfzáàảãạấầẩẫậéèóòúù0123456789 ./-:'\u0301\u0309\u200b?",
    max_size=60,
)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(_TYPED)
def test_normalise_is_done_after_once_on_what_looks_vietnamese(text):
    once = normalise(text)
    assert normalise(once) == once


@settings(max_examples=200, deadline=None, derandomize=True)
@given(_TYPED)
def test_fold_and_clean_are_done_after_once(text):
    assert fold(fold(text)) == fold(text)
    assert clean(clean(text)) == clean(text)
