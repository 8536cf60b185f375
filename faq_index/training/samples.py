"""Honest samples for the decision model: every question is scored by an index that has not seen it.

What is asked are the entries' own tests, which neither the index nor the encoder ever sees. In each fold some
entries are taken away whole, and their tests become what they would be then: questions no entry answers.
"""

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from tqdm import tqdm  # type: ignore[import-untyped]  # has no stubs

from faq_index.build import build
from faq_index.decide import DecisionModel, Thresholds, Weights
from faq_index.embedder import Embedder
from faq_index.entries import Faq
from faq_index.evidence import (
    CANDIDATE_FEATURES,
    QUERY_FEATURES,
    candidate_features,
    candidates,
    query_features,
)
from faq_index.kinds import Kinds, LogOdds, kind_features
from faq_index.searcher import FaqSearcher, Models
from faq_index.text import normalise

FOLDS = 3
REMOVED = 8  # one entry in REMOVED is taken away in each fold
ANSWERABLE, REMOVED_ENTRY, PERSONAL, UNCOVERED, OFFTOPIC = (
    "answerable",
    "removed",
    "personal",
    "uncovered",
    "offtopic",
)


@dataclass(frozen=True, slots=True)
class Question:
    text: str
    kind: str
    entries: tuple[str, ...] = ()  # right answers; empty where none is


@dataclass(frozen=True, slots=True)
class Sample:
    """One scored question. `right` marks the candidates that answer it; `missing`: none of them does though one entry would."""

    question: Question
    ids: tuple[str, ...]
    candidate: NDArray[np.float64]
    query: NDArray[np.float64]
    right: NDArray[np.bool_]
    personal: float

    @property
    def missing(self) -> bool:
        return self.question.kind == ANSWERABLE and not self.right.any()


def learn_kinds(asked: Sequence[str], negatives: Mapping[str, Sequence[str]]) -> Kinds:
    """`asked`: questions entries answer; `negatives`: kind -> questions."""
    personal = list(negatives[PERSONAL])
    nothing = [*negatives[UNCOVERED], *negatives[OFFTOPIC]]
    return Kinds(
        personal=_logistic(personal, [*asked, *nothing]),
        no_entry=_logistic(nothing, [*asked, *personal]),
    )


def _logistic(positive: Sequence[str], negative: Sequence[str]) -> LogOdds:
    features = [kind_features(normalise(t)) for t in (*positive, *negative)]
    vectoriser = DictVectorizer()
    rows = vectoriser.fit_transform([dict.fromkeys(f, 1 / max(len(f), 1) ** 0.5) for f in features])
    labels = np.array([1] * len(positive) + [0] * len(negative))
    model = LogisticRegression(C=3.0, class_weight="balanced", max_iter=400).fit(rows, labels)
    names = vectoriser.get_feature_names_out()
    weights = {str(n): float(w) for n, w in zip(names, model.coef_[0], strict=True) if abs(w) >= 0.1}
    return LogOdds(float(model.intercept_[0]), weights)


def fold_of(text: str) -> int:
    """A question's fold: by hash of its text, so that adding one moves no other."""
    return zlib.crc32(text.encode()) % FOLDS


def collect(faq: Faq, embedder: Embedder, negatives: Mapping[str, Sequence[str]], on: date) -> list[Sample]:
    """Samples of all folds. Takes FOLDS builds and one search per question."""
    samples: list[Sample] = []
    for fold in range(FOLDS):
        samples += _one_fold(faq, embedder, negatives, fold, on)
    return samples


def _one_fold(
    faq: Faq, embedder: Embedder, negatives: Mapping[str, Sequence[str]], fold: int, on: date
) -> Iterator[Sample]:
    removed = {e.id for e in faq.entries if zlib.crc32(e.id.encode()) % REMOVED == fold}
    kept = tuple(e for e in faq.entries if e.id not in removed)
    part = replace(faq, entries=kept, training={k: v for k, v in faq.training.items() if k not in removed})
    learned = {kind: [q for q in questions if fold_of(q) != fold] for kind, questions in negatives.items()}
    asked = [q for e in kept for q in (e.question, *e.alternates, *part.training.get(e.id, ()))]
    searcher = FaqSearcher(build(part, embedder), Models(embedder, _neutral(), learn_kinds(asked, learned)))
    allowed = searcher.answering(on)
    for question in tqdm(
        list(_asked(faq, negatives, fold, removed)), desc=f"chấm điểm, phần {fold + 1}/{FOLDS}"
    ):
        yield score(searcher, question, allowed)


def _asked(
    faq: Faq, negatives: Mapping[str, Sequence[str]], fold: int, removed: set[str]
) -> Iterator[Question]:
    for entry in faq.entries:
        for text in entry.tests:
            if entry.id in removed:
                yield Question(text, REMOVED_ENTRY)
            elif fold_of(text) == fold:
                yield Question(text, ANSWERABLE, (entry.id,))
    for kind, questions in negatives.items():
        for text in questions:
            if fold_of(text) == fold:
                yield Question(text, kind)


def score(searcher: FaqSearcher, question: Question, allowed: NDArray[np.bool_]) -> Sample:
    evidence = searcher.evidence(question.text)
    chosen = candidates(evidence, allowed, lexical_only=False)
    ids = tuple(searcher.generation.entries[i].id for i in chosen)
    return Sample(
        question=question,
        ids=ids,
        candidate=candidate_features(evidence, chosen),
        query=query_features(evidence, chosen),
        right=np.array([i in question.entries for i in ids], dtype=np.bool_),
        personal=evidence.personal,
    )


def _neutral() -> DecisionModel:
    """Not asked for decisions here; the searcher needs one to exist."""
    weights = Weights((0.0,) * len(CANDIDATE_FEATURES), (0.0,) * len(QUERY_FEATURES))
    return DecisionModel(weights, Thresholds(1, 1, 1, 1), lexical_only=False)
