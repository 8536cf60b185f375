"""FAISS over the unit vectors of the indexed questions: build, search, save, load. The only module with faiss.

The kind of index follows the number of questions: exact while that is fast enough, then a graph.
"""

from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from faq_index.errors import IndexCorruptError

EXACT_UP_TO = 100_000
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
            index = faiss.IndexHNSWFlat(dimension, 32, faiss.METRIC_INNER_PRODUCT)
            index.hnsw.efConstruction = 128
            index.hnsw.efSearch = 256
        index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return cls(index)

    def similarities(self, vector: NDArray[np.float32]) -> tuple[NDArray[np.float32], float]:
        """(score per question (size,), floor): questions beyond the nearest NEIGHBOURS get the floor. A vector
        with NaN, or of zeros, is near to nothing.
        """
        flat = np.zeros(self.size, np.float32)
        if not np.isfinite(vector).all() or not vector.any():
            return flat, 0.0
        scores, numbers = self._index.search(vector[None, :].astype(np.float32), min(NEIGHBOURS, self.size))
        found = numbers[0] >= 0
        floor = float(scores[0][found].min()) if self.size > NEIGHBOURS else 0.0
        flat[:] = floor
        flat[numbers[0][found]] = scores[0][found]
        return flat, floor

    def vectors(self) -> NDArray[np.float32]:
        """All indexed vectors, shape (size, dimension)."""
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
