"""TF-IDF features of a text: words 1-2, words without diacritics 1-3, their characters 2-5, segmented words.

One vector serves the nearest-question score and the classifier. Never looks at entries.
"""

import functools
import json
import math
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from faq_index.errors import IndexCorruptError
from faq_index.syllables import fold
from faq_index.text import segment

FEATURE_RECIPE = "tfidf-3"
_MAX_CHARS = 24
# Numbers of feature names for this process, given while building only: a query never adds to it.
_NUMBERS: dict[str, int] = {}
_NUMBERING = threading.Lock()  # two builds in one process must not give one number to two names


@functools.lru_cache(maxsize=60_000)
def _characters(syllable: str) -> tuple[str, ...]:
    padded = f" {syllable[:_MAX_CHARS]} "
    return tuple("c" + padded[i : i + n] for n in (2, 3, 4, 5) for i in range(len(padded) - n + 1))


def feature_counts(normalised: str) -> Counter[str]:
    """Feature names of a normalised text with their counts; the first letter says the kind."""
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
    return Counter(names)


@functools.lru_cache(maxsize=60_000)
def _numbered(normalised: str) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """(numbers of the features, their dampened counts). Remembered, because an edit of one entry rebuilds the
    index from thousands of unchanged questions.
    """
    counts = feature_counts(normalised)
    with _NUMBERING:
        numbers = [_NUMBERS.setdefault(name, len(_NUMBERS)) for name in counts]
    weights = np.fromiter(counts.values(), dtype=np.float32, count=len(counts))
    return np.array(numbers, dtype=np.int32), 1 + np.log(weights)


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
    def fit(
        cls, texts: Sequence[str], weighed: NDArray[np.bool_] | None = None
    ) -> tuple["Vectoriser", sp.csr_matrix]:
        """Learn from normalised texts; also gives their vectors, one row each, unit length.

        How rare a feature is, is counted over the `weighed` texts alone (all, where None): an edit of another
        text then changes no vector but its own, and nothing learned from the others has to be learned anew.
        """
        documents = [_numbered(text) for text in texts]
        lengths = np.array([len(numbers) for numbers, _ in documents], dtype=np.int64)
        empty = np.zeros(0, np.int32)
        flat = np.concatenate([empty, *(numbers for numbers, _ in documents)])
        values = np.concatenate([empty.astype(np.float32), *(weights for _, weights in documents)])
        columns, names = _columns(flat)
        counted = columns if weighed is None else columns[np.repeat(weighed, lengths)]
        total = len(texts) if weighed is None else int(weighed.sum())
        seen = np.bincount(counted, minlength=len(names))
        idf = _rarity(total, seen)
        indptr = np.concatenate([[0], np.cumsum(lengths)])
        return cls(names, idf), _unit_rows(values * idf[columns], columns, indptr, len(names))

    def refit(
        self, texts: Sequence[str], weighed: int, rows: sp.csr_matrix, places: Mapping[str, int]
    ) -> tuple["Vectoriser", sp.csr_matrix]:
        """What fit() gives, in a tenth of the time, where this vocabulary was fitted over the same `weighed` texts (how
        many) and most texts have their vector among its `rows` already: `places` says in which.
        """
        fresh = [text for text in dict.fromkeys(texts) if text not in places]
        columns = dict(self._columns)
        documents = [feature_counts(text) for text in fresh]
        flat = [columns.setdefault(name, len(columns)) for document in documents for name in document]
        counts = [count for document in documents for count in document.values()]
        # A name of none of the texts that rarity is counted over is as rare as can be.
        rarest = _rarity(weighed, np.zeros(len(columns) - len(self), np.int64))
        idf = np.concatenate([self._idf, rarest])
        places_flat = np.array(flat, dtype=np.int32)
        values = (1 + np.log(np.array(counts, dtype=np.float32))) * idf[places_flat]
        indptr = np.concatenate([[0], np.cumsum([len(d) for d in documents], dtype=np.int64)])
        added = _unit_rows(values, places_flat, indptr, len(columns))
        before = sp.csr_matrix((rows.data, rows.indices, rows.indptr), shape=(rows.shape[0], len(columns)))
        numbers = {text: rows.shape[0] + i for i, text in enumerate(fresh)}
        order = [places[text] if text in places else numbers[text] for text in texts]
        found = sp.vstack([before, added], format="csr")[order]
        used = np.zeros(len(columns), np.bool_)
        used[found.indices] = True
        names = sorted(name for name, kept in zip(columns, used, strict=True) if kept)
        position = {name: i for i, name in enumerate(names)}
        table = np.array([position.get(name, -1) for name in columns], dtype=np.int64)
        made = Vectoriser(names, idf[np.flatnonzero(used)[np.argsort(table[used], kind="stable")]])
        result = sp.csr_matrix(
            (found.data, table[found.indices].astype(np.int32), found.indptr), shape=(len(texts), len(names))
        )
        result.sort_indices()
        return made, result

    def names(self) -> list[str]:
        """Feature names in the order of their columns, which is alphabetical."""
        return list(self._columns)

    def columns_of(self, names: Sequence[str]) -> NDArray[np.int64]:
        """The column of each name, -1 for a name that is not in this vocabulary."""
        return np.array([self._columns.get(name, -1) for name in names], dtype=np.int64)

    def word_columns(self) -> NDArray[np.bool_]:
        """Which columns are single words without diacritics; shape (vocabulary,)."""
        flags = np.zeros(len(self._columns), np.bool_)
        flags[[column for name, column in self._columns.items() if name[0] == "f"]] = True
        return flags

    def vector(self, normalised: str) -> SparseVector:
        columns: list[int] = []
        weights: list[float] = []
        whole = 0.0
        words: list[int] = []
        idf = self._idf
        for name, count in feature_counts(normalised).items():
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
        (folder / "vocabulary.json").write_text(
            json.dumps(self.names(), ensure_ascii=False), encoding="utf-8"
        )
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


def _rarity(total: int, seen: NDArray[np.int64]) -> NDArray[np.float32]:
    """Inverse document frequencies of features that `seen` of `total` texts have."""
    found: NDArray[np.float32] = (np.log((1 + total) / (1 + seen)) + 1).astype(np.float32)
    return found


def _unit_rows(
    values: NDArray[np.float32], columns: NDArray[np.int32], indptr: NDArray[np.int64], width: int
) -> sp.csr_matrix:
    rows = sp.csr_matrix((values, columns, indptr), shape=(len(indptr) - 1, width))
    norms = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    rows.data /= np.repeat(np.where(norms > 0, norms, 1).astype(np.float32), np.diff(indptr))
    rows.sort_indices()
    return rows


def _columns(numbers: NDArray[np.int32]) -> tuple[NDArray[np.int32], list[str]]:
    """(column of each, names of the columns in alphabetical order)."""
    present = np.unique(numbers)
    every = list(_NUMBERS)  # the n-th name has the number n
    names = [every[n] for n in present]
    order = sorted(range(len(names)), key=names.__getitem__)
    table = np.zeros(len(every) + 1, np.int32)
    table[present[order]] = np.arange(len(order), dtype=np.int32)
    return table[numbers], [names[i] for i in order]
