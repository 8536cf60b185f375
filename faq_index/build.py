"""Faq -> Generation: normalise, vectorise, embed, learn the per-entry classifiers. Deterministic, writes nothing.

What the generation before it has for the same questions is taken over; the result is the same without it.
"""

import functools
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from faq_index import classifier
from faq_index.dense import DenseIndex
from faq_index.embedder import Embedder
from faq_index.entries import Faq, FaqEntry
from faq_index.features import Vectoriser
from faq_index.generation import Generation, recipes, transposed, word_postings
from faq_index.lexical import PerEntry, Postings, telling
from faq_index.text import normalise


@dataclass(frozen=True, slots=True)
class Questions:
    """Distinct questions grouped by entry: the standard one, alternates, then those `learned` from."""

    asked: tuple[str, ...]
    owners: NDArray[np.int32]
    learned: NDArray[np.bool_]  # whether it is one to learn from, be it an editor's as well or not


def build(
    faq: Faq,
    embedder: Embedder,
    step: Callable[[str], None] = lambda _: None,
    previous: Generation | None = None,
) -> Generation:
    """A generation of all entries, those out of date included: the day decides while serving."""
    questions = read_questions(faq)
    owners = questions.owners
    step(f"chuẩn hoá {len(questions.asked)} câu hỏi")
    texts = [_normalised(q) for q in questions.asked]
    answers = [_normalised(whole(e)) for e in faq.entries]
    # How rare a word is follows the questions learned from; without any, all there is.
    weighed = questions.learned if questions.learned.any() else np.ones(len(texts), np.bool_)
    weighing = _digest(sorted(t for t, w in zip(texts, weighed, strict=True) if w))
    vectoriser, every = _vectors(texts, answers, weighed, weighing, previous)
    rows = every[: len(texts)]
    step("mã hoá nghĩa")
    meanings = _meanings(questions.asked, texts, embedder, previous)
    dense = DenseIndex.build(meanings)
    step("học phân biệt các mục")
    always = classifier.sampled(texts, questions.learned)
    lessons = classifier.lessons(meanings, owners, len(faq.entries), always)
    keys = classifier.keys(lessons, owners, texts, weighing)
    learned = classifier.train(rows, owners, lessons, keys, _known(previous, keys, vectoriser))
    now = datetime.now(UTC)
    return Generation(
        # To the millisecond: ids sort by age even where two builds end within one second.
        id=f"{now:%Y%m%dT%H%M%S}{now.microsecond // 1000:03d}-{inputs_digest(faq, embedder.fingerprint)[:8]}",
        created_at=now.isoformat(timespec="milliseconds"),
        digest=faq.digest,
        encoder=embedder.fingerprint,
        entries=faq.entries,
        topics=faq.topics,
        questions=questions.asked,
        owners=owners,
        vectoriser=vectoriser,
        weighing=weighing,
        rows=every,
        nearest=transposed(telling(rows)),
        classifier=Postings(learned.weights),
        intercepts=learned.intercepts,
        lessons=learned.keys,
        directions=classifier.directions(meanings, owners, len(faq.entries)),
        answers=transposed(every[len(texts) :]),
        words=word_postings(
            every,
            np.append(owners, np.arange(len(faq.entries), dtype=np.int32)),
            len(faq.entries),
            vectoriser.word_columns(),
        ),
        meanings=embedder.encode(answers),
        dense=dense,
        per_entry=PerEntry(owners, len(faq.entries)),
    )


def inputs_digest(faq: Faq, encoder: str) -> str:
    """Same files, code recipes and encoder give the same digest, so that nothing is built twice."""
    return hashlib.sha256(json.dumps([faq.digest, recipes(encoder)], sort_keys=True).encode()).hexdigest()


@functools.lru_cache(maxsize=60_000)
def _normalised(question: str) -> str:
    """Remembered, as the features are: an edit leaves nearly all questions as they were."""
    return normalise(question)


def remember(generation: Generation) -> None:
    """Do now what the first build after a start would do first: three seconds that no editor then waits for."""
    import sklearn.svm  # noqa: F401, PLC0415  # a second to import, needed while building only

    for question in generation.questions:
        _normalised(question)
    for entry in generation.entries:
        _normalised(whole(entry))


def _digest(texts: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


def whole(entry: FaqEntry) -> str:
    """All that citizens may read of an entry, as one text."""
    return " ".join((entry.question, entry.answer, *entry.steps, entry.spoken))


def differing(before: Generation, after: Generation) -> frozenset[str]:
    """Ids of the entries of `after` that read otherwise, or are told apart otherwise, than in `before`."""
    known = {e.id: (replace(e, line=0), key) for e, key in zip(before.entries, before.lessons, strict=True)}
    return frozenset(
        e.id
        for e, key in zip(after.entries, after.lessons, strict=True)
        if known.get(e.id) != (replace(e, line=0), key)
    )


def read_questions(faq: Faq) -> Questions:
    asked: list[str] = []
    owners: list[int] = []
    learned: list[bool] = []
    for number, entry in enumerate(faq.entries):
        further = set(faq.training.get(entry.id, ()))
        questions = dict.fromkeys((entry.question, *entry.alternates, *faq.training.get(entry.id, ())))
        asked += questions
        owners += [number] * len(questions)
        learned += [q in further for q in questions]
    return Questions(tuple(asked), np.array(owners, dtype=np.int32), np.array(learned, dtype=np.bool_))


def _vectors(
    texts: Sequence[str],
    answers: Sequence[str],
    weighed: NDArray[np.bool_],
    weighing: str,
    previous: Generation | None,
) -> tuple[Vectoriser, sp.csr_matrix]:
    """The vocabulary and a unit row for each text and each answer."""
    if previous is None or previous.weighing != weighing:
        return Vectoriser.fit([*texts, *answers], np.append(weighed, np.zeros(len(answers), np.bool_)))
    before = [*map(_normalised, previous.questions), *(_normalised(whole(e)) for e in previous.entries)]
    places = {text: i for i, text in enumerate(before)}
    return previous.vectoriser.refit([*texts, *answers], int(weighed.sum()), previous.rows, places)


def _meanings(
    asked: Sequence[str], texts: Sequence[str], embedder: Embedder, previous: Generation | None
) -> NDArray[np.float32]:
    """(questions, dimension). Only questions that the generation before did not have are encoded."""
    if previous is None or previous.encoder != embedder.fingerprint:
        return embedder.encode(texts)
    places = {question: i for i, question in enumerate(previous.questions)}
    fresh = [i for i, question in enumerate(asked) if question not in places]
    vectors = previous.dense.vectors()[[places.get(question, 0) for question in asked]]
    if fresh:
        vectors[fresh] = embedder.encode([texts[i] for i in fresh])
    return vectors


def _known(
    previous: Generation | None, keys: Sequence[str], vectoriser: Vectoriser
) -> Mapping[str, classifier.Column]:
    """Classifiers of the generation before that were learned from the same, by their key."""
    wanted = set(keys)
    if previous is None or not wanted & set(previous.lessons):
        return {}
    columns = vectoriser.columns_of(previous.vectoriser.names())
    weights = previous.classifier.matrix().tocsc()
    found = {}
    for entry, key in enumerate(previous.lessons):
        if key in wanted:
            part = slice(weights.indptr[entry], weights.indptr[entry + 1])
            # Every feature is still there: all questions that it was learned from are.
            features = columns[weights.indices[part]]
            found[key] = classifier.Column(features, weights.data[part], float(previous.intercepts[entry]))
    return found
