"""Cleans and folds what citizens type; pure. Used for the intents' features and by the actions.

Never changes the text that is sent to search or stored in a ticket beyond removing control characters.
"""

import re
import unicodedata
from typing import Optional

QUERY_LIMIT = 2000  # search refuses longer text
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn"}
_REPEATED = re.compile(r"(\w)\1{2,}")
_WORD = re.compile(r"[^\W_]+")
_FOLD_D = str.maketrans({"đ": "d", "Đ": "D"})
# What young citizens write for short. Only forms that are no Vietnamese word of their own.
_SHORT = {
    "ko": "không", "k": "không", "kg": "không", "hok": "không", "hem": "không", "hông": "không", "khum": "không",
    "dc": "được", "đc": "được", "dk": "đăng ký", "đk": "đăng ký", "mk": "mật khẩu", "sdt": "số điện thoại",
    "sđt": "số điện thoại", "đt": "điện thoại", "dt": "điện thoại", "tk": "tài khoản", "nv": "nhân viên",
    "cb": "cán bộ", "vs": "với", "bít": "biết", "bik": "biết", "j": "gì", "z": "vậy", "dz": "vậy", "r": "rồi",
    "ns": "nói", "ntn": "như thế nào", "mn": "mọi người", "mng": "mọi người", "ad": "admin", "thks": "cảm ơn",
    "thanks": "cảm ơn", "thank": "cảm ơn", "tks": "cảm ơn", "ty": "cảm ơn", "thx": "cảm ơn", "bb": "tạm biệt",
    "oke": "ok", "okie": "ok", "okela": "ok", "oki": "ok", "uh": "ừ", "uhm": "ừ", "um": "ừ", "ừm": "ừ",
    "hs": "hồ sơ", "ngta": "người ta", "bh": "bảo hiểm", "ht": "hệ thống", "cty": "công ty", "tn": "tin nhắn",
}  # fmt: skip
_ORDINALS = {
    "1": 1, "mot": 1, "nhat": 1, "dau": 1, "dau tien": 1, "2": 2, "hai": 2, "nhi": 2, "3": 3, "ba": 3,
    "4": 4, "bon": 4, "tu": 4, "5": 5, "6": 6, "cuoi": -1, "cuoi cung": -1, "sau cung": -1,
}  # fmt: skip
_CHOICE = re.compile(
    r"^(?:(?:em|toi|minh|chon|lay|hoi|y|la|muon|cho|xem)\s+)*(?:(?:cau|cai|so|thu|muc|dong|o|phan|dap an)\s+)*"
    r"([1-6]|mot|hai|ba|bon|tu|nhat|nhi|dau tien|dau|cuoi cung|cuoi|sau cung)"
    r"(?:\s+(?:nhe|nha|a|di|ay|do|dung roi|dung|day))*$"
)
# Read with diacritics where there are some: "thế" and "thẻ", "còn" and "con" are the same without them.
_FOLLOW_UP = re.compile(
    r"^(?:thế|vậy|còn)\b|^(?:ở đâu|bao lâu|bao nhiêu|mất bao|hết bao|phí bao|lệ phí|cần gì|cần giấy|khi nào|ai làm|"
    r"làm ở|nộp ở|gọi số|mấy ngày|mấy tiền|giấy tờ gì|hồ sơ gồm|có mất|có cần|có tốn|rồi sao|giờ sao|giờ làm sao|bây giờ|sau đó|làm online|nộp online)\b"
)
_FOLLOW_UP_FOLDED = re.compile(
    r"^(?:the con (?!con )|vay con|vay gio|the gio|the thi|vay thi|the neu|vay neu|con neu)\b|^(?:o dau|bao lau|bao nhieu|mat bao|het bao|"
    r"phi bao|le phi|can gi|can giay|khi nao|ai lam|lam o|nop o|goi so|may ngay|may tien|giay to gi|ho so gom|co mat|"
    r"co can|co ton|roi sao|gio sao|gio lam sao|bay gio|sau do|lam online|nop online)\b"
)

