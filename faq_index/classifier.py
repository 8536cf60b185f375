"""One linear classifier per entry, learned while the index is built: what tells an entry from its siblings.

Each learns against the questions nearest to its own entry only; the far ones would not become support vectors
and would cost the seconds an editor waits. scikit-learn is imported while building, never while serving.
"""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

CLASSIFIER_RECIPE = "svm-1"
HARD_NEGATIVES = 500


def train(
    vectors: sp.csr_matrix, owners: NDArray[np.int32], entries: int
) -> tuple[sp.csr_matrix, NDArray[np.float32]]:
    """(weights features x entries, intercepts (entries,)) from unit rows and the entry of each row."""
    if entries == 1:
        return sp.csr_matrix(np.zeros((vectors.shape[1], 1), np.float32)), np.zeros(1, np.float32)
    rows = np.arange(len(owners))
    counts = np.maximum(np.bincount(owners, minlength=entries), 1).astype(np.float32)
    shares = sp.coo_matrix((1 / counts[owners], (owners, rows)), shape=(entries, len(owners))).tocsr()
    centres = shares @ vectors
    nearness = (vectors @ centres.T).toarray()

    def one(entry: int) -> tuple[NDArray[np.int64], NDArray[np.float32], float]:
        return _one_against_nearest(vectors, owners, nearness[:, entry], entry)

    with ThreadPoolExecutor(2) as pool:
        parts = list(pool.map(one, range(entries)))
    columns = np.concatenate([np.full(len(c), e) for e, (c, _, _) in enumerate(parts)])
    features = np.concatenate([c for c, _, _ in parts])
    weights = np.concatenate([w for _, w, _ in parts])
    matrix = sp.csr_matrix(
        (weights, (features, columns)), shape=(vectors.shape[1], entries), dtype=np.float32
    )
    return matrix, np.array([b for _, _, b in parts], dtype=np.float32)


def _one_against_nearest(
    vectors: sp.csr_matrix, owners: NDArray[np.int32], nearness: NDArray[np.float32], entry: int
) -> tuple[NDArray[np.int64], NDArray[np.float32], float]:
    from sklearn.svm import LinearSVC  # noqa: PLC0415  # a second to import, needed while building only

    own = np.flatnonzero(owners == entry)
    others = np.flatnonzero(owners != entry)
    if len(own) == 0:
        return np.zeros(0, np.int64), np.zeros(0, np.float32), -1.0
    if len(others) > HARD_NEGATIVES:
        order = np.argsort(-nearness[others], kind="stable")
        others = others[order[:HARD_NEGATIVES]]
    chosen = np.sort(np.concatenate([own, others]))
    part = vectors[chosen]
    used = np.unique(part.indices)
    model = LinearSVC(C=1.0, tol=0.05, max_iter=2000, random_state=0).fit(
        part[:, used], owners[chosen] == entry
    )
    return used.astype(np.int64), model.coef_[0].astype(np.float32), float(model.intercept_[0])


def directions(
    vectors: NDArray[np.float32], owners: NDArray[np.int32], entries: int, ridge: float = 1.0
) -> NDArray[np.float32]:
    """Least squares from meaning to entry, shape (entries, dimension): milliseconds, since the dimension is small."""
    dimension = vectors.shape[1]
    wanted = np.zeros((dimension, entries), np.float32)
    np.add.at(wanted.T, owners, vectors)
    gram = vectors.T @ vectors + ridge * np.eye(dimension, dtype=np.float32)
    return np.linalg.solve(gram, wanted).T.astype(np.float32)
