"""Quality and time of the search beside peers on the same questions in one run, with bootstrap intervals.

    PYTHONPATH=. .venv/bin/python benchmarks/search_quality.py [--set FILE] [--sample N] [--only NAME ...]

Every system gets the same indexed questions and answers by the entry of its best ones; a peer is given the better of
two ways to get from questions to an entry, the best question or the mean of the best five, chosen by its hit@1 on these very
questions. Asked are the entries' own tests, which no system has indexed, or FILE in the format of `python -m faq_index
evaluate`. Ratios are to this search, drawn with the same questions.

Peers are optional. To have all of them without touching the project's own environment:

    .venv/bin/python -m venv var/bench
    .venv/bin/python -c 'import site; print(site.getsitepackages()[0])' > var/bench/lib/python3.11/site-packages/project.pth
    var/bench/bin/python -m pip install -r requirements/benchmarks.in
    PYTHONPATH=. var/bench/bin/python benchmarks/search_quality.py
"""

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.measuring import asked_of, interval, ratio, shown
from benchmarks.peers import PEERS, Scores
from faq_index.build import build
from faq_index.embedder import load_embedder
from faq_index.evaluate import Labelled
from faq_index.lexical import PerEntry
from faq_index.searcher import FaqSearcher, load_models
from faq_index.settings import Settings, today
from faq_index.source import load_faq


@dataclass(frozen=True, slots=True)
class Found:
    """One system on all questions: right first, right among three, milliseconds each; how it was read."""

    first: NDArray[np.bool_]
    third: NDArray[np.bool_]
    ms: NDArray[np.float64]
    read: str = ""


def of_ours(searcher: FaqSearcher, asked: Sequence[Labelled]) -> Found:
    first, third, times = [], [], []
    for question in asked:
        started = time.perf_counter()
        ranking = searcher.rank(question.query, today())
        times.append((time.perf_counter() - started) * 1000)
        first.append(ranking[:1] in [(e,) for e in question.expect])
        third.append(any(i in question.expect for i in ranking[:3]))
    return Found(np.array(first), np.array(third), np.array(times))


def of_peer(scores: Scores, per_entry: PerEntry, ids: Sequence[str], asked: Sequence[Labelled]) -> Found:
    hits: list[list[tuple[bool, bool]]] = [[], []]
    times = []
    for question in asked:
        started = time.perf_counter()
        means, best = per_entry.sums(np.asarray(scores(question.query), np.float32))
        times.append((time.perf_counter() - started) * 1000)
        for way, values in enumerate((means, best)):
            three = [ids[i] for i in np.argsort(-values, kind="stable")[:3]]
            hits[way].append((three[0] in question.expect, any(i in question.expect for i in three)))
    ways = [np.array(h) for h in hits]
    better = max((0, 1), key=lambda way: float(ways[way][:, 0].mean()))
    read = ("mean of five", "best")[better]
    return Found(ways[better][:, 0], ways[better][:, 1], np.array(times), read)


def row(name: str, found: Found, base: Found) -> str:
    quality = f"{shown(interval(found.first)):>22}{shown(interval(found.third)):>22}"
    if found is base:
        return f"{name:26}{quality}{'1':>22}{np.median(found.ms):9.2f}{'1':>8}"
    times = np.median(found.ms) / np.median(base.ms)
    return f"{name:26}{quality}{shown(ratio(found.first, base.first), 2):>22}{np.median(found.ms):9.2f}{times:8.2f}  {found.read}"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--set", type=Path)
    parser.add_argument("--sample", type=int, help="ask only so many questions, chosen by hash")
    parser.add_argument("--only", nargs="*", choices=list(PEERS), default=list(PEERS), metavar="NAME")
    args = parser.parse_args()
    settings = Settings()
    faq = load_faq(settings.files(), today())
    embedder = load_embedder(settings.model, settings.model_prompt)
    generation = build(faq, embedder)
    searcher = FaqSearcher(generation, load_models(embedder, settings.decision, settings.kinds))
    asked = asked_of(faq, args.set, args.sample)
    ids = [e.id for e in faq.entries]
    print(
        f"{len(asked)} questions asked, {len(generation.questions)} indexed, {len(ids)} entries", flush=True
    )
    print(
        f"{'':26}{'hit@1':>22}{'hit@3':>22}{'hit@1, x ours':>22}{'median ms':>9}{'x ours':>8}  entry by",
        flush=True,
    )
    base = of_ours(searcher, asked)
    print(row("this search", base, base), flush=True)
    for name in args.only:
        make, package = PEERS[name]
        try:
            scores = make(generation.questions, embedder)
        except ImportError as error:
            print(f"{name:26}left out ({error}); pip install {package}", flush=True)
            continue
        print(row(name, of_peer(scores, generation.per_entry, ids, asked), base), flush=True)


if __name__ == "__main__":
    main()
