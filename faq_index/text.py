"""Normaliser of Vietnamese typed by citizens, and the tokens made of it.

Pure apart from the lazy import of underthesea. TEXT_RECIPE names the behaviour: an index built by another
recipe is refused, so change it with every change that alters an output.
"""

import functools
import re
import unicodedata
from collections.abc import Callable

from faq_index.syllables import fold, undo_telex

TEXT_RECIPE = "text-2"
MAX_SYLLABLE = 24  # letters; longer runs are no Vietnamese and would only cost time
MAX_TOKENS = 400
MAX_CHARACTERS = 20_000  # many times what a query may have; composing a megabyte of marks would take minutes

# What citizens shorten. Only forms that mean one thing in questions to the insurance.
_SHORT_FORMS = {
    "bhxh": "bảo hiểm xã hội", "bhyt": "bảo hiểm y tế", "bhtn": "bảo hiểm thất nghiệp",
    "bh": "bảo hiểm", "bhxhtn": "bảo hiểm xã hội tự nguyện", "bhxhbb": "bảo hiểm xã hội bắt buộc",
    "tnld": "tai nạn lao động", "tnlđ": "tai nạn lao động", "bnn": "bệnh nghề nghiệp",
    "mk": "mật khẩu", "pass": "mật khẩu", "password": "mật khẩu", "mkhau": "mật khẩu", "tk": "tài khoản",
    "sdt": "số điện thoại", "sđt": "số điện thoại", "dt": "điện thoại", "đt": "điện thoại", "dthoai": "điện thoại",
    "cccd": "căn cước công dân", "cmnd": "chứng minh nhân dân", "cmt": "chứng minh nhân dân",
    "cty": "công ty", "ct": "công ty", "cti": "công ty", "nld": "người lao động", "nlđ": "người lao động",
    "dn": "doanh nghiệp", "nsdld": "người sử dụng lao động", "nsdlđ": "người sử dụng lao động",
    "hdld": "hợp đồng lao động", "hđlđ": "hợp đồng lao động", "hd": "hợp đồng", "hđ": "hợp đồng",
    "hs": "hồ sơ", "hso": "hồ sơ", "hssv": "học sinh sinh viên", "sv": "sinh viên", "hgd": "hộ gia đình",
    "hgđ": "hộ gia đình", "bv": "bệnh viện", "bviện": "bệnh viện", "kcb": "khám chữa bệnh", "kb": "khám bệnh",
    "ubnd": "ủy ban nhân dân", "vnpost": "bưu điện", "nsdd": "người sử dụng",
    "ko": "không", "k": "không", "hok": "không", "hong": "không", "hông": "không", "kg": "không", "khg": "không",
    "hem": "không", "khum": "không", "kh": "không", "kp": "không phải", "kbt": "không biết", "kbiet": "không biết",
    "dc": "được", "đc": "được", "duoc": "duoc", "dx": "được", "đx": "được",
    "ntn": "như thế nào", "nhtn": "như thế nào", "tnao": "thế nào", "lsao": "làm sao", "lm": "làm", "lsg": "làm sao",
    "j": "gì", "z": "vậy", "v": "vậy", "vay": "vay", "r": "rồi", "rui": "rồi", "roi": "roi", "ùi": "rồi",
    "bn": "bao nhiêu", "bnh": "bao nhiêu", "bnhiu": "bao nhiêu", "nhiu": "nhiêu", "bit": "biết", "bít": "biết",
    "mn": "mọi người", "mng": "mọi người", "mng ơi": "mọi người ơi", "ae": "anh em", "ad": "admin", "ib": "nhắn tin",
    "e": "em", "a": "anh", "c": "chị", "mk ạ": "mật khẩu ạ", "m": "mình", "mik": "mình", "mjh": "mình", "mih": "mình",
    "vs": "với", "vc": "vợ chồng", "ck": "chồng", "vk": "vợ", "ox": "chồng", "bx": "vợ", "trc": "trước",
    "ns": "nói", "ng": "người", "ngta": "người ta", "nta": "người ta", "nv": "nhân viên", "nvien": "nhân viên",
    "ktra": "kiểm tra", "kt": "kiểm tra", "tt": "thông tin", "ttin": "thông tin", "cn": "công nhân",
    "tg": "thời gian", "tgian": "thời gian", "th": "trường hợp", "thg": "tháng", "bjo": "bây giờ", "bh ạ": "bảo hiểm ạ",
    "h": "giờ", "gjo": "giờ", "lquan": "liên quan", "qtrinh": "quá trình", "đki": "đăng ký", "dki": "đăng ký",
    "đky": "đăng ký", "dky": "đăng ký", "đkí": "đăng ký", "đn": "đăng nhập", "dnhap": "đăng nhập", "đnhap": "đăng nhập",
    "cn ạ": "công nhân ạ", "gd": "gia đình", "gđ": "gia đình", "gđình": "gia đình", "ts": "thai sản",
    "tn": "thất nghiệp", "nghĩ": "nghỉ", "nghĩa vụ": "nghĩa vụ", "hta": "hỗ trợ", "htro": "hỗ trợ", "ht": "hệ thống",
    "tiep": "tiep", "bsung": "bổ sung", "ctr": "chương trình", "qđ": "quyết định", "qd": "quyết định",
    "nc": "nói chuyện", "sd": "sử dụng", "xl": "xin lỗi", "lg": "lương", "trg": "trong", "nh": "ngân hàng",
    "nhang": "ngân hàng", "stk": "số tài khoản", "atm": "atm", "vnid": "vneid", "vneld": "vneid", "vn id": "vneid",
    "vss": "vssid", "vsid": "vssid", "vssld": "vssid", "vssd": "vssid", "visid": "vssid", "vssid": "vssid",
    "vssiid": "vssid", "fb": "facebook", "tóp tóp": "tiktok", "qrcode": "qr", "otp": "otp", "tóptóp": "tiktok",
}  # fmt: skip
_SHORT_FORMS = {k: v for k, v in _SHORT_FORMS.items() if k != v and " " not in k}
_PHRASES = [
    (re.compile(r"\bvss\s+i\s*d\b"), "vssid"),
    (re.compile(r"\bvn\s*e\s*i\s*d\b"), "vneid"),
    (re.compile(r"\bo\s*t\s*p\b"), "otp"),
    (re.compile(r"\btóp\s+tóp\b"), "tiktok"),
    # "đk" is đăng ký, after "đủ" and the like điều kiện, after a no mostly được.
    (re.compile(r"\b(đủ|du|cần|can|những|nhung|có đủ|thêm)\s+[đd]k\b"), r"\1 điều kiện"),
    (re.compile(r"\b(không|khong|ko|k|hok|hông|hong|kg)\s+[đd]k\b"), r"\1 được"),
    (re.compile(r"\b[đd]k\b"), "đăng ký"),
]
_TOKEN = re.compile(r"\w+(?:[./:-]\w+)*", re.UNICODE)
# "đâuuuu" -> "đâu"; but not the three letters that belong to a short form, which is taken whole ("cccd").
_TRIPLES = "|".join(k for k in _SHORT_FORMS if re.search(r"(.)\1\1", k))
_REPEAT = re.compile(rf"\b(?:{_TRIPLES})\b|([^\W\d_])\1{{2,}}", re.UNICODE)
_BREAKS = re.compile(r"[\t\r\n\f\v\u2028\u2029]+")
_SPACES = re.compile(r"\s+")
_SENTENCE = re.compile(r"(?<=[.!?…;])\s+|\n+")