_LABEL = re.compile(r"\[[^\[\]]{2,30} đã ẩn\]")
# Desk's alphabet has no I, L, O, U; people type O for 0 all the same.
_CODE = re.compile(r"\bVS[ \-.]?([0-9A-HJKMNOP-TV-Z]{4})[ \-.]?([0-9A-HJKMNOP-TV-Z]{4})\b")
_DISTRESS = re.compile(
    r"khong (?:muon|thiet|con muon) song|muon chet|\btu (?:tu|sat|van)\b|het duong song|ket lieu|chet (?:cho xong|di cho)|"
    r"nhay (?:cau|lau|song)|chan song|tuyet vong"
)
_GO_AHEAD = re.compile(r"\b(?:gui|chuyen|lam|mo|tao) (?:di|le|luon|giup|gium|ho|lien|ngay)\b")
_ONCE_MORE = re.compile(r"\b(?:gui|thu|lam) lai\b")
_NO_GO = re.compile(r"\b(?:khong|dung|khoi|chua|thoi|sao|nao|gi|dau)\b")
_REASONS = (
    (
        "wrong_law",
        re.compile(r"\bsai (?:luat|quy dinh|nghi dinh|thong tin)|luat (?:cu|moi)|\bloi thoi|het hieu luc"),
    ),
    ("missing_step", re.compile(r"\bthieu\b|chua (?:du|day du)|khong day du|buoc nao nua")),
    ("unclear", re.compile(r"kho hieu|khong hieu|chua hieu|roi qua|khong ro|chua ro")),
    (
        "other_question",
        re.compile(
            r"(?:khong|chua) (?:phai |dung )+(?:cau|y|cai|viec|van de)|lac de|tra loi sai cau|hoi khac"
        ),
    ),
)


def clean(text: Optional[str]) -> str:
    """NFC, without control, zero-width and bidi characters; white space is single spaces. None is empty."""
    composed = unicodedata.normalize("NFC", text or "")
    shown = "".join(
        " " if char.isspace() else "" if unicodedata.category(char) in _HIDDEN else char for char in composed
    )
    return " ".join(shown.split())


def typed_words(text: str) -> str:
    """`text` without the labels that desk puts in place of hidden numbers; what may be searched."""
    return " ".join(_LABEL.sub(" ", text).split())


def hidden(text: str) -> Optional[str]:
    """What desk hid in `text`: `secret`, `contact` or `number`; None when nothing."""
    labels = _LABEL.findall(text)
    if not labels:
        return None
    if any("bí mật" in label for label in labels):
        return "secret"
    return "contact" if any("điện thoại" in label or "email" in label for label in labels) else "number"


def ticket_code(text: str) -> Optional[str]:
    """The ticket code in `text` as desk writes it (VS-7K2M-9QXD), or None. Small letters and missing hyphens are read."""
    match = _CODE.search(text.upper())
    return f"VS-{match.group(1)}-{match.group(2)}" if match and re.search(r"\d", match.group()) else None


def reason(text: str) -> Optional[str]:
    """Why an answer did not help, when `text` says so in a few words: a key of `replies.REASONS`."""
    folded = fold(normalise(text))
    if len(folded.split()) > 9:
        return None
    return next((name for name, pattern in _REASONS if pattern.search(folded)), None)


def is_go_ahead(text: str) -> bool:
    """Whether a few words tell to do what was offered ("gửi đi, gửi lẹ giùm")."""
    folded = fold(normalise(text))
    return len(folded.split()) <= 8 and bool(_GO_AHEAD.search(folded)) and not _NO_GO.search(folded)


def is_once_more(text: str) -> bool:
    """Whether a few words tell to try the failed sending again ("gửi lại giúp tôi"), which by themselves mean "repeat"."""
    folded = fold(normalise(text))
    return len(folded.split()) <= 6 and bool(_ONCE_MORE.search(folded)) and not _NO_GO.search(folded)


def is_distress(text: str) -> bool:
    """Whether an emergency is despair rather than an accident."""
    return bool(_DISTRESS.search(fold(normalise(text))))


def fold(text: str) -> str:
    """Lower case without diacritics ("Mật khẩu" -> "mat khau")."""
    parts = unicodedata.normalize("NFD", text.lower())
    return "".join(char for char in parts if not unicodedata.combining(char)).translate(_FOLD_D)


def normalise(text: str) -> str:
    """Lower case, repeated letters shortened, common short forms written out; the features' view of a message."""
    words = _WORD.findall(_REPEATED.sub(r"\1", clean(text).lower()))
    return " ".join(_SHORT.get(word, word) for word in words)


def has_words(text: str) -> bool:
    """Whether there is at least one letter or digit: emoji and punctuation alone are no question."""
    return bool(_WORD.search(text))


def chosen_number(text: str) -> Optional[int]:
    """1-based number that a reply such as "cái thứ 2" names, -1 for "cuối cùng", None when it names none."""
    if is_follow_up(text):  # "ở đâu" without diacritics is also "ô đầu"
        return None
    match = _CHOICE.match(fold(normalise(text)))
    return _ORDINALS[match.group(1)] if match else None


def is_follow_up(text: str) -> bool:
    """Whether a short text leans on the question before it ("thế còn mất sim?", "ở đâu?")."""
    words = normalise(text)
    pattern = _FOLLOW_UP_FOLDED if words == fold(words) else _FOLLOW_UP
    return len(words.split()) <= 8 and bool(pattern.match(words))
