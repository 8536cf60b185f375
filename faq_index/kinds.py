"""Reads from the words alone whether a text asks about one's own file, or about something no entry covers.

Two small logistic models over folded word n-grams, learned from data/training_kinds_vi.yml and the questions of
the entries. Never looks at entries.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from faq_index.errors import ModelError
from faq_index.syllables import fold


def kind_features(normalised: str) -> set[str]:
    """Folded words, pairs and triples; numbers and dates become one token each, since their values say nothing."""
    words = ["#" if any(c.isdigit() for c in w) else w for w in fold(normalised).split()]
    padded = ["<", *words, ">"]
    names = set(words)
    names.update(f"{a} {b}" for a, b in pairwise(padded))
    names.update(f"{a} {b} {c}" for a, b, c in zip(padded, padded[1:], padded[2:], strict=False))
    return names


@dataclass(frozen=True, slots=True)
class LogOdds:
    bias: float
    weights: Mapping[str, float]

    def of(self, features: set[str]) -> float:
        """Log odds; features are divided by the root of their number so that long texts don't shout."""
        total = sum(self.weights.get(name, 0.0) for name in features)
        return self.bias + total / math.sqrt(max(len(features), 1))


@dataclass(frozen=True, slots=True)
class Kinds:
    personal: LogOdds
    no_entry: LogOdds


def load_kinds(path: Path) -> Kinds:
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        parts = {
            k: LogOdds(float(stored[k]["bias"]), dict(stored[k]["weights"])) for k in ("personal", "no_entry")
        }
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(
            f"Không đọc được {path}: {error}; chạy `python -m faq_index train --calibrate-only`."
        ) from error
    return Kinds(**parts)


def save_kinds(path: Path, kinds: Kinds) -> None:
    stored = {
        name: {
            "bias": round(part.bias, 4),
            "weights": {k: round(v, 3) for k, v in sorted(part.weights.items())},
        }
        for name, part in (("personal", kinds.personal), ("no_entry", kinds.no_entry))
    }
    beside = path.with_suffix(".tmp")
    beside.write_text(json.dumps(stored, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    beside.replace(path)