def _is_junk(char: str) -> bool:
    """Controls, surrogates, private use, invisible and bidi signs, emoji joiners."""
    category = unicodedata.category(char)
    return category in {"Cc", "Cf", "Cs", "Co", "Cn"} or char in "\ufe0e\ufe0f\u034f\u115f\u1160\u3164"


def clean(text: str) -> str:
    """NFC, no invisible, bidi or control characters, single spaces; letters keep their case."""
    text = _BREAKS.sub(" ", text[:MAX_CHARACTERS])
    if not text.isascii():
        text = "".join(c for c in text if not _is_junk(c))
        text = unicodedata.normalize("NFC", text)
    else:
        text = "".join(c for c in text if c.isprintable())
    return _SPACES.sub(" ", text).strip()


def _squeeze(match: re.Match[str]) -> str:
    return match.group(1) or match.group()


@functools.lru_cache(maxsize=50_000)
def _mend_token(token: str) -> str:
    if token in _SHORT_FORMS:
        return _SHORT_FORMS[token]
    return undo_telex(token) if len(token) <= MAX_SYLLABLE else token[:MAX_SYLLABLE].rstrip("./:-")


def tokens(text: str) -> list[str]:
    """Syllables and numbers, lower case, short forms written out; at most MAX_TOKENS of them."""
    lowered = _REPEAT.sub(_squeeze, clean(text).lower())
    for pattern, full in _PHRASES:
        lowered = pattern.sub(full, lowered)
    out: list[str] = []
    for match in _TOKEN.finditer(lowered):
        out.extend(_mend_token(match.group()).split())
        if len(out) >= MAX_TOKENS:
            break
    return out[:MAX_TOKENS]


def normalise(text: str) -> str:
    """The query as search understands it: one line of tokens() joined by spaces. Empty when nothing is left."""
    return " ".join(tokens(text))


def sentences(text: str) -> list[str]:
    """Sentences of a cleaned text in order; a text without an end mark is one sentence."""
    return [part for part in _SENTENCE.split(text) if part.strip()]


@functools.cache
def _segmenter() -> Callable[..., list[str]]:
    # Two seconds and 300 MB: paid on first use, never by `validate` or the tests of other modules.
    from underthesea import word_tokenize  # noqa: PLC0415

    return word_tokenize  # type: ignore[no-any-return]  # untyped library


def segment(normalised: str) -> list[str]:
    """Words of a normalised text, syllables of one word joined by "_". Text without diacritics stays syllables."""
    if not normalised or normalised.isascii():
        return normalised.split()
    return [word.replace(" ", "_") for word in _segmenter()(normalised, use_token_normalize=False)]


__all__ = ["MAX_TOKENS", "TEXT_RECIPE", "clean", "fold", "normalise", "segment", "sentences", "tokens"]
