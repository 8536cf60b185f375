"""Questions of an entry that lie nearer to another entry's than to any of its own: the editor's choice may be wrong.

By shared words alone, in a second over thousands of questions: a hint for `validate`, never a reason to stop.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import scipy.sparse as sp

from faq_index.entries import FaqEntry
from faq_index.syllables import fold
from faq_index.text import normalise

NEAR = 0.8  # cosine: nearly the same words


@dataclass(frozen=True, slots=True)
class Strayed:
    """Question number `position` among an entry's alternates, and the question of another entry that it is near to."""

    entry_id: str
    position: int
    question: str
    other_id: str
    other: str


def strayed(entries: tuple[FaqEntry, ...]) -> Iterator[Strayed]:
    """Alternates nearer to a question of another entry than to every other question of their own."""
    asked = [
        (number, place, question)
        for number, entry in enumerate(entries)
        for place, question in enumerate((entry.question, *entry.alternates))
    ]
    if len(asked) < 2:
        return
    rows = _rows([_words(question) for _, _, question in asked])
    owners = np.array([number for number, _, _ in asked])
    likeness = (rows @ rows.T).tocsr()
    for i, (number, place, question) in enumerate(asked):
        if place == 0:
            continue
        part = slice(likeness.indptr[i], likeness.indptr[i + 1])
        others, scores = likeness.indices[part], likeness.data[part]
        own = scores[(owners[others] == number) & (others != i)]
        foreign = owners[others] != number
        if not foreign.any():
            continue
        best = int(np.argmax(np.where(foreign, scores, -1)))
        if scores[best] >= NEAR and scores[best] > (own.max() if len(own) else 0):
            there, _, text = asked[others[best]]
            yield Strayed(entries[number].id, place - 1, question, entries[there].id, text)


def _words(question: str) -> list[str]:
    words = fold(normalise(question)).split()
    return [*words, *(f"{a} {b}" for a, b in pairwise(words))]


def _rows(texts: list[list[str]]) -> sp.csr_matrix:
    """Unit rows of TF-IDF, one per text."""
    columns: dict[str, int] = {}
    flat = [columns.setdefault(word, len(columns)) for text in texts for word in text]
    starts = np.concatenate([[0], np.cumsum([len(text) for text in texts])])
    counts = sp.csr_matrix((np.ones(len(flat), np.float32), flat, starts), shape=(len(texts), len(columns)))
    counts.sum_duplicates()
    holders = np.bincount(counts.indices, minlength=len(columns))
    counts.data *= (np.log((1 + len(texts)) / (1 + holders)) + 1).astype(np.float32)[counts.indices]
    lengths = np.sqrt(np.asarray(counts.multiply(counts).sum(axis=1)).ravel())
    counts.data /= np.repeat(np.where(lengths > 0, lengths, 1), np.diff(counts.indptr)).astype(np.float32)
    return counts
