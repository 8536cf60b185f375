"""Shape of Vietnamese syllables, and telex/VNI key strokes that were never composed ("maatj khaaur").

Pure string functions. Never guesses meaning: a token is decoded only when the keys spell a valid syllable
and the token as typed does not.
"""

import re
import unicodedata

_ONSETS = [
    "ngh",
    "ng",
    "nh",
    "gh",
    "gi",
    "kh",
    "ph",
    "th",
    "tr",
    "ch",
    "qu",
    "b",
    "c",
    "d",
    "đ",
    "g",
    "h",
    "k",
    "l",
    "m",
    "n",
    "p",
    "r",
    "s",
    "t",
    "v",
    "x",
]
_RIMES = [
    "a",
    "ac",
    "ach",
    "ai",
    "am",
    "an",
    "ang",
    "anh",
    "ao",
    "ap",
    "at",
    "au",
    "ay",
    "ăc",
    "ăm",
    "ăn",
    "ăng",
    "ăp",
    "ăt",
    "âc",
    "âm",
    "ân",
    "âng",
    "âp",
    "ât",
    "âu",
    "ây",
    "e",
    "ec",
    "em",
    "en",
    "eng",
    "eo",
    "ep",
    "et",
    "ê",
    "êch",
    "êm",
    "ên",
    "ênh",
    "êp",
    "êt",
    "êu",
    "i",
    "ia",
    "ich",
    "iêc",
    "iêm",
    "iên",
    "iêng",
    "iêp",
    "iêt",
    "iêu",
    "im",
    "in",
    "inh",
    "ip",
    "it",
    "iu",
    "o",
    "oa",
    "oac",
    "oach",
    "oai",
    "oam",
    "oan",
    "oang",
    "oanh",
    "oao",
    "oap",
    "oat",
    "oay",
    "oăc",
    "oăm",
    "oăn",
    "oăng",
    "oăt",
    "oc",
    "oe",
    "oen",
    "oeo",
    "oet",
    "oi",
    "om",
    "on",
    "ong",
    "ooc",
    "oong",
    "op",
    "ot",
    "ô",
    "ôc",
    "ôi",
    "ôm",
    "ôn",
    "ông",
    "ôp",
    "ôt",
    "ơ",
    "ơi",
    "ơm",
    "ơn",
    "ơp",
    "ơt",
    "u",
    "ua",
    "uân",
    "uâng",
    "uât",
    "uây",
    "uc",
    "uê",
    "uêch",
    "uênh",
    "ui",
    "um",
    "un",
    "ung",
    "uơ",
    "uôc",
    "uôi",
    "uôm",
    "uôn",
    "uông",
    "uôt",
    "up",
    "ut",
    "uy",
    "uya",
    "uych",
    "uyên",
    "uyêt",
    "uynh",
    "uyt",
    "uyu",
    "uôp",
    "ư",
    "ưa",
    "ưc",
    "ưi",
    "ưm",
    "ưn",
    "ưng",
    "ươc",
    "ươi",
    "ươm",
    "ươn",
    "ương",
    "ươp",
    "ươt",
    "ươu",
    "ưt",
    "ưu",
    "y",
    "yêm",
    "yên",
    "yêt",
    "yêu",
]
_TONE_KEYS = {"s": "\u0301", "f": "\u0300", "r": "\u0309", "x": "\u0303", "j": "\u0323"}
_VNI_TONES = {"1": "\u0301", "2": "\u0300", "3": "\u0309", "4": "\u0303", "5": "\u0323"}
_VNI_SHAPES = {
    "6": {"a": "â", "e": "ê", "o": "ô"},
    "7": {"o": "ơ", "u": "ư"},
    "8": {"a": "ă"},
    "9": {"d": "đ"},
}
_TONES = set(_TONE_KEYS.values())
_TELEX_SHAPES = [("aa", "â"), ("ee", "ê"), ("oo", "ô"), ("dd", "đ"), ("aw", "ă"), ("ow", "ơ"), ("uw", "ư")]
_VOWELS = "aăâeêioôơuưy"


