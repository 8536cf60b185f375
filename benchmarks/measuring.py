"""What the search benchmarks share: the questions to ask, samples of them, hits and bootstrap intervals.

Samples follow a hash of the question, so that two runs and two systems are asked the same.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from faq_index.entries import Faq
from faq_index.evaluate import Labelled, read_set

DRAWS = 2000


def own_tests(faq: Faq) -> list[Labelled]:
    return [Labelled(text, (entry.id,), "answerable") for entry in faq.entries for text in entry.tests]


def asked_of(faq: Faq, file: Path | None, sample: int | None = None) -> list[Labelled]:
    """Answerable questions of `file`, or the entries' own tests; at most `sample` of them."""
    every = read_set(file) if file else own_tests(faq)
    return sampled([q for q in every if q.kind == "answerable"], sample)


def sampled(asked: Sequence[Labelled], most: int | None) -> list[Labelled]:
    ordered = sorted(asked, key=lambda q: hashlib.sha256(q.query.encode("utf-8", "replace")).digest())
    return ordered[:most] if most else list(asked)


def interval(flags: NDArray[np.bool_]) -> tuple[float, float, float]:
    """(share, lower, upper end of the 95 % interval) by bootstrap over the questions; NaN without any."""
    if not len(flags):
        return (float("nan"),) * 3
    draws = flags[_drawn(len(flags))].mean(axis=1)
    low, high = np.percentile(draws, [2.5, 97.5])
    return float(flags.mean()), float(low), float(high)


def ratio(flags: NDArray[np.bool_], base: NDArray[np.bool_]) -> tuple[float, float, float]:
    """Share of `flags` over that of `base`, with its interval: both are drawn with the same questions."""
    rows = _drawn(len(flags))
    above, below = flags[rows].mean(axis=1), base[rows].mean(axis=1)
    low, high = np.percentile(above / np.where(below > 0, below, np.nan), [2.5, 97.5])
    return float(flags.mean() / base.mean()), float(low), float(high)


def shown(values: tuple[float, float, float], digits: int = 3) -> str:
    share, low, high = values
    return f"{share:.{digits}f} [{low:.{digits}f}, {high:.{digits}f}]"


def _drawn(size: int) -> NDArray[np.int64]:
    return np.random.default_rng(0).integers(0, size, (DRAWS, size))
