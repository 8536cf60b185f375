"""The statistics of the intents: sparse tf-idf features of a message's tokens and a logistic regression over them.

Knows scikit-learn but not Rasa, so that it can be measured by itself (`bot/nlu_report.py`).
Input is a pair of strings per message: words with diacritics, and the same syllables without.
"""

from collections import Counter
from typing import Any, List, Sequence, Tuple

import numpy as np
from scipy.sparse import hstack
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
        common = {"lowercase": False, "sublinear_tf": True, "dtype": np.float32}
        word = {"token_pattern": r"[^ ]+", **common}
        self._views = [
            (0, TfidfVectorizer(ngram_range=(1, 2), **word)),
            (1, TfidfVectorizer(ngram_range=(1, 3), min_df=2, **word)),
            (1, TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), min_df=2, **common)),
        ]
        self._power = power
        self._model = LogisticRegression(C=c, max_iter=300, tol=1e-2, random_state=1)
        self._asked: Any = None

    def __getstate__(self) -> Any:
        """The archive holds no `_asked`: analysers are closures, and are made again in a moment."""
        return {**self.__dict__, "_asked": None}

    @property
    def intents(self) -> List[str]:
        """Names in the order of `probabilities`."""
        return [str(name) for name in self._model.classes_]

    def fit(self, pairs: Sequence[Pair], intents: Sequence[str]) -> "IntentModel":
        """Learns from as many `pairs` as `intents`.

        :raises ValueError: with fewer than three different intents, for which the model would have another shape.
        """
        if len(set(intents)) < 3:
            raise ValueError("at least three intents are needed")
        parts = [view.fit_transform([framed(pair[side]) for pair in pairs]) for side, view in self._views]
        self._model.class_weight = self._weights(intents)
        self._model.fit(hstack(parts).tocsr(), intents)
        self._asked = None
        return self

    def probabilities(self, pair: Pair) -> Any:
        """Shape (intents,), sum 1. scikit-learn's own way for one short text is mostly overhead, so this is by hand:

        the same counts, weights and norm, and a sum of the few rows that occur.
        """
        scores = self._model.intercept_.astype(np.float64)
        for side, analyse, vocabulary, idf, rows in self._prepared():
            counts = Counter(vocabulary[term] for term in analyse(framed(pair[side])) if term in vocabulary)
            if counts:
                at = np.fromiter(counts, dtype=np.intp)
                weights = (1 + np.log(np.fromiter(counts.values(), dtype=np.float64))) * idf[at]
                scores = scores + (weights / np.sqrt((weights**2).sum())) @ rows[at]
        powers = np.exp(scores - scores.max())
        return powers / powers.sum()

    def _prepared(self) -> Any:
        """Per view: side, analyser, term -> index, idf and coefficients of shape (terms, intents)."""
        if self._asked is None:
            rows = np.ascontiguousarray(self._model.coef_.T)
            self._asked, start = [], 0
            for side, view in self._views:
                end = start + len(view.vocabulary_)
                self._asked.append(
                    (side, view.build_analyzer(), view.vocabulary_, view.idf_, rows[start:end])
                )
                start = end
        return self._asked

    def by_library(self, pairs: Sequence[Pair]) -> Any:
        """Shape (messages, intents): what scikit-learn itself says, for many messages at once and to compare."""
        parts = [view.transform([framed(pair[side]) for pair in pairs]) for side, view in self._views]
        return self._model.predict_proba(hstack(parts).tocsr())

    def _weights(self, intents: Sequence[str]) -> Any:
        names, counts = np.unique(np.asarray(intents), return_counts=True)
        weights = (counts.mean() / counts) ** self._power
        return dict(zip(names.tolist(), weights.tolist(), strict=True))
