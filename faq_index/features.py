"""TF-IDF features of a text: words 1-2, words without diacritics 1-3, their characters 2-5, segmented words.

One vector serves the nearest-question score and the classifier. Never looks at entries.
"""

import functools
import json
import math
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from faq_index.errors import IndexCorruptError
from faq_index.syllables import fold
from faq_index.text import segment

FEATURE_RECIPE = "tfidf-1"
_MAX_CHARS = 24


@functools.lru_cache(maxsize=60_000)
def _characters(syllable: str) -> tuple[str, ...]:
    padded = f" {syllable[:_MAX_CHARS]} "
    return tuple("c" + padded[i : i + n] for n in (2, 3, 4, 5) for i in range(len(padded) - n + 1))


@functools.lru_cache(maxsize=30_000)
def feature_counts(normalised: str) -> tuple[tuple[str, int], ...]:
    """Feature names of a normalised text with their counts; the first letter says the kind.

    Remembered, because an edit of one entry rebuilds the index from thousands of unchanged questions.
    """
    words = normalised.split()
    plain = fold(normalised).split()
    names = ["w" + w for w in words]
    names += [f"b{a} {b}" for a, b in pairwise(words)]
    names += ["f" + w for w in plain]
    names += [f"g{a} {b}" for a, b in pairwise(plain)]
    names += [f"h{a} {b} {c}" for a, b, c in zip(plain, plain[1:], plain[2:], strict=False)]
    for word in plain:
        names += _characters(word)
    names += ["s" + w for w in segment(normalised) if "_" in w]
    return tuple(Counter(map(sys.intern, names)).items())


@dataclass(frozen=True, slots=True)
class SparseVector:
    """Unit vector over the vocabulary. `coverage` is the share of the text's word weight that is known, 0..1;
    `words` are the columns of its known words without diacritics, `shares` what each weighs of the whole text.
    """

    columns: NDArray[np.int64]
    values: NDArray[np.float32]
    coverage: float
    words: NDArray[np.int64]
    shares: NDArray[np.float32]


class Vectoriser:
    """Vocabulary and inverse document frequencies; maps normalised texts to unit vectors."""

    def __init__(self, names: Sequence[str], idf: NDArray[np.float32]) -> None:
        if len(names) != len(idf):
            raise IndexCorruptError("Từ vựng và trọng số của chỉ mục không khớp nhau; dựng lại chỉ mục.")
        self._columns = {name: i for i, name in enumerate(names)}
        self._idf = idf
        self._unknown = float(idf.max()) if len(idf) else 1.0

    def __len__(self) -> int:
        return len(self._columns)

    @classmethod
    def fit(cls, texts: Sequence[str]) -> tuple["Vectoriser", sp.csr_matrix]:
        """Learn from normalised texts; also gives their vectors, one row each, unit length."""
        documents = [feature_counts(text) for text in texts]
        seen = Counter(name for document in documents for name, _ in document)
        names = sorted(seen)
        counts = np.fromiter((seen[name] for name in names), dtype=np.float64, count=len(names))
        idf = (np.log((1 + len(texts)) / (1 + counts)) + 1).astype(np.float32)
        made = cls(names, idf)
        rows = [made._vector(document) for document in documents]
        indptr = np.cumsum([0, *(len(r.columns) for r in rows)])
        columns = np.concatenate([r.columns for r in rows]) if rows else np.zeros(0, np.int64)
        values = np.concatenate([r.values for r in rows]) if rows else np.zeros(0, np.float32)
        return made, sp.csr_matrix((values, columns, indptr), shape=(len(rows), len(names)))

    def word_columns(self) -> NDArray[np.bool_]:
        """Which columns are single words without diacritics; shape (vocabulary,)."""
        flags = np.zeros(len(self._columns), np.bool_)
        flags[[column for name, column in self._columns.items() if name[0] == "f"]] = True
        return flags

    def vector(self, normalised: str) -> SparseVector:
        return self._vector(feature_counts(normalised))

    def _vector(self, document: tuple[tuple[str, int], ...]) -> SparseVector:
        columns: list[int] = []
        weights: list[float] = []
        whole = 0.0
        words: list[int] = []
        idf = self._idf
        for name, count in document:
            column = self._columns.get(name)
            is_word = name[0] == "f"
            if column is None:
                whole += self._unknown if is_word else 0.0
                continue
            weight = float(idf[column])
            if is_word:
                whole += weight
                words.append(column)
            columns.append(column)
            weights.append(weight * (1 + math.log(count)) if count > 1 else weight)
        values = np.array(weights, dtype=np.float32)
        norm = float(np.sqrt(np.dot(values, values)))
        if norm > 0:
            values /= norm
        numbers = np.array(words, dtype=np.int64)
        shares = idf[numbers] / np.float32(whole or 1.0)
        return SparseVector(np.array(columns, dtype=np.int64), values, float(shares.sum()), numbers, shares)

    def save(self, folder: Path) -> None:
        names = sorted(self._columns, key=self._columns.__getitem__)
        (folder / "vocabulary.json").write_text(json.dumps(names, ensure_ascii=False), encoding="utf-8")
        np.save(folder / "idf.npy", self._idf)

    @classmethod
    def load(cls, folder: Path) -> "Vectoriser":
        """Raises IndexCorruptError when the files are damaged."""
        try:
            names = json.loads((folder / "vocabulary.json").read_text(encoding="utf-8"))
            idf = np.load(folder / "idf.npy", allow_pickle=False)
        except (OSError, ValueError) as error:
            raise IndexCorruptError(f"Từ vựng của chỉ mục {folder.name} hỏng; dựng lại chỉ mục.") from error
        return cls(names, idf)
