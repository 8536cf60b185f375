"""What is hidden and what is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback_api.privacy import IDENTITY, LABELS, mask, show_email, show_phone


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("cccd 079012345678", ["cccd"]),
        ("số căn cước: 079 012 345 678", ["cccd"]),
        ("079.012.345.678", ["cccd"]),
        ("cmnd 012345678", ["cccd"]),
        ("mã số BHXH 7912345678", ["bhxh"]),
        ("ma so bhxh cua toi la 0123 456 789", ["bhxh"]),
        ("mã số 0912345678", ["bhxh"]),
        ("thẻ GD4790123456789", ["bhyt"]),
        ("the dn 4 79 0123456789 het han", ["bhyt"]),
        ("goi 0912345678", ["phone"]),
        ("goi 0912 345 678", ["phone"]),
        ("goi 0912.345.678.", ["phone"]),
        ("+84912345678", ["phone"]),
        ("+84 (0)912 345 678".replace("(0)", ""), ["phone"]),
        ("84 912 345 678", ["phone"]),
        ("0084912345678", ["phone"]),
        ("số máy bàn 028.3997.9039", ["phone"]),
        ("0912345678 0987654321", ["phone"]),
        ("079012345678 0912345678", ["cccd", "phone"]),
        ("stk 0123456789 vcb", ["bank"]),
        ("số tài khoản ngân hàng 19036512345678", ["bank"]),
        ("mã otp 123456 chưa nhận", ["otp"]),
        ("otp: 12 34 56", ["otp"]),
        ("123456 là mã xác thực", ["otp"]),
        ("mật khẩu vssid của tôi là Abc@1234", ["otp"]),
        ("mk: toilaai1", ["otp"]),
        ("Nam.Tran+x@gmail.com.", ["email"]),
        ("12345678901234567", ["number"]),
        ("ngày 01.01.2025 0912345678", ["phone"]),
    ],
)
def test_hides(text, kinds):
    found = mask(text)
    assert list(found.kinds) == kinds
    assert mask(found.text) == type(found)(found.text, ())
    assert all(LABELS[kind] in found.text for kind in kinds)


@pytest.mark.parametrize(
    "text",
    [
        "quen mat khau vssid ma mat sim roi",
        "mật khẩu là gì",
        "không nhận được mã OTP",
        "mã OTP từ tổng đài 1900.9068 hay 1900 9068",
        "Luật 41/2024/QH15, Nghị định 158/2025/NĐ-CP",
        "từ ngày 01/07/2025 đến 03.09.2025 10 giờ",
        "lương 1.500.000.000 đồng, trợ cấp 2.340.000",
        "1500000000đ",
        "năm 2024 2025 2026",
        "đóng 15 năm 6 tháng, 8% và 17,5%",
        "gọi 115, 113",
        "mẫu 02-SCTT, C70a-HD",
    ],
)
def test_leaves_alone(text):
    assert mask(text).text == text


def test_contacts_are_found_and_the_last_one_counts():
    found = mask("0912345678 khong dung nua, goi +84 987 654 321, A@B.vn")
    assert (found.phone, found.email) == ("+84987654321", "a@b.vn")


def test_only_wanted_kinds():
    found = mask("cccd 079012345678 gọi 0912345678", IDENTITY)
    assert found.kinds == ("cccd",)
    assert "0912345678" in found.text


@given(st.text(alphabet="0123456789 .-+@abZ otpcđ", max_size=60))
def test_masking_twice_changes_nothing(text):
    once = mask(text).text
    assert mask(once).text == once


@given(st.integers(10**11, 10**12 - 1), st.sampled_from(["", "cccd ", "số của tôi là ", "x: "]))
def test_twelve_digits_never_stay(number, before):
    assert str(number) not in mask(f"{before}{number} nhé").text


def test_shown_contacts():
    assert show_phone("+84912345678") == "09•• ••• 678"
    assert show_email("nam@gmail.com") == "n•••@gmail.com"
    assert show_phone(None) is show_email(None) is show_email("x") is None
