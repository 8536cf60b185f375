"""The tokenizer of the shipped encoder: frequent syllables and syllable pairs, with and without diacritics, and
letters for everything else. A plain `tokenizers` file; needs nothing of this project to run.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

from faq_index.syllables import fold

SPACE = "▁"
_LETTERS = (
    "abcdefghijklmnopqrstuvwxyz0123456789àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ"
)


def _counted(domain: Sequence[str], general: Iterable[str]) -> tuple[Counter[str], Counter[str]]:
    """Weighted counts of syllables and of pairs."""
    singles: Counter[str] = Counter()
    doubles: Counter[str] = Counter()
    for text, weight in (*((t, 40) for t in domain), *((t, 1) for t in general)):
        for form, share in ((text, 2 * weight), (fold(text), weight)):
            words = form.split()
            for word in words:
                singles[word] += share
            for a, b in pairwise(words):
                doubles[f"{a}{SPACE}{b}"] += share
    return singles, doubles


def learn_tokenizer(
    domain: Sequence[str], general: Iterable[str], syllables: int = 14_000, pairs: int = 16_000
) -> Tokenizer:
    """From normalised texts. The domain's own words count many times: few citizens write like laws."""
    singles, doubles = _counted(domain, general)
    total = sum(singles.values())
    kept = [(w, c) for w, c in singles.most_common(syllables * 2) if len(w) <= 12][:syllables]
    known = dict(kept)
    bound = []
    for pair, count in doubles.items():
        a, b = pair.split(SPACE)
        if count >= 80 and a in known and b in known:
            bound.append((count * math.log(count * total / (known[a] * known[b])), pair, count))
    chosen = [(pair, count) for _, pair, count in sorted(bound, reverse=True)[:pairs]]
    vocabulary: dict[str, float] = {"<unk>": -30.0}
    for text, count in (*kept, *chosen):
        vocabulary[SPACE + text] = math.log(count / total)
    low = math.log(1 / total)
    for letter in _LETTERS:
        vocabulary.setdefault(SPACE + letter, low - 2)
        vocabulary.setdefault(letter, low - 2)
    for word, _ in kept:  # pieces, so that a glued or mistyped word still falls into known parts
        if 2 <= len(word) <= 6:
            vocabulary.setdefault(word, low - 1)
    tokenizer = Tokenizer(models.Unigram(list(vocabulary.items()), unk_id=0, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.NFC(),
            normalizers.Lowercase(),
            normalizers.Replace(Regex(r"[^\p{L}\p{N}]+"), " "),
            normalizers.Strip(),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(
        replacement=SPACE, prepend_scheme="always", split=False
    )
    return tokenizer
