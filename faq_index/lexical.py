"""Nearest indexed questions by shared features, summed up per entry; and the postings they are looked up in.

Knows questions by number and their owner only. Never decides.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from faq_index.errors import IndexCorruptError
from faq_index.features import SparseVector

# Features that more questions have than both of these tell little of which question is near, and nearly all the
# time of a query goes into them.
COMMON_SHARE, COMMON_LEAST = 0.2, 100
TOP = 5  # questions of an entry that count: one lucky question is not enough, the far ones are noise


class Postings:
    """A matrix (features x columns) looked up by the few features of one query."""

    def __init__(self, by_feature: sp.csr_matrix) -> None:
        self._matrix = sp.csr_matrix(by_feature, dtype=np.float32)
        self.width = int(by_feature.shape[1])

    def dot(self, vectors: Sequence[SparseVector]) -> NDArray[np.float32]:
        """Inner products of queries with every column; shape (queries, width)."""
        return self._products([v.columns for v in vectors], [v.values for v in vectors])

    def cosines(self, vectors: Sequence[SparseVector]) -> NDArray[np.float32]:
        """As dot(), with each query measured by the features that some column has; shape (queries, width)."""
        held = np.diff(self._matrix.indptr) > 0
        kept = [held[v.columns] for v in vectors]
        columns = [v.columns[k] for v, k in zip(vectors, kept, strict=True)]
        return self._products(columns, [_unit(v.values[k]) for v, k in zip(vectors, kept, strict=True)])

    def covered(self, vectors: Sequence[SparseVector]) -> NDArray[np.float32]:
        """The share of each query's words that each column has, 0..1, for postings of ones; (queries, width)."""
        return self._products([v.words for v in vectors], [v.shares for v in vectors])

    def _products(
        self, rows: Sequence[NDArray[np.int64]], values: Sequence[NDArray[np.float32]]
    ) -> NDArray[np.float32]:
        ends = np.cumsum([0, *(len(r) for r in rows)], dtype=np.int32)
        shape = (len(rows), self._matrix.shape[0])
        query = sp.csr_matrix(
            (np.concatenate(values), np.concatenate(rows).astype(np.int32), ends), shape=shape
        )
        found: NDArray[np.float32] = (query @ self._matrix).toarray()
        return found

    def matrix(self) -> sp.csr_matrix:
        """(features, columns)."""
        return self._matrix

    def save(self, path: Path) -> None:
        parts = self._matrix
        np.savez(path, indptr=parts.indptr, columns=parts.indices, weights=parts.data, width=self.width)

    @classmethod
    def load(cls, path: Path) -> "Postings":
        """Raises IndexCorruptError for a damaged file."""
        try:
            with np.load(path, allow_pickle=False) as parts:
                shape = (len(parts["indptr"]) - 1, int(parts["width"]))
                matrix = sp.csr_matrix((parts["weights"], parts["columns"], parts["indptr"]), shape=shape)
        except (OSError, ValueError, KeyError, EOFError) as error:
            raise IndexCorruptError(f"Tệp {path.name} của chỉ mục hỏng; dựng lại chỉ mục.") from error
        return cls(matrix)


class PerEntry:
    """Sums up scores of questions per entry: the mean of its best TOP and its best one."""

    def __init__(self, owners: NDArray[np.int32], entries: int) -> None:
        groups = [np.flatnonzero(owners == e) for e in range(entries)]
        width = max(max((len(g) for g in groups), default=0), TOP)
        self._slots = np.full((entries, width), len(owners), dtype=np.int64)
        for row, group in zip(self._slots, groups, strict=True):
            row[: len(group)] = group
        self._counts = np.clip(np.array([len(g) for g in groups]), 1, TOP)

    def sums(
        self, scores: NDArray[np.float32], floor: float = 0.0
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """(mean of the best TOP, best) per entry, each of shape (entries,). An entry with fewer questions is
        averaged over those it has: a new entry must not lose for being young.
        """
        padded = np.append(scores, np.float32(floor))[self._slots]
        best = -np.partition(-padded, TOP - 1, axis=1)[:, :TOP]
        best = -np.sort(-best, axis=1)
        steps = np.cumsum(best, axis=1)
        rows = np.arange(len(best))
        mean = steps[rows, self._counts - 1] / self._counts
        return mean.astype(np.float32), best[:, 0]


def _unit(values: NDArray[np.float32]) -> NDArray[np.float32]:
    length = np.float32(np.sqrt(np.dot(values, values)))
    return values / length if length > 0 else values


def telling(rows: sp.csr_matrix) -> sp.csr_matrix:
    """Unit rows without the features that are too common to tell one from another."""
    holders = np.bincount(rows.indices, minlength=rows.shape[1])
    kept = holders <= max(COMMON_SHARE * rows.shape[0], COMMON_LEAST)
    fewer = sp.csr_matrix((rows.data * kept[rows.indices], rows.indices, rows.indptr), shape=rows.shape)
    fewer.eliminate_zeros()
    lengths = np.sqrt(np.asarray(fewer.multiply(fewer).sum(axis=1)).ravel())
    fewer.data /= np.repeat(np.where(lengths > 0, lengths, 1), np.diff(fewer.indptr)).astype(np.float32)
    return fewer
