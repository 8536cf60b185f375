"""Quality of the search beside peers on the same questions in one run, with bootstrap intervals.

    PYTHONPATH=. .venv/bin/python benchmarks/search_quality.py [--set FILE]

Every system gets the same indexed questions and answers by the entry of its best ones. Peers that are not
installed (bm25s, rank_bm25, rapidfuzz) are named and left out. Questions: the entries' own tests, which no system
has seen, or FILE in the format of `python -m faq_index evaluate`.
"""

import argparse
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer

from faq_index.build import build
from faq_index.embedder import Embedder, load_embedder
from faq_index.evaluate import Labelled, read_set
from faq_index.lexical import PerEntry
from faq_index.searcher import FaqSearcher, load_models
from faq_index.settings import Settings, today
from faq_index.source import load_faq
from faq_index.syllables import fold
from faq_index.text import normalise

Scores = Callable[[str], NDArray[Any]]


def sklearn_tfidf(questions: Sequence[str]) -> Scores:
    vectoriser = TfidfVectorizer(
        analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True, strip_accents="unicode"
    )
    rows = vectoriser.fit_transform(questions)
    return lambda query: (rows @ vectoriser.transform([query]).T).toarray().ravel()


def rank_bm25(questions: Sequence[str]) -> Scores:
    from rank_bm25 import BM25Okapi  # noqa: PLC0415  # a peer that may be missing

    index = BM25Okapi([fold(q.lower()).split() for q in questions])
    return lambda query: index.get_scores(fold(query.lower()).split())


def bm25s(questions: Sequence[str]) -> Scores:
    import bm25s as library  # noqa: PLC0415  # a peer that may be missing

    index = library.BM25()
    index.index(
        library.tokenize([fold(q.lower()) for q in questions], stopwords=None, show_progress=False),
        show_progress=False,
    )
    return lambda query: index.get_scores(fold(query.lower()).split())


def rapidfuzz(questions: Sequence[str]) -> Scores:
    from rapidfuzz import fuzz, process  # noqa: PLC0415  # a peer that may be missing

    plain = [fold(q.lower()) for q in questions]
    return lambda query: process.cdist([fold(query.lower())], plain, scorer=fuzz.token_set_ratio)[0]


def encoder_only(questions: Sequence[str], embedder: Embedder) -> Scores:
    rows = embedder.encode([normalise(q) for q in questions])
    return lambda query: rows @ embedder.encode([normalise(query)])[0]


def ranked(scores: Scores, per_entry: PerEntry, ids: list[str]) -> Callable[[str], list[str]]:
    def rank(query: str) -> list[str]:
        means, _ = per_entry.sums(np.asarray(scores(query), np.float32))
        return [ids[i] for i in np.argsort(-means)[:3]]

    return rank


def measure(
    rank: Callable[[str], list[str]], asked: list[Labelled]
) -> tuple[NDArray[Any], NDArray[Any], float]:
    first, third = [], []
    started = time.perf_counter()
    for question in asked:
        found = rank(question.query)
        first.append(bool(found) and found[0] in question.expect)
        third.append(any(i in question.expect for i in found[:3]))
    return np.array(first), np.array(third), (time.perf_counter() - started) * 1000 / len(asked)


def interval(flags: NDArray[Any], rng: np.random.Generator) -> str:
    draws = flags[rng.integers(0, len(flags), (1000, len(flags)))].mean(axis=1)
    low, high = np.percentile(draws, [2.5, 97.5])
    return f"{flags.mean():.3f} [{low:.3f}, {high:.3f}]"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", type=Path)
    args = parser.parse_args()
    settings = Settings()
    faq = load_faq(settings.files(), today())
    embedder = load_embedder(settings.model, settings.model_prompt)
    generation = build(faq, embedder)
    searcher = FaqSearcher(generation, load_models(embedder, settings.decision, settings.kinds))
    if args.set:
        asked = [a for a in read_set(args.set) if a.kind == "answerable"]
    else:
        asked = [Labelled(t, (e.id,), "answerable") for e in faq.entries for t in e.tests]
    ids = [e.id for e in faq.entries]
    systems: dict[str, Callable[[str], list[str]]] = {
        "this search": lambda q: list(searcher.rank(q, today()))
    }
    peers = {
        "its encoder alone": lambda q: encoder_only(q, embedder), "scikit-learn char TF-IDF": sklearn_tfidf,
        "rank_bm25": rank_bm25, "bm25s": bm25s, "rapidfuzz token set": rapidfuzz,
    }  # fmt: skip
    for name, make in peers.items():
        try:
            systems[name] = ranked(make(generation.questions), generation.per_entry, ids)
        except ImportError as error:
            print(f"{name}: left out, {error}")
    rng = np.random.default_rng(0)
    base = None
    print(
        f"{len(asked)} questions, {len(generation.questions)} indexed\n{'':26}{'hit@1':>22}{'hit@3':>24}{'ms':>8}{'x ours':>8}"
    )
    for name, rank in systems.items():
        first, third, ms = measure(rank, asked)
        base = base or ms
        print(f"{name:26}{interval(first, rng):>22}{interval(third, rng):>24}{ms:8.2f}{ms / base:8.2f}")


if __name__ == "__main__":
    main()
