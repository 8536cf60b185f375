"""Faq -> Generation: normalise, vectorise, learn the per-entry classifiers, embed. Deterministic, writes nothing."""

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np

from faq_index import classifier
from faq_index.dense import DenseIndex
from faq_index.embedder import Embedder
from faq_index.entries import Faq, FaqEntry
from faq_index.features import Vectoriser
from faq_index.generation import Generation, recipes, transposed, word_postings
from faq_index.lexical import PerEntry, Postings
from faq_index.text import normalise


def build(faq: Faq, embedder: Embedder, step: Callable[[str], None] = lambda _: None) -> Generation:
    """A generation of all entries, those out of date included: the day decides while serving."""
    questions, owners = _questions(faq)
    step(f"chuẩn hoá {len(questions)} câu hỏi")
    texts = [normalise(q) for q in questions]
    answers = [normalise(whole(e)) for e in faq.entries]
    vectoriser, every = Vectoriser.fit([*texts, *answers])
    rows = every[: len(texts)]
    step("học phân biệt các mục")
    weights, intercepts = classifier.train(rows, owners, len(faq.entries))
    step("mã hoá nghĩa")
    meanings = embedder.encode(texts)
    dense = DenseIndex.build(meanings)
    now = datetime.now(UTC)
    return Generation(
        # To the millisecond: ids sort by age even where two builds end within one second.
        id=f"{now:%Y%m%dT%H%M%S}{now.microsecond // 1000:03d}-{inputs_digest(faq, embedder.fingerprint)[:8]}",
        created_at=now.isoformat(timespec="milliseconds"),
        digest=faq.digest,
        encoder=embedder.fingerprint,
        entries=faq.entries,
        topics=faq.topics,
        questions=tuple(questions),
        owners=owners,
        vectoriser=vectoriser,
        nearest=transposed(rows),
        classifier=Postings(weights),
        intercepts=intercepts,
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


def whole(entry: FaqEntry) -> str:
    """All that citizens may read of an entry, as one text."""
    return " ".join((entry.question, entry.answer, *entry.steps, entry.spoken))


def _questions(faq: Faq) -> tuple[list[str], np.ndarray[tuple[int], np.dtype[np.int32]]]:
    """Distinct questions grouped by entry: the standard one, alternates, then those learned from."""
    questions: list[str] = []
    owners: list[int] = []
    for number, entry in enumerate(faq.entries):
        asked = dict.fromkeys((entry.question, *entry.alternates, *faq.training.get(entry.id, ())))
        questions += asked
        owners += [number] * len(asked)
    return questions, np.array(owners, dtype=np.int32)