def fold(text: str) -> str:
    """Text without diacritics, đ as d; keeps every other character."""
    decomposed = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def _strip_tone(syllable: str) -> str:
    kept = "".join(c for c in unicodedata.normalize("NFD", syllable) if c not in _TONES)
    return unicodedata.normalize("NFC", kept)


def _split(toneless: str, rimes: frozenset[str]) -> bool:
    if toneless in rimes:
        return True
    return any(toneless.startswith(onset) and toneless[len(onset) :] in rimes for onset in _ONSETS) or (
        toneless.startswith("gi") and toneless[1:] in rimes
    )


_RIME_SET = frozenset(_RIMES)
_PLAIN_RIME_SET = frozenset(fold(r) for r in _RIMES)


def is_syllable(token: str) -> bool:
    """Whether a lower-case NFC token has the shape of a Vietnamese syllable with its diacritics in place."""
    return _split(_strip_tone(token), _RIME_SET)


def is_plain_syllable(token: str) -> bool:
    """Whether a lower-case ASCII token may be a Vietnamese syllable typed without diacritics."""
    return _split(token, _PLAIN_RIME_SET)


def _place_tone(syllable: str, mark: str) -> str:
    """Put a tone mark where spelling wants it: on â ê ô ơ ă ư, else on the nucleus."""
    vowels = [i for i, c in enumerate(syllable) if c in _VOWELS]
    if syllable.startswith(("qu", "gi")) and len(vowels) > 1:
        vowels = vowels[1:]
    if not vowels:
        return syllable
    marked = [i for i in vowels if syllable[i] in "âêôơăư"]
    if marked:
        at = marked[-1]
    elif len(vowels) == 1 or (len(vowels) == 2 and vowels[-1] == len(syllable) - 1):
        at = vowels[0]
    else:
        at = vowels[1]
    return unicodedata.normalize("NFC", syllable[: at + 1] + mark + syllable[at + 1 :])


def _compose(letters: str, mark: str) -> str:
    for keys, shape in _TELEX_SHAPES:
        letters = letters.replace(keys, shape)
    letters = letters.replace("uơ", "ươ") if len(letters) > 2 else letters
    return _place_tone(letters, mark) if mark else letters


def undo_telex(token: str) -> str:
    """Decode a lower-case ASCII token typed with telex or VNI keys, or give it back unchanged."""
    if len(token) < 3 or not token.isascii() or is_plain_syllable(token):
        return token
    return _undo_vni(token) if re.search(r"\d", token) else _undo_letters(token)


def _undo_letters(token: str) -> str:
    tones = [i for i, c in enumerate(token) if c in _TONE_KEYS and i >= 2]
    candidates = [(token, "")] + [(token[:i] + token[i + 1 :], _TONE_KEYS[token[i]]) for i in reversed(tones)]
    for letters, mark in candidates:
        decoded = _compose(letters, mark)
        if decoded != token and is_syllable(decoded):
            return decoded
    return token


def _undo_vni(token: str) -> str:
    match = re.fullmatch(r"[a-z]+(?:\d[a-z]*)+", token)
    if (
        match is None
        or len(re.findall(r"\d", token)) > 3
        or re.search(r"[bchklmnpqrtvxsg]\d+$", token) is None
    ):
        digits_inside = re.search(r"\d[a-z]", token)
        if match is None or (digits_inside is None and not re.search(r"[aeiouy]\d+$", token)):
            return token
    letters, mark = "", ""
    for c in token:
        if c in _VNI_TONES:
            mark = _VNI_TONES[c]
        elif c in _VNI_SHAPES:
            letters = _shape_last(letters, _VNI_SHAPES[c])
        elif c.isdigit():
            return token
        else:
            letters += c
    decoded = _place_tone(letters, mark) if mark else letters
    return decoded if is_syllable(decoded) else token


def _shape_last(letters: str, shapes: dict[str, str]) -> str:
    for i in range(len(letters) - 1, -1, -1):
        if letters[i] in shapes:
            return letters[:i] + shapes[letters[i]] + letters[i + 1 :]
    return letters
