"""Hides personal numbers in free text before it is stored or sent on; pure.

Masks CCCD, BHXH and BHYT numbers, phones, bank accounts, OTPs and passwords, e-mail addresses. It would rather hide one
number too many than show one, but leaves dates, amounts, numbers of acts and the hotline alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

LABELS = {
    "cccd": "[số CCCD đã ẩn]",
    "bhxh": "[mã số BHXH đã ẩn]",
    "bhyt": "[số thẻ BHYT đã ẩn]",
    "phone": "[số điện thoại đã ẩn]",
    "email": "[email đã ẩn]",
    "bank": "[số tài khoản đã ẩn]",
    "otp": "[mã bí mật đã ẩn]",
    "number": "[dãy số đã ẩn]",
}
IDENTITY = frozenset({"cccd", "bhxh", "bhyt", "bank", "otp", "number"})
ALL = frozenset(LABELS)

_GAP = r"[^\d\n\[\]]"
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_BHYT = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}[ .-]?\d(?:[ .-]?\d){12}(?!\d)")
_RUN = re.compile(r"(?<![\w/])\+?\d(?:[ .\-]{0,2}\(?\d\)?){5,24}(?![\d/]|[.,]\d)")
_CODE_WORD = r"(?:otp|m[ãa] x[áa]c (?:th[ựu]c|nh[ậa]n)|m[ãa] pin|pin|m[ậa]t kh[ẩa]u|password|pass|mk)"
_OTP_AFTER = re.compile(
    rf"\b{_CODE_WORD}\b{_GAP}{{0,25}}?(?<![\w/.])(\d(?:[ -]?\d){{3,7}})(?![\w/]|[.,]\d)", re.IGNORECASE
)
_OTP_BEFORE = re.compile(
    rf"(?<![\w/.])(\d(?:[ -]?\d){{3,7}})(?![\w/]){_GAP}{{0,12}}\b{_CODE_WORD}\b", re.IGNORECASE
)
_PASSWORD = re.compile(
    rf"\b{_CODE_WORD}\b[^\n\[\]:=]{{0,30}}?(?:\bl[àa]\b|:|=)\s*((?=\S*\d)[^\s\[\]]{{4,64}})", re.IGNORECASE
)
_BANK_BEFORE = re.compile(
    rf"(?:\bstk\b|\bt[àa]i kho[ảa]n\b|\btk\b|\bng[âa]n h[àa]ng\b){_GAP}{{0,40}}$", re.IGNORECASE
)
_BHXH_BEFORE = re.compile(rf"(?:\bbhxh\b|\bb[ảa]o hi[ểe]m\b|\bm[ãa] s[ốo]\b){_GAP}{{0,20}}$", re.IGNORECASE)
_CARD_BEFORE = re.compile(
    rf"(?:\bcccd\b|\bcmnd\b|\bcmt\b|c[ăa]n c[ưu][ớo]c|ch[ứu]ng minh){_GAP}{{0,20}}$", re.IGNORECASE
)
_MONEY_AFTER = re.compile(r"^\s*(?:đồng|dong|đ\b|vnđ|vnd|tỷ|ty\b|triệu|trieu|nghìn|%)", re.IGNORECASE)
_YEARS = re.compile(r"(?:(?:19|20)\d\d[ .-]*)+")
_AMOUNT = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+")
_DATE = re.compile(r"^\d{1,2}[.\- ]\d{1,2}[.\- ]\d{4}\b|^\d{4}[.\-]\d{1,2}[.\-]\d{1,2}\b")
_SERVICE_NUMBER = re.compile(r"^1[89]00\d{4,6}$")
_MOBILE = re.compile(r"^(?:\+?84|0084|0)([35789]\d{8})$")
_LANDLINE = re.compile(r"^(?:\+?84|0084|0)(2\d{9})$")


@dataclass(frozen=True, slots=True)
class Masked:
    """`text` with labels in place of numbers; `kinds` in order of appearance, each once; contacts as typed last.

    `phone` is E.164 (+84...), `email` lower case; both None when the text holds none.
    """

    text: str
    kinds: tuple[str, ...]
    phone: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class _Find:
    start: int
    end: int
    kind: str
    value: str


def mask(text: str, kinds: Iterable[str] = ALL) -> Masked:
    """Hides every number of the given `kinds` in `text`."""
    wanted = frozenset(kinds)
    taken: list[_Find] = []
    for finder in _FINDERS:
        for find in finder(text):
            if all(find.end <= other.start or find.start >= other.end for other in taken):
                taken.append(find)
    taken = sorted((find for find in taken if find.kind in wanted), key=lambda find: find.start)
    parts, at = [], 0
    for find in taken:
        parts += [text[at : find.start], LABELS[find.kind]]
        at = find.end
    phones = [find.value for find in taken if find.kind == "phone"]
    emails = [find.value.lower() for find in taken if find.kind == "email"]
    return Masked(
        text="".join([*parts, text[at:]]),
        kinds=tuple(dict.fromkeys(find.kind for find in taken)),
        phone=phones[-1] if phones else None,
        email=emails[-1] if emails else None,
    )


def _emails(text: str) -> Iterator[_Find]:
    for match in _EMAIL.finditer(text):
        yield _Find(match.start(), match.end(), "email", match.group())


def _cards(text: str) -> Iterator[_Find]:
    for match in _BHYT.finditer(text):
        yield _Find(match.start(), match.end(), "bhyt", "")


def _secrets(text: str) -> Iterator[_Find]:
    for pattern in (_PASSWORD, _OTP_AFTER, _OTP_BEFORE):
        for match in pattern.finditer(text):
            if not _SERVICE_NUMBER.match(re.sub(r"\D", "", match.group(1))):
                yield _Find(match.start(1), match.end(1), "otp", "")


def _runs(text: str) -> Iterator[_Find]:
    for match in _RUN.finditer(text):
        for start, end in _pieces(match.group(), match.start()):
            kind, value = _kind_of(text[start:end], text[max(0, start - 60) : start], text[end : end + 10])
            if kind:
                yield _Find(start, end, kind, value)


def _pieces(run: str, offset: int) -> Iterator[tuple[int, int]]:
    """Spans of the numbers in a run of digits: a leading date is cut off, complete numbers side by side are told apart."""
    date = _DATE.match(run)
    skipped = date.end() if date else 0
    words = list(re.finditer(r"\S+", run[skipped:]))
    if any(sum(map(str.isdigit, word.group())) >= 9 for word in words):
        for word in words:
            yield offset + skipped + word.start(), offset + skipped + word.end()
    elif words:
        yield offset + skipped + words[0].start(), offset + skipped + words[-1].end()


def _kind_of(shown: str, before: str, after: str) -> tuple[str, str]:
    """Kind and normalised value of a run of digits, or two empty strings for a harmless one."""
    number = re.sub(r"[^\d+]", "", shown)
    digits = number.lstrip("+")
    harmless = _AMOUNT.fullmatch(shown) or _YEARS.fullmatch(shown) or _MONEY_AFTER.match(after)
    if harmless or _SERVICE_NUMBER.match(digits):
        return "", ""
    if _BANK_BEFORE.search(before):
        return "bank", ""
    phone = _MOBILE.match(number) or _LANDLINE.match(number)
    is_code = len(digits) == 10 and _BHXH_BEFORE.search(before)
    if phone and not is_code and not _CARD_BEFORE.search(before):
        return "phone", "+84" + phone.group(1)
    return _by_length(len(digits), is_card=bool(_CARD_BEFORE.search(before))), ""


def _by_length(digits: int, *, is_card: bool) -> str:
    if digits == 12 or (digits == 9 and is_card):
        return "cccd"
    if digits == 10:
        return "bhxh"
    return "number" if digits >= 9 else ""


_FINDERS: tuple[Callable[[str], Iterator[_Find]], ...] = (_emails, _cards, _secrets, _runs)


def show_phone(phone: str | None) -> str | None:
    """An E.164 number as people may see it unrevealed: "09•• ••• 678"."""
    if not phone:
        return None
    national = "0" + phone.removeprefix("+84") if phone.startswith("+84") else phone
    return f"{national[:2]}•• ••• {national[-3:]}"


def show_email(email: str | None) -> str | None:
    """An address as people may see it unrevealed: "n•••@gmail.com"."""
    if not email or "@" not in email:
        return None
    name, _, host = email.partition("@")
    return f"{name[:1]}•••@{host}"
