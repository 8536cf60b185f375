"""Cleaning of what people type."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback_api.text import clean, for_bot, has_words, shorten


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("  a\t b  ", "a b"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("a\n\n\n\n b", "a\n\nb"),
        ("a\u200bb\u202ec\ufeff", "abc"),
        ("a\x00\x1b[31mb", "a[31mb"),
        ("\U000e0068\U000e0069", ""),
        ("hoa\u0300 \ud800", "hoà"),
        ("０９１２ ٣", "0912 3"),
        ("\u3164\u2800", ""),
        ("a" + "\u0301" * 50, "á\u0301\u0301"),
    ],
)
def test_cleans(raw, cleaned):
    assert clean(raw) == cleaned


@given(st.text(max_size=200))
def test_cleaning_is_final(raw):
    once = clean(raw)
    assert clean(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert "\u202e" not in once


def test_words_and_slashes():
    assert has_words("ă")
    assert has_words("5")
    assert not has_words("😀 ?!")
    assert for_bot("//restart") == "restart"
    assert for_bot(" / /x") == "x"
    assert for_bot("a/b") == "a/b"


def test_shortens_at_a_word():
    assert shorten("một hai ba", 20) == "một hai ba"
    assert shorten("một hai ba bốn", 9) == "một hai…"
