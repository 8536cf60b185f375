"""FAISS over the unit vectors of the indexed questions: build, search, save, load. The only module with faiss.

The kind of index follows the number of questions: exact while that is fast enough, then inverted lists, which are
built in seconds where a graph takes half a minute (benchmarks/search_growth.py).
"""

from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from faq_index.errors import IndexCorruptError

EXACT_UP_TO = 50_000
NEIGHBOURS = 256


class DenseIndex:
    """Inner products with unit vectors; a score of 1 is the same direction."""

    def __init__(self, index: faiss.Index) -> None:
        self._index = index
        self.dimension = int(index.d)
        self.size = int(index.ntotal)
        faiss.omp_set_num_threads(1)  # one query is too small to share; threads would only fight the server's

    @classmethod
    def build(cls, vectors: NDArray[np.float32]) -> "DenseIndex":
        """From unit rows of shape (questions, dimension). Raises IndexCorruptError for NaN or infinity."""
        if not np.isfinite(vectors).all():
            raise IndexCorruptError("Bộ mã hoá cho ra giá trị không phải số; kiểm tra lại mô hình.")
        dimension = vectors.shape[1]
        if len(vectors) <= EXACT_UP_TO:
            index: faiss.Index = faiss.IndexFlatIP(dimension)
        else:
            index = _lists(vectors)
        index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return cls(index)

    def similarities(self, vectors: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """(score per query and question (queries, size), floors (queries,)): questions beyond the nearest NEIGHBOURS
        get the floor. A vector with NaN, or of zeros, is near to nothing.
        """
        scores = np.zeros((len(vectors), self.size), np.float32)
        floors = np.zeros(len(vectors), np.float32)
        sound = np.flatnonzero(np.isfinite(vectors).all(axis=1) & vectors.any(axis=1))
        if not len(sound):
            return scores, floors
        asked = np.ascontiguousarray(vectors[sound], dtype=np.float32)
        near, numbers = self._index.search(asked, min(NEIGHBOURS, self.size))
        for row, values, places in zip(sound, near, numbers, strict=True):
            found = places >= 0
            floors[row] = values[found].min() if self.size > NEIGHBOURS else 0.0
            scores[row] = floors[row]
            scores[row, places[found]] = values[found]
        return scores, floors

    def vectors(self) -> NDArray[np.float32]:
        """All indexed vectors, shape (size, dimension)."""
        if isinstance(self._index, faiss.IndexIVF):
            self._index.make_direct_map()
        found: NDArray[np.float32] = self._index.reconstruct_n(0, self.size)
        return found

    def save(self, path: Path) -> None:
        faiss.write_index(self._index, str(path))

    @classmethod
    def load(cls, path: Path) -> "DenseIndex":
        try:
            return cls(faiss.read_index(str(path)))
        except RuntimeError as error:
            raise IndexCorruptError(f"Tệp {path.name} của chỉ mục hỏng; dựng lại chỉ mục.") from error


def _lists(vectors: NDArray[np.float32]) -> faiss.Index:
    """Trained inverted lists, empty: 4 x sqrt(n) of them, of which a query looks into a sixteenth."""
    count, dimension = vectors.shape
    lists = int(4 * count**0.5)
    index = faiss.IndexIVFFlat(faiss.IndexFlatIP(dimension), dimension, lists, faiss.METRIC_INNER_PRODUCT)
    index.nprobe = max(lists // 16, 1)
    index.cp.niter = 10
    thinned = vectors[:: max(count // (lists * 48), 1)]
    index.train(np.ascontiguousarray(thinned, dtype=np.float32))
    return index
