"""What is known of a query before anything is decided: scores per entry, in parts, for the whole text and for the
best of its sentences; and the features the decision model weighs.

A story hides its question in one sentence. So every part is scored for the whole and for each sentence alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
CANDIDATES = 12
OF_ENCODER = (
    "dense",
    "direction",
    "meaning",
)  # parts that mean something only with the encoder they were learned with
PARTS = (
    "lexical",
    "lexical_best",
    "classifier",
    "dense",
    "dense_best",
    "direction",
    "answer",
    "meaning",
    "covered",
)
CANDIDATE_FEATURES = (
    *PARTS,
    *(f"sentence_{p}" for p in PARTS),
    *(f"z_{p}" for p in PARTS),
    *(f"z_sentence_{p}" for p in PARTS),
)
QUERY_FEATURES = ("one", "max_lexical", "max_lexical_best", "max_classifier", "max_dense", "max_dense_best", "max_direction", "max_answer", "max_meaning", "max_covered",
                  "coverage", "log_words", "no_entry", "gap_lexical", "gap_classifier", "gap_dense", "gap_direction", "gap_answer", "gap_meaning")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Evidence:
    """`parts` has shape (parts, entries): whole text; `sentences` the same, the best over its sentences."""

    parts: Floats
    sentences: Floats
    coverage: float
    words: int
    no_entry: float = 0.0  # log odds that no entry is about this, from the words alone
    personal: float = 0.0  # log odds that only someone with the citizen's file can help


def _standard(rows: Floats) -> Floats:
    spread = rows.std(axis=1, keepdims=True)
    out: Floats = (rows - rows.mean(axis=1, keepdims=True)) / np.where(spread > 1e-6, spread, 1)
    return out


def candidates(evidence: Evidence, allowed: NDArray[np.bool_], *, lexical_only: bool) -> NDArray[np.int64]:
    """Numbers of the entries worth weighing, best first by the plain sum of standard scores."""
    use = [0, 2] if lexical_only else [0, 2, 3, 5]
    total = _standard(evidence.parts[use]).sum(axis=0) + 0.5 * _standard(evidence.sentences[use]).sum(axis=0)
    total = np.where(allowed, total, -np.inf)
    order = np.argsort(-total, kind="stable")[:CANDIDATES]
    return order[np.isfinite(total[order])]


def candidate_features(evidence: Evidence, chosen: NDArray[np.int64]) -> NDArray[np.float64]:
    """Shape (chosen, CANDIDATE_FEATURES)."""
    blocks = (evidence.parts, evidence.sentences, _standard(evidence.parts), _standard(evidence.sentences))
    return np.concatenate([block[:, chosen] for block in blocks]).T.astype(np.float64)


def query_features(evidence: Evidence, chosen: NDArray[np.int64]) -> NDArray[np.float64]:
    """Shape (QUERY_FEATURES,). Looks at the candidates only, so that a withdrawn entry can't lend its scores."""
    parts = evidence.parts[:, chosen]
    best = parts.max(axis=1) if len(chosen) else np.zeros(len(PARTS), np.float32)
    gaps = [_gap(parts[i]) for i in (0, 2, 3, 5, 6, 7)]
    return np.array(
        [1.0, *best, evidence.coverage, np.log1p(evidence.words), evidence.no_entry, *gaps], dtype=np.float64
    )


def _gap(scores: Floats) -> float:
    if len(scores) < 2:
        return 0.0
    top = np.partition(scores, -2)[-2:]
    return float(top.max() - top.min())


def best_of(rows: Sequence[Floats]) -> Floats:
    """Entry-wise maximum of several (parts, entries) arrays."""
    best: Floats = np.maximum.reduce(list(rows))
    return best
