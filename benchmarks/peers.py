"""Other ways to search the same questions, each behind one function: text -> score of every indexed question.

Imports a peer only when it is asked for, so that one that is missing is left out and the others still run. Pure word
matchers get lower-case text without diacritics, which is kinder to them than their own tokenizers; those with an encoder get
ours, over text normalised as ours is.
"""

import os
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer

from faq_index.embedder import Embedder
from faq_index.syllables import fold
from faq_index.text import normalise

Scores = Callable[[str], NDArray[np.float32]]
DEEP = 100  # questions that the hybrids fetch from each of their two halves


def sklearn_tfidf(questions: Sequence[str], _: Embedder) -> Scores:
    vectoriser = TfidfVectorizer(
        analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True, strip_accents="unicode"
    )
    rows = vectoriser.fit_transform(questions)
    return lambda query: (rows @ vectoriser.transform([query]).T).toarray().ravel()


def rank_bm25(questions: Sequence[str], _: Embedder) -> Scores:
    from rank_bm25 import BM25Okapi  # noqa: PLC0415  # a peer that may be missing

    index = BM25Okapi([plain(q).split() for q in questions])
    return lambda query: index.get_scores(plain(query).split())


def bm25s(questions: Sequence[str], _: Embedder) -> Scores:
    import bm25s as library  # noqa: PLC0415  # a peer that may be missing

    index = library.BM25()
    index.index(
        library.tokenize([plain(q) for q in questions], stopwords=None, show_progress=False),
        show_progress=False,
    )
    known = index.vocab_dict  # it raises for a word that it does not know

    def scores(query: str) -> NDArray[np.float32]:
        words = [w for w in plain(query).split() if w in known]
        return index.get_scores(words) if words else np.zeros(len(questions), np.float32)

    return scores


def rapidfuzz(questions: Sequence[str], _: Embedder) -> Scores:
    from rapidfuzz import fuzz, process  # noqa: PLC0415  # a peer that may be missing

    texts = [plain(q) for q in questions]
    return lambda query: process.cdist([plain(query)], texts, scorer=fuzz.token_set_ratio)[0]


def encoder_only(questions: Sequence[str], embedder: Embedder) -> Scores:
    rows = embedder.encode([normalise(q) for q in questions])
    return lambda query: rows @ embedder.encode([normalise(query)])[0]


def haystack_hybrid(questions: Sequence[str], embedder: Embedder) -> Scores:
    """In-memory BM25 and vectors joined by reciprocal ranks, as one pipeline."""
    os.environ.setdefault("HAYSTACK_TELEMETRY_ENABLED", "False")
    from haystack import Document, Pipeline  # noqa: PLC0415  # a peer that may be missing
    from haystack.components.joiners import DocumentJoiner  # noqa: PLC0415
    from haystack.components.retrievers.in_memory import (  # noqa: PLC0415
        InMemoryBM25Retriever,
        InMemoryEmbeddingRetriever,
    )
    from haystack.document_stores.in_memory import InMemoryDocumentStore  # noqa: PLC0415

    store = InMemoryDocumentStore()
    vectors = embedder.encode([normalise(q) for q in questions])
    store.write_documents(
        [
            Document(id=str(i), content=plain(q), embedding=vector.tolist())
            for i, (q, vector) in enumerate(zip(questions, vectors, strict=True))
        ]
    )
    pipeline = Pipeline()
    pipeline.add_component("words", InMemoryBM25Retriever(store, top_k=DEEP))
    pipeline.add_component("meaning", InMemoryEmbeddingRetriever(store, top_k=DEEP))
    pipeline.add_component("join", DocumentJoiner(join_mode="reciprocal_rank_fusion"))
    pipeline.connect("words.documents", "join.documents")
    pipeline.connect("meaning.documents", "join.documents")

    def scores(query: str) -> NDArray[np.float32]:
        meaning = embedder.encode([normalise(query)])[0].tolist()
        found = pipeline.run({"words": {"query": plain(query)}, "meaning": {"query_embedding": meaning}})
        return spread([(int(d.id), d.score) for d in found["join"]["documents"]], len(questions))

    return scores


def txtai_hybrid(questions: Sequence[str], embedder: Embedder) -> Scores:
    """Its BM25 and vectors with equal weights, which is its default."""
    from txtai import Embeddings  # noqa: PLC0415  # a peer that may be missing

    def encode(texts: Sequence[str]) -> NDArray[np.float32]:
        return embedder.encode(list(texts))

    index = Embeddings(method="external", transform=encode, hybrid=True, content=False)
    index.index((i, normalise(q)) for i, q in enumerate(questions))
    return lambda query: spread(index.search(normalise(query), DEEP), len(questions))


PEERS: dict[str, tuple[Callable[[Sequence[str], Embedder], Scores], str]] = {
    "its encoder alone": (encoder_only, ""),
    "scikit-learn char TF-IDF": (sklearn_tfidf, ""),
    "rank_bm25": (rank_bm25, "rank-bm25"),
    "bm25s": (bm25s, "bm25s"),
    "rapidfuzz token set": (rapidfuzz, "rapidfuzz"),
    "Haystack hybrid": (haystack_hybrid, "haystack-ai"),
    "txtai hybrid": (txtai_hybrid, "txtai"),
}
"""Name -> (how to make it, what to install for it)."""


def plain(text: str) -> str:
    return fold(text.lower())


def spread(found: Sequence[tuple[int, Any]], size: int) -> NDArray[np.float32]:
    """Scores of all questions from those that were found; the others get 0."""
    scores = np.zeros(size, np.float32)
    for number, score in found:
        scores[number] = score
    return scores
