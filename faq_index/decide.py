"""From evidence to probabilities and a decision. Weights and thresholds are learned (calibrate.py), never typed in.

The model is a conditional logit: every candidate and "none of them" has a utility, probabilities are their
softmax. Weights are stored per encoder fingerprint; for an encoder never calibrated the weights without the
dense parts are used, so that another model can't turn into confident nonsense.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from faq_index.classifier import CLASSIFIER_RECIPE
from faq_index.entries import Decision, NeedsPerson
from faq_index.errors import ModelError
from faq_index.evidence import (
    CANDIDATE_FEATURES,
    QUERY_FEATURES,
    Evidence,
    candidate_features,
    candidates,
    query_features,
)
from faq_index.features import FEATURE_RECIPE
from faq_index.text import TEXT_RECIPE

LEXICAL_ONLY = "lexical"
RECIPE = f"{TEXT_RECIPE}/{FEATURE_RECIPE}/{CLASSIFIER_RECIPE}/decision-3"
MAX_BUTTONS = 4
SAME = 0.9995  # of the nearest question's score: the query is that question, letter for letter
_NEAREST = CANDIDATE_FEATURES.index("lexical_best")
_CERTAIN = 10.0  # utility above the next best, a probability of nearly 1


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights on raw features: one per CANDIDATE_FEATURES, one per QUERY_FEATURES."""

    candidate: tuple[float, ...]
    query: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Probabilities from which to answer, to offer buttons, to show a hit at all, to call it a personal case."""

    answer: float
    clarify: float
    button: float
    personal: float


@dataclass(frozen=True, slots=True)
class Ranked:
    """Entry numbers best first, their probabilities, and the probability of "none"."""

    entries: NDArray[np.int64]
    probabilities: NDArray[np.float64]
    none: float
    features: NDArray[np.float64]
    query: NDArray[np.float64]
    exact: bool = False  # the query is a question that only the first entry has


@dataclass(frozen=True, slots=True)
class DecisionModel:
    weights: Weights
    thresholds: Thresholds
    lexical_only: bool

    def rank(self, evidence: Evidence, allowed: NDArray[np.bool_]) -> Ranked:
        """Probabilities of the candidates among the `allowed` entries."""
        chosen = candidates(evidence, allowed, lexical_only=self.lexical_only)
        features, query = candidate_features(evidence, chosen), query_features(evidence, chosen)
        utilities = np.append(
            features @ np.array(self.weights.candidate), query @ np.array(self.weights.query)
        )
        # An editor who saves a question must see it answered, whatever was learned from others.
        same = np.flatnonzero(features[:, _NEAREST] >= SAME)
        exact = len(same) == 1 and evidence.coverage >= SAME
        if exact:
            utilities[same[0]] = utilities.max() + _CERTAIN
        odds = np.exp(utilities - utilities.max())
        probabilities = odds / odds.sum()
        order = np.argsort(-probabilities[:-1], kind="stable")
        return Ranked(
            chosen[order], probabilities[:-1][order], float(probabilities[-1]), features[order], query, exact
        )


def decide(
    ranked: Ranked, personal: float, thresholds: Thresholds, needs_person: Sequence[NeedsPerson]
) -> tuple[Decision, str, int]:
    """(decision, reason, number of hits to show). `personal` is a probability; `needs_person` is per entry number."""
    probabilities = ranked.probabilities
    shown = int((probabilities >= thresholds.button).sum())
    if personal >= thresholds.personal and not ranked.exact:
        return Decision.NEEDS_PERSON, "personal_case", min(shown, MAX_BUTTONS)
    top = float(probabilities[0]) if len(probabilities) else 0.0
    if ranked.exact or top >= thresholds.answer:
        if needs_person[ranked.entries[0]] is NeedsPerson.ALWAYS:
            return Decision.NEEDS_PERSON, "entry_needs_person", min(max(shown, 1), MAX_BUTTONS)
        return Decision.ANSWER, "top_probability", max(shown, 1)
    count = buttons(probabilities, ranked.none)
    if len(probabilities) >= 2 and probabilities[:count].sum() >= thresholds.clarify:
        return Decision.CLARIFY, "close_candidates", count
    return Decision.ABSTAIN, "no_candidate" if top < thresholds.button else "low_probability", 0


def buttons(probabilities: NDArray[np.float64], none: float) -> int:
    """The fewest candidates, 2 to MAX_BUTTONS, that hold 90 % of what the entries hold together."""
    wanted = 0.9 * (1 - none)
    enough = int(np.searchsorted(np.cumsum(probabilities), wanted)) + 1
    return min(max(enough, 2), MAX_BUTTONS)


def sigmoid(log_odds: float) -> float:
    return float(1 / (1 + np.exp(-np.clip(log_odds, -50, 50))))


def load_decision(path: Path, encoder: str) -> DecisionModel:
    """The model learned for this encoder, else the one without dense parts. Raises ModelError."""
    try:
        stored: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if stored["recipe"] != RECIPE:
            raise ModelError(f"{path} thuộc bản mã khác; chạy `python -m faq_index train --calibrate-only`.")
        names = (tuple(stored["candidate_features"]), tuple(stored["query_features"]))
        if names != (CANDIDATE_FEATURES, QUERY_FEATURES):
            raise ModelError(
                f"{path} có bộ đặc trưng khác; chạy `python -m faq_index train --calibrate-only`."
            )
        key = encoder if encoder in stored["models"] else LEXICAL_ONLY
        model = stored["models"][key]
        weights = Weights(tuple(model["candidate"]), tuple(model["query"]))
        return DecisionModel(weights, Thresholds(**model["thresholds"]), key == LEXICAL_ONLY)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"Không đọc được mô hình quyết định {path}: {error}") from error


def save_decision(path: Path, models: Mapping[str, DecisionModel], trained_on: Mapping[str, Any]) -> None:
    """Write beside and replace, so that a running server never reads half a file."""
    stored = {
        "recipe": RECIPE,
        "candidate_features": list(CANDIDATE_FEATURES),
        "query_features": list(QUERY_FEATURES),
        "trained_on": dict(trained_on),
        "models": {
            key: {
                "candidate": [round(w, 5) for w in model.weights.candidate],
                "query": [round(w, 5) for w in model.weights.query],
                "thresholds": asdict(model.thresholds),
            }
            for key, model in models.items()
        },
    }
    beside = path.with_suffix(".tmp")
    beside.write_text(json.dumps(stored, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    beside.replace(path)
