"""One linear classifier per entry, learned while the index is built: what tells an entry from its siblings.

Each learns against the questions nearest in meaning to its own entry, which are the hard ones, and against a fixed
sample of all the others, without which a far entry may score anything. What an edit does not touch is taken over
from the generation before: the result is the same as learning it anew, and an editor waits seconds less.
scikit-learn is imported while building, never while serving.
"""

import hashlib
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

CLASSIFIER_RECIPE = "svm-2"
NEAREST = 300
SAMPLED = 1000


@dataclass(frozen=True, slots=True)
class Learned:
    """`weights` (features x entries), `intercepts` (entries,), `keys`: what each entry's was learned from."""

    weights: sp.csr_matrix
    intercepts: NDArray[np.float32]
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """The weights of one entry: feature numbers, their weights, the intercept."""

    features: NDArray[np.int64]
    weights: NDArray[np.float32]
    intercept: float


def sampled(texts: Sequence[str], learned: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which questions every classifier learns against: about SAMPLED of those `learned` from, chosen by hash. None
    of the editors' own, so that an edit does not change what all of them learn from.
    """
    share = SAMPLED / max(int(learned.sum()), 1)
    chosen = np.array([zlib.crc32(text.encode()) % 10_000 < 10_000 * share for text in texts], dtype=np.bool_)
    return chosen & learned


def lessons(
    meanings: NDArray[np.float32], owners: NDArray[np.int32], entries: int, always: NDArray[np.bool_]
) -> list[NDArray[np.int64]]:
    """For each entry the numbers of the questions it learns from, ascending. `meanings` (questions, dimension)."""
    counts = np.maximum(np.bincount(owners, minlength=entries), 1).astype(np.float32)
    shares = sp.coo_matrix(
        (1 / counts[owners], (owners, np.arange(len(owners)))), shape=(entries, len(owners))
    )
    nearness = meanings @ (shares.tocsr() @ meanings).T
    common = np.flatnonzero(always)
    found = []
    for entry in range(entries):
        own, others = np.flatnonzero(owners == entry), np.flatnonzero(owners != entry)
        far = -nearness[others, entry]
        if len(others) > NEAREST:  # with those that tie with the last of them
            others = others[far <= np.partition(far, NEAREST - 1)[NEAREST - 1]]
        found.append(np.unique(np.concatenate([own, others, common])))
    return found


def keys(
    chosen: Sequence[NDArray[np.int64]], owners: NDArray[np.int32], texts: Sequence[str], weighing: str
) -> tuple[str, ...]:
    """What decides the weights of each entry: its lesson, which of it is its own, how features are weighed."""
    digests = np.frombuffer(
        b"".join(hashlib.blake2b(text.encode(), digest_size=12).digest() for text in texts), np.uint8
    ).reshape(-1, 12)
    made = []
    for entry, rows in enumerate(chosen):
        digest = hashlib.blake2b(f"{CLASSIFIER_RECIPE} {weighing}".encode(), digest_size=16)
        digest.update(digests[rows].tobytes())
        digest.update((owners[rows] == entry).tobytes())
        made.append(digest.hexdigest())
    return tuple(made)


def train(
    vectors: sp.csr_matrix,
    owners: NDArray[np.int32],
    chosen: Sequence[NDArray[np.int64]],
    names: tuple[str, ...],
    known: Mapping[str, Column],
) -> Learned:
    """From unit rows and the entry of each row. `names` are keys(); an entry whose key is `known` is not learned anew."""
    entries = len(chosen)
    if entries == 1:  # nothing to tell it from
        return Learned(
            sp.csr_matrix(np.zeros((vectors.shape[1], 1), np.float32)), np.zeros(1, np.float32), names
        )
    columns = [
        known[names[e]] if names[e] in known else _learn(vectors[rows], owners[rows] == e)
        for e, rows in enumerate(chosen)
    ]
    # Column after column is how a CSC matrix lies in memory: nothing has to be sorted.
    matrix = sp.csc_matrix(
        (
            np.concatenate([c.weights for c in columns]),
            np.concatenate([c.features for c in columns]),
            np.cumsum([0, *(len(c.features) for c in columns)]),
        ),
        shape=(vectors.shape[1], entries),
        dtype=np.float32,
    ).tocsr()
    return Learned(matrix, np.array([c.intercept for c in columns], dtype=np.float32), names)


def _learn(part: sp.csr_matrix, own: NDArray[np.bool_]) -> Column:
    from sklearn.svm import LinearSVC  # noqa: PLC0415  # a second to import, needed while building only

    if not own.any() or own.all():
        return Column(np.zeros(0, np.int64), np.zeros(0, np.float32), -1.0 if not own.any() else 0.0)
    # Only the features these questions have: numbering them anew is many times faster than slicing columns.
    used, places = np.unique(part.indices, return_inverse=True)
    small = sp.csr_matrix((part.data, places.astype(np.int32), part.indptr), shape=(part.shape[0], len(used)))
    model = LinearSVC(C=1.0, tol=0.05, max_iter=2000, random_state=0).fit(small, own)
    return Column(used.astype(np.int64), model.coef_[0].astype(np.float32), float(model.intercept_[0]))


def directions(
    vectors: NDArray[np.float32], owners: NDArray[np.int32], entries: int, ridge: float = 1.0
) -> NDArray[np.float32]:
    """Least squares from meaning to entry, shape (entries, dimension): milliseconds, since the dimension is small."""
    dimension = vectors.shape[1]
    wanted = np.zeros((dimension, entries), np.float32)
    np.add.at(wanted.T, owners, vectors)
    gram = vectors.T @ vectors + ridge * np.eye(dimension, dtype=np.float32)
    return np.linalg.solve(gram, wanted).T.astype(np.float32)
