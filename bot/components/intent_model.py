"""The statistics of the intents: sparse tf-idf features of a message's tokens and a logistic regression over them.

Knows scikit-learn but not Rasa, so that it can be measured by itself (`bot/nlu_report.py`).
Input is a pair of strings per message: words with diacritics, and the same syllables without.
"""

from typing import Any, List, Sequence, Tuple

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

Pair = Tuple[str, str]
_LENGTHS = ((1, "¹"), (2, "²"), (4, "⁴"), (8, "⁸"), (16, "¹⁶"))


def framed(text: str) -> str:
    """`text` between marks for its beginning, end and length: "có" alone is a yes, "có" in a question is not."""
    words = text.split(" ")
    length = next((mark for most, mark in _LENGTHS if len(words) <= most), "∞")
    return f"^ {text} $ {length}"


class IntentModel:
    """Trained once, then asked message by message."""

    def __init__(self, c: float = 20.0, power: float = 0.5) -> None:
        """`c` is the inverse of the regularisation; `power` how far rare intents are weighted up (0 not, 1 fully)."""
        word = {"token_pattern": r"[^ ]+", "lowercase": False, "sublinear_tf": True, "dtype": np.float32}
        letters = {"lowercase": False, "sublinear_tf": True, "dtype": np.float32}
        self._views = [
            (0, TfidfVectorizer(ngram_range=(1, 2), **word)),
            (1, TfidfVectorizer(ngram_range=(1, 3), min_df=2, **word)),
            (1, TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), min_df=2, **letters)),
        ]
        self._power = power
        self._model = LogisticRegression(C=c, max_iter=300, tol=1e-2, random_state=1)

    @property
    def intents(self) -> List[str]:
        """Names in the order of `probabilities`."""
        return [str(name) for name in self._model.classes_]

    def fit(self, pairs: Sequence[Pair], intents: Sequence[str]) -> "IntentModel":
        """Learns from as many `pairs` as `intents`."""
        parts = [view.fit_transform([framed(pair[side]) for pair in pairs]) for side, view in self._views]
        self._model.class_weight = self._weights(intents)
        self._model.fit(hstack(parts).tocsr(), intents)
        return self

    def probabilities(self, pairs: Sequence[Pair]) -> Any:
        """Shape (messages, intents); each row sums to 1."""
        parts = [view.transform([framed(pair[side]) for pair in pairs]) for side, view in self._views]
        return self._model.predict_proba(csr_matrix(hstack(parts)))

    def _weights(self, intents: Sequence[str]) -> Any:
        names, counts = np.unique(np.asarray(intents), return_counts=True)
        weights = (counts.mean() / counts) ** self._power
        return dict(zip(names.tolist(), weights.tolist()))
