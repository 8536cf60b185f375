"""How the index of vectors grows: recall, time per query, time to build and size at 10^4, 10^5, 10^6 questions.

    PYTHONPATH=. .venv/bin/python benchmarks/search_growth.py [--sizes 10000 100000] [--plot var/growth.svg]

Shows whether the choice in faq_index/dense.py (exact up to EXACT_UP_TO, then inverted lists) is right: at each size all kinds are
built and asked the entries' own tests. Vectors are those of the real questions, each moved by noise of its own, since
random ones are far from each other and harder than anything real. "search" is what a query of ours costs, the spreading over
all questions included; "faiss" is the index alone. One thread, as in the server. 10^6 needs 8 GB and some minutes.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import faiss  # noqa: TID251  # a graph, to compare with, is no part of the search
import numpy as np
from numpy.typing import NDArray

from benchmarks.measuring import own_tests, sampled
from faq_index import dense
from faq_index.build import read_questions
from faq_index.dense import NEIGHBOURS, DenseIndex
from faq_index.embedder import load_embedder, unit_rows
from faq_index.settings import Settings, today
from faq_index.source import load_faq
from faq_index.text import normalise

Vectors = NDArray[np.float32]
TOP = 10
NOISE = 0.5  # length of the noise beside a vector of length 1


@dataclass(frozen=True, slots=True)
class Measured:
    """One kind of index at one size. Milliseconds per query, seconds to build, megabytes on disk (about those in memory)."""

    size: int
    kind: str
    recall: float
    p50: float
    p95: float
    alone: float
    build: float
    megabytes: float


def grown(real: Vectors, size: int, rng: np.random.Generator) -> Vectors:
    """Unit rows of shape (size, dimension): the real ones as far as they go, then moved copies of them."""
    if size <= len(real):
        return real[rng.permutation(len(real))[:size]]
    more = np.empty((size, real.shape[1]), np.float32)
    more[: len(real)] = real
    for start in range(
        len(real), size, 50_000
    ):  # in pieces, for the noise is as large as what it is added to
        part = slice(start, min(start + 50_000, size))
        count = part.stop - part.start
        noise = unit_rows(rng.standard_normal((count, real.shape[1]), dtype=np.float32))
        more[part] = unit_rows(real[rng.integers(0, len(real), count)] + NOISE * noise)
    return more


def exact_scores(vectors: Vectors, queries: Vectors) -> Vectors:
    """The TOP-th best inner product of each query; found scores of at least this are right, whatever their number."""
    best = np.full((len(queries), TOP), -np.inf, np.float32)
    for start in range(0, len(vectors), 50_000):
        found = queries @ vectors[start : start + 50_000].T
        both = np.concatenate([best, found], axis=1)
        best = -np.partition(-both, TOP - 1, axis=1)[:, :TOP]
    return best.min(axis=1)


def built_as(limit: int) -> Callable[[Vectors], DenseIndex]:
    """DenseIndex.build with the choice between its two kinds moved to `limit`."""

    def build(vectors: Vectors) -> DenseIndex:
        before, dense.EXACT_UP_TO = dense.EXACT_UP_TO, limit
        try:
            return DenseIndex.build(vectors)
        finally:
            dense.EXACT_UP_TO = before

    return build


def graph(vectors: Vectors) -> DenseIndex:
    """What dense.py does not use: HNSW, quick to ask and slow to build."""
    index = faiss.IndexHNSWFlat(vectors.shape[1], 32, faiss.METRIC_INNER_PRODUCT)
    index.hnsw.efConstruction = 128
    index.hnsw.efSearch = 256
    index.add(vectors)
    return DenseIndex(index)


KINDS: dict[str, Callable[[Vectors], DenseIndex]] = {
    "exact": built_as(10**9),
    "inverted lists": built_as(0),
    "graph": graph,
}


def measure(kind: str, vectors: Vectors, queries: Vectors, least: Vectors) -> Measured:
    started = time.perf_counter()
    index = KINDS[kind](vectors)
    build = time.perf_counter() - started
    hits, times, alone = 0, [], []
    for query, score in zip(queries, least, strict=True):
        started = time.perf_counter()
        (found,), _ = index.similarities(query[None])
        times.append((time.perf_counter() - started) * 1000)
        top = np.argpartition(-found, TOP - 1)[:TOP]
        # Scores of one vector differ in the last bits by the order in which an index adds them up.
        hits += int((vectors[top] @ query >= score - 1e-5).sum())
        started = time.perf_counter()
        index._index.search(query[None, :], NEIGHBOURS)  # noqa: SLF001  # the index alone, beside what we do with it
        alone.append((time.perf_counter() - started) * 1000)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "index.faiss"
        index.save(path)
        megabytes = path.stat().st_size / 2**20
    p50, p95 = np.percentile(times, [50, 95])
    recall = hits / (TOP * len(queries))
    return Measured(len(vectors), kind, recall, p50, p95, float(np.median(alone)), build, megabytes)


def plot(rows: list[Measured], path: Path) -> None:
    from matplotlib import pyplot as plt  # noqa: PLC0415  # optional, see requirements/benchmarks.in

    figure, axes = plt.subplots(1, 3, figsize=(11, 3.2), layout="constrained")
    for kind in KINDS:
        own = [r for r in rows if r.kind == kind]
        for axis, values in zip(axes, ([r.p50 for r in own], [r.build for r in own], [r.recall for r in own]), strict=True):  # fmt: skip
            axis.plot([r.size for r in own], values, marker="o", label=kind)
    for axis, title in zip(axes, ("ms per query, median", "seconds to build", f"recall@{TOP}"), strict=True):
        axis.set(xscale="log", xlabel="questions", title=title)
    axes[0].set_yscale("log")
    axes[1].set_yscale("log")
    for axis in axes[:2]:
        axis.axvline(dense.EXACT_UP_TO, color="grey", linestyle=":")
    axes[0].legend()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path)
    print(f"plot: {path}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="*", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--kinds", nargs="*", choices=list(KINDS), default=list(KINDS))
    parser.add_argument("--plot", type=Path)
    args = parser.parse_args()
    settings = Settings()
    faq = load_faq(settings.files(), today())
    embedder = load_embedder(settings.model, settings.model_prompt)
    real = embedder.encode([normalise(q) for q in read_questions(faq).asked])
    queries = embedder.encode([normalise(q.query) for q in sampled(own_tests(faq), args.queries)])
    print(
        f"{len(real)} real questions, dimension {real.shape[1]}, {len(queries)} queries; chosen: exact up to {dense.EXACT_UP_TO:,}"
    )
    print(
        f"{'questions':>10} {'kind':16}{'recall@10':>10}{'search p50':>12}{'p95 ms':>9}{'faiss p50':>11}{'build s':>9}{'MB':>8}",
        flush=True,
    )
    rows = []
    for size in args.sizes:
        vectors = grown(real, size, np.random.default_rng(0))
        least = exact_scores(vectors, queries)
        for kind in args.kinds:
            row = measure(kind, vectors, queries, least)
            rows.append(row)
            chosen = "*" if kind == ("exact" if size <= dense.EXACT_UP_TO else "inverted lists") else ""
            print(
                f"{size:10,} {kind + chosen:16}{row.recall:10.3f}{row.p50:12.2f}{row.p95:9.2f}{row.alone:11.2f}{row.build:9.1f}{row.megabytes:8.0f}",
                flush=True,
            )
    if args.plot:
        try:
            plot(rows, args.plot)
        except ImportError as error:
            print(f"no plot ({error}); pip install matplotlib")


if __name__ == "__main__":
    main()
