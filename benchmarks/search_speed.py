"""Speed of the search in one process: time per query, queries per second, build, load, start, memory.

    PYTHONPATH=. .venv/bin/python benchmarks/search_speed.py [--set FILE] [--repeat N]

Questions are the entries' own tests (or those of FILE), so nothing is answered from a cache. The peer measured in
the same run is scikit-learn's TF-IDF over character n-grams with a plain product: the least a search can do. Last come the
strange texts of the tests, the longest that a query may be among them: the worst should stay under WORST_AIM milliseconds of
processor time, which a busy machine does not blur.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer

from faq_index.build import build
from faq_index.embedder import load_embedder
from faq_index.entries import Faq
from faq_index.evaluate import read_set
from faq_index.searcher import FaqSearcher, load_models
from faq_index.settings import Settings, today
from faq_index.source import load_faq
from faq_index.store import Store
from faq_index.text import segment
from tests.faq_index.strange_texts import ACCEPTED

WORST_AIM = 50  # ms
TIMES = 5  # of each strange text; the median counts


def timed(ask: Callable[[str], object], queries: Sequence[str]) -> NDArray[np.float64]:
    """Milliseconds per query."""
    times = []
    for query in queries:
        started = time.perf_counter()
        ask(query)
        times.append((time.perf_counter() - started) * 1000)
    return np.array(times)


def edited(faq: Faq) -> Faq:
    """As an editor leaves it who adds one question to the first entry."""
    first, *others = faq.entries
    further = replace(first, alternates=(*first.alternates, "câu hỏi vừa thêm vào mục đầu tiên"))
    return replace(faq, entries=(further, *others))


def strange(ask: Callable[[str], object]) -> list[tuple[float, str]]:
    """(median milliseconds of the processor, name) of every strange text, the slowest first."""
    found = []
    for name, text in ACCEPTED.items():
        times = []
        for _ in range(TIMES):
            started = time.process_time()
            ask(text)
            times.append((time.process_time() - started) * 1000)
        found.append((float(np.median(times)), name))
    return sorted(found, reverse=True)


def peer(questions: Sequence[str]) -> Callable[[str], object]:
    vectoriser = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True)
    rows = vectoriser.fit_transform(questions)
    return lambda query: (rows @ vectoriser.transform([query]).T).toarray().argmax()


def start_time() -> float:
    """Seconds from starting the server to its first healthy answer, with an index at hand."""
    code = (
        "import time; t = time.perf_counter()\n"
        "from faq_index.live import Live; from faq_index.settings import Settings\n"
        "import faq_index.server\n"
        "live = Live(Settings()); live.start(); assert live.status.searcher, live.status.error\n"
        "print(time.perf_counter() - t)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env=os.environ
    )
    return float(done.stdout) if done.returncode == 0 else float("nan")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", type=Path)
    parser.add_argument("--repeat", type=int, default=1)
    args = parser.parse_args()
    settings = Settings()
    segment("khởi động")
    faq = load_faq(settings.files(), today())
    embedder = load_embedder(settings.model, settings.model_prompt)

    started = time.perf_counter()
    generation = build(faq, embedder)
    build_times = [time.perf_counter() - started]
    started = time.perf_counter()
    build(edited(faq), embedder, previous=generation)
    build_times.append(time.perf_counter() - started)
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        started = time.perf_counter()
        store.write(generation)
        written = time.perf_counter() - started
        started = time.perf_counter()
        store.load(generation.id, embedder.fingerprint)
        loaded = time.perf_counter() - started

    searcher = FaqSearcher(generation, load_models(embedder, settings.decision, settings.kinds))
    queries = [a.query for a in read_set(args.set)] if args.set else [t for e in faq.entries for t in e.tests]
    queries = queries * args.repeat
    timed(lambda q: searcher.search(q, today()), queries[:50])
    ours = timed(lambda q: searcher.search(q, today()), queries)
    theirs = timed(peer(generation.questions), queries)

    print(
        f"{len(faq.entries)} entries, {len(generation.questions)} indexed questions, {len(queries)} queries"
    )
    print(f"{'':28}{'p50 ms':>9}{'p95 ms':>9}{'per s':>9}")
    for name, times in (("search, with decision", ours), ("scikit-learn char TF-IDF", theirs)):
        p50, p95 = np.percentile(times, [50, 95])
        print(f"{name:28}{p50:9.2f}{p95:9.2f}{1000 / times.mean():9.0f}")
    print(f"ratio of medians: {np.median(ours) / np.median(theirs):.2f}")
    slowest = strange(lambda q: searcher.search(q, today()))
    kept = "kept" if slowest[0][0] <= WORST_AIM else "missed"
    print(f"strange texts, slowest of {len(slowest)} (aim {WORST_AIM} ms {kept}):")
    for ms, name in slowest[:5]:
        print(f"  {ms:8.2f} processor ms  {name}")
    print(
        f"build: first {build_times[0]:.1f} s, after an edit {build_times[1]:.1f} s; write {written:.2f} s, load {loaded:.2f} s"
    )
    print(f"start to live: {start_time():.1f} s (nan: no promoted index)")
    print(f"peak memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


if __name__ == "__main__":
    main()
