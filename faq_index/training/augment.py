"""Makes questions look as hurried people type them: no diacritics, short forms, slips of the finger.

Seeded by the caller's generator; the same seed gives the same noise.
"""

import random

from faq_index.syllables import fold

_SHORT = {
    "không": ("ko", "k", "hok"), "được": ("dc", "đc"), "bảo hiểm xã hội": ("bhxh",), "bảo hiểm y tế": ("bhyt",),
    "bảo hiểm thất nghiệp": ("bhtn",), "mật khẩu": ("mk", "pass"), "tài khoản": ("tk",), "điện thoại": ("đt", "dt"),
    "số điện thoại": ("sđt", "sdt"), "công ty": ("cty",), "căn cước công dân": ("cccd",), "người lao động": ("nlđ",),
    "bệnh viện": ("bv",), "hồ sơ": ("hs",), "như thế nào": ("ntn",), "bao nhiêu": ("bn", "bnhiu"), "gì": ("j",),
    "vậy": ("z", "v"), "rồi": ("r", "rùi"), "biết": ("bít",), "em": ("e",), "mọi người": ("mn",), "đăng ký": ("đky",),
    "dùng": ("xài",), "xem": ("coi",), "vào": ("vô",), "bố": ("ba", "cha"), "mẹ": ("má",), "làm sao": ("lsao",),
}  # fmt: skip
_NEIGHBOURS = {
    "a": "sq",
    "e": "wr",
    "i": "uo",
    "o": "ip",
    "u": "yi",
    "n": "mb",
    "t": "ry",
    "h": "gj",
    "c": "xv",
    "g": "fh",
}


def noisy(text: str, rng: random.Random) -> str:
    """One variant of a normalised text; often the text itself."""
    if rng.random() < 0.35:
        for full, shorts in _SHORT.items():
            if full in text and rng.random() < 0.5:
                text = text.replace(full, rng.choice(shorts))
    words = text.split()
    if len(words) > 5 and rng.random() < 0.3:
        words = [w for w in words if rng.random() > 0.12] or words
    if rng.random() < 0.2:
        words = [_slip(w, rng) if rng.random() < 0.15 else w for w in words]
    text = " ".join(words)
    return fold(text) if rng.random() < 0.35 else text


def _slip(word: str, rng: random.Random) -> str:
    if len(word) < 3:
        return word
    at = rng.randrange(1, len(word))
    kind = rng.random()
    if kind < 0.35:
        return word[:at] + word[at + 1 :]
    if kind < 0.6 and at + 1 < len(word):
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if kind < 0.8:
        near = _NEIGHBOURS.get(word[at])
        return word[:at] + rng.choice(near) + word[at + 1 :] if near else word
    return fold(word)
