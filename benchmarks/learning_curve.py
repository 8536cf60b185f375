"""What questions of writers never seen say: each batch left out once, and hit@1 against the number of batches indexed.

    PYTHONPATH=. .venv/bin/python benchmarks/learning_curve.py [--quick] [--plot var/curve.svg]

Two readings. "words": the hashing twin and the decision weights without meaning; nothing of it has learned from the batch left
out but the decision weights, which are fitted on the entries' own tests. "encoder": FAQ_MODEL with its weights; the shipped
encoder was trained on all batches, so that what it shows is too good, and only the difference from index to index tells.

Left out is a batch from the index, asked are its questions; those that stand letter for letter in another batch or among the
editors' questions are not asked. --quick takes part of the entries, batches and questions: fewer entries are an easier task,
its figures are no measure of the search. The full run builds an index twice for every batch and step.
"""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.measuring import interval, own_tests, sampled, shown
from faq_index.build import build
from faq_index.embedder import Embedder, HashEmbedder, load_embedder
from faq_index.entries import Faq
from faq_index.evaluate import Labelled
from faq_index.searcher import FaqSearcher, load_models
from faq_index.settings import Settings, today
from faq_index.source import load_faq, read_batches

Batches = Mapping[str, Mapping[str, tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class Point:
    """Hits of one index: `held` on a batch that it lacks, `tests` on the entries' own tests."""

    reading: str
    batches: int
    held: NDArray[np.bool_]
    tests: NDArray[np.bool_]


def with_batches(faq: Faq, batches: Batches, names: Sequence[str]) -> Faq:
    """The FAQ that has learned from these batches only, in the order they were written."""
    training: dict[str, tuple[str, ...]] = {}
    for name in names:
        for entry_id, questions in batches[name].items():
            training[entry_id] = (*training.get(entry_id, ()), *questions)
    known = {e.id for e in faq.entries}
    return replace(faq, training={k: v for k, v in training.items() if k in known})


def never_indexed(faq: Faq, batches: Batches, name: str) -> list[Labelled]:
    """Questions of a batch that neither another batch nor an editor has word for word."""
    others = with_batches(faq, batches, [n for n in batches if n != name])
    indexed = {q for e in faq.entries for q in (e.question, *e.alternates, *others.training.get(e.id, ()))}
    known = {e.id for e in faq.entries}
    return [
        Labelled(question, (entry_id,), "answerable", name)
        for entry_id, questions in batches[name].items()
        if entry_id in known
        for question in dict.fromkeys(questions)
        if question not in indexed
    ]


def hits(searcher: FaqSearcher, asked: Sequence[Labelled], top: int = 1) -> NDArray[np.bool_]:
    found = [searcher.rank(q.query, today())[:top] for q in asked]
    flags = [any(i in q.expect for i in f) for q, f in zip(asked, found, strict=True)]
    return np.array(flags, dtype=np.bool_)


def searcher_of(faq: Faq, embedder: Embedder, settings: Settings) -> FaqSearcher:
    return FaqSearcher(build(faq, embedder), load_models(embedder, settings.decision, settings.kinds))


def steps(most: int) -> list[int]:
    """0, 1, 3, 7 ... and `most`."""
    found, step = [], 0
    while step < most:
        found.append(step)
        step = 2 * step + 1
    return [*found, most]


def leave_one_out(
    faq: Faq,
    batches: Batches,
    readings: Mapping[str, Embedder],
    settings: Settings,
    chosen: Sequence[str],
    most: int | None,
) -> None:
    print(f"{'batch left out':34}{'asked':>6}" + "".join(f"{r + ' hit@1':>24}{'hit@3':>8}" for r in readings))
    pooled: dict[str, list[NDArray[np.bool_]]] = {r: [] for r in readings}
    for name in chosen:
        asked = sampled(never_indexed(faq, batches, name), most)
        if not asked:
            print(f"{name:34}{0:6}  all its questions stand elsewhere, or of entries left aside")
            continue
        rest = with_batches(faq, batches, [n for n in batches if n != name])
        cells = ""
        for reading, embedder in readings.items():
            searcher = searcher_of(rest, embedder, settings)
            first = hits(searcher, asked)
            pooled[reading].append(first)
            cells += f"{shown(interval(first)):>24}{hits(searcher, asked, 3).mean():8.3f}"
        print(f"{name:34}{len(asked):6}{cells}", flush=True)
    together = {r: np.concatenate(parts) for r, parts in pooled.items() if parts}
    cells = "".join(f"{shown(interval(flags)):>24}{'':8}" for flags in together.values())
    print(f"{'all of them':34}{max(map(len, together.values()), default=0):6}{cells}\n", flush=True)


def curve(
    faq: Faq,
    batches: Batches,
    readings: Mapping[str, Embedder],
    settings: Settings,
    held: str,
    most: int | None,
) -> list[Point]:
    asked = sampled(never_indexed(faq, batches, held), most)
    tests = sampled(own_tests(faq), most)
    others = [n for n in batches if n != held]
    print(f"held out: {held} ({len(asked)} questions); own tests: {len(tests)}")
    print(f"{'batches':>8}{'questions':>10} {'reading':10}{'held-out hit@1':>24}{'own tests hit@1':>24}")
    points = []
    for step in steps(len(others)):
        part = with_batches(faq, batches, others[:step])
        for reading, embedder in readings.items():
            searcher = searcher_of(part, embedder, settings)
            point = Point(reading, step, hits(searcher, asked), hits(searcher, tests))
            points.append(point)
            size = len(searcher.generation.questions)
            print(
                f"{step:8}{size:10} {reading:10}{shown(interval(point.held)):>24}{shown(interval(point.tests)):>24}",
                flush=True,
            )
    return points


def plot(points: Sequence[Point], path: Path) -> None:
    from matplotlib import pyplot as plt  # noqa: PLC0415  # optional, see requirements/benchmarks.in

    figure, axis = plt.subplots(figsize=(7, 4), layout="constrained")
    for reading in dict.fromkeys(p.reading for p in points):
        for what, style in (("held", "-"), ("tests", "--")):
            own = [p for p in points if p.reading == reading]
            ends = [interval(getattr(p, what)) for p in own]
            name = "a writer never indexed" if what == "held" else "the entries' own tests"
            (line,) = axis.plot(
                [p.batches for p in own], [e[0] for e in ends], style, marker="o", label=f"{reading}: {name}"
            )
            axis.fill_between(
                [p.batches for p in own],
                [e[1] for e in ends],
                [e[2] for e in ends],
                alpha=0.12,
                color=line.get_color(),
            )
    axis.set(xlabel="batches indexed", ylabel="hit@1", title="hit@1 against batches of questions")
    axis.legend(loc="lower right")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path)
    print(f"plot: {path}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--quick", action="store_true", help="40 entries, 3 batches left out, 100 questions of each"
    )
    parser.add_argument("--entries", type=int, help="only the first so many entries")
    parser.add_argument("--batches", type=int, help="leave out only so many batches, the largest")
    parser.add_argument("--questions", type=int, help="ask only so many questions of each batch")
    parser.add_argument("--held", help="batch held out for the curve; default: the one over most entries")
    parser.add_argument("--words-only", action="store_true", help="without the encoder's reading")
    parser.add_argument("--plot", type=Path)
    args = parser.parse_args()
    most = args.questions or (100 if args.quick else None)
    settings = Settings()
    faq = load_faq(settings.files(), today())
    kept = args.entries or (40 if args.quick else len(faq.entries))
    faq = replace(faq, entries=faq.entries[:kept])
    batches = read_batches(settings.training)
    held = args.held or max(reversed(list(batches)), key=lambda name: len(batches[name]))
    if held not in batches:
        parser.error(f"no batch '{held}'; there are {', '.join(batches)}")
    sizes = {name: len(never_indexed(faq, batches, name)) for name in batches}
    largest = sorted(batches, key=lambda name: -sizes[name])[
        : args.batches or (3 if args.quick else len(batches))
    ]
    readings: dict[str, Embedder] = {"words": HashEmbedder()}
    if not args.words_only:
        readings["encoder"] = load_embedder(settings.model, settings.model_prompt)
    print(f"{len(faq.entries)} entries, {len(batches)} batches, {sum(sizes.values())} questions of their own")
    leave_one_out(faq, batches, readings, settings, [n for n in batches if n in largest], most)
    points = curve(faq, batches, readings, settings, held, most)
    if args.plot:
        try:
            plot(points, args.plot)
        except ImportError as error:
            print(f"no plot ({error}); pip install matplotlib")


if __name__ == "__main__":
    main()
