"""Learns weights and thresholds of the decision model from honest samples, for a stated cost. Writes nothing.

A wrong answer costs 5, an answer where there is none 5, a needless ticket 1, a question back 0.5; a question
back without the right button 1.5, a personal case not recognised 1.2 (at 2, every thirtieth question that an
entry answers went to a person). The point from which to answer at once is
set by a ceiling on wrong and false answers instead.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from faq_index.decide import LEXICAL_ONLY, DecisionModel, Ranked, Thresholds, Weights, buttons, sigmoid
from faq_index.evidence import CANDIDATE_FEATURES, OF_ENCODER, QUERY_FEATURES
from faq_index.training.samples import ANSWERABLE, OFFTOPIC, PERSONAL, REMOVED_ENTRY, UNCOVERED, Sample

WRONG, FALSE, TICKET, CLARIFY, BAD_CLARIFY, MISSED_PERSON = 5.0, 5.0, 1.0, 0.5, 1.5, 1.2
# What citizens ask, roughly; samples are weighted to it, since their own numbers follow what was easy to write.
SHARES = {ANSWERABLE: 0.73, REMOVED_ENTRY: 0.06, UNCOVERED: 0.08, OFFTOPIC: 0.03, PERSONAL: 0.10}
# Ceilings on the samples: of the answers, and of the written insurance questions without an entry. Other subjects
# are left out of the second: they are easy, and counted in they hid every tenth false answer on the hard ones.
# The first is loose because the entries' tests are worded harder than what people ask (docs/search-quality.md).
MAX_WRONG, MAX_FALSE = 0.07, 0.02
NEAR_ENOUGH = 1.02  # of points that cost about the same, the one that asks back rather than gives up
BUTTON = 0.03  # below it a hit is not worth showing
_RIDGE = 1e-5


def sample_weights(samples: Sequence[Sample]) -> NDArray[np.float64]:
    """Weights that sum to 1 and give every kind its share."""
    kinds = [s.question.kind for s in samples]
    counts = {k: kinds.count(k) for k in set(kinds)}
    total = sum(SHARES[k] for k in counts)
    return np.array([SHARES[k] / total / counts[k] for k in kinds])


def fit_weights(samples: Sequence[Sample], use: NDArray[np.bool_], use_query: NDArray[np.bool_]) -> Weights:
    """Conditional logit by L-BFGS on features scaled to unit spread; features not in `use` get weight 0.

    Personal cases are left out: whether an entry fits them and whether a person is needed are two questions.
    """
    kept = [s for s in samples if s.question.kind != PERSONAL and len(s.ids)]
    shares = sample_weights(kept)
    scale = np.concatenate([s.candidate for s in kept]).std(axis=0)
    scale_query = np.array([s.query for s in kept]).std(axis=0)
    scale, scale_query = np.where(scale > 1e-9, scale, 1), np.where(scale_query > 1e-9, scale_query, 1)
    width = max(len(s.ids) for s in kept)
    features = np.zeros((len(kept), width, len(scale)))
    mask = np.zeros((len(kept), width + 1), dtype=bool)
    right = np.zeros((len(kept), width + 1), dtype=bool)
    for i, sample in enumerate(kept):
        n = len(sample.ids)
        features[i, :n] = sample.candidate / scale * use
        mask[i, :n] = mask[i, width] = True
        right[i, :n] = sample.right
        right[i, width] = not sample.right.any()
    query = np.array([s.query for s in kept]) / scale_query * use_query
    size = len(scale)

    def loss(w: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        utilities = np.concatenate([features @ w[:size], (query @ w[size:])[:, None]], axis=1)
        utilities = np.where(mask, utilities, -np.inf)
        utilities -= utilities.max(axis=1, keepdims=True)
        odds = np.exp(utilities)
        p = odds / odds.sum(axis=1, keepdims=True)
        good = np.where(right, p, 0)
        total = np.maximum(good.sum(axis=1), 1e-12)
        slope = (p - good / total[:, None]) * shares[:, None]
        gradient = np.concatenate([np.einsum("ij,ijk->k", slope[:, :-1], features), slope[:, -1] @ query])
        value = -(shares * np.log(total)).sum() + _RIDGE * (w @ w)
        return float(value), gradient + 2 * _RIDGE * w

    found = minimize(
        loss, np.zeros(size + len(scale_query)), jac=True, method="L-BFGS-B", options={"maxiter": 500}
    )
    candidate, query_weights = found.x[:size] * use / scale, found.x[size:] * use_query / scale_query
    return Weights(tuple(map(float, candidate)), tuple(map(float, query_weights)))


def lexical_masks() -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which candidate and query features remain without an encoder."""
    return (
        np.array([not any(part in n for part in OF_ENCODER) for n in CANDIDATE_FEATURES]),
        np.array([not any(part in n for part in OF_ENCODER) for n in QUERY_FEATURES]),
    )


def ranked(sample: Sample, weights: Weights) -> Ranked:
    utilities = np.append(
        sample.candidate @ np.array(weights.candidate), sample.query @ np.array(weights.query)
    )
    odds = np.exp(utilities - utilities.max())
    p = odds / odds.sum()
    order = np.argsort(-p[:-1], kind="stable")
    return Ranked(order, p[:-1][order], float(p[-1]), sample.candidate[order], sample.query)


@dataclass(frozen=True, slots=True)
class Table:
    """All samples as columns: what the grid needs of each, so that one point is a few array operations."""

    kinds: NDArray[np.str_]
    shares: NDArray[np.float64]
    top: NDArray[np.float64]
    top_right: NDArray[np.bool_]
    held: NDArray[np.float64]  # probability held by the buttons
    held_right: NDArray[np.bool_]
    personal: NDArray[np.float64]

    @classmethod
    def of(cls, samples: Sequence[Sample], weights: Weights) -> "Table":
        kept = [s for s in samples if len(s.ids) >= 2]
        found = [ranked(s, weights) for s in kept]
        shown = [buttons(r.probabilities, r.none) for r in found]
        return cls(
            kinds=np.array([s.question.kind for s in kept]),
            shares=sample_weights(kept),
            top=np.array([r.probabilities[0] for r in found]),
            top_right=np.array([s.right[r.entries[0]] for s, r in zip(kept, found, strict=True)]),
            held=np.array([r.probabilities[:n].sum() for r, n in zip(found, shown, strict=True)]),
            held_right=np.array(
                [s.right[r.entries[:n]].any() for s, r, n in zip(kept, found, shown, strict=True)]
            ),
            personal=np.array([sigmoid(s.personal) for s in kept]),
        )

    def decisions(self, at: Thresholds) -> NDArray[np.int64]:
        """0 needs_person, 1 answer, 2 clarify, 3 abstain."""
        rest = np.where(self.top >= at.answer, 1, np.where(self.held >= at.clarify, 2, 3))
        return np.where(self.personal >= at.personal, 0, rest)

    def cost(self, at: Thresholds) -> float:
        made = self.decisions(at)
        answerable, personal = self.kinds == ANSWERABLE, self.kinds == PERSONAL
        costs = np.select(
            [made == 1, made == 2],
            [
                np.where(self.top_right, 0, np.where(answerable, WRONG, FALSE)),
                np.where(self.held_right | ~answerable, CLARIFY, BAD_CLARIFY),
            ],
            np.where(answerable, TICKET, 0.0),
        )
        own_case = np.select([made == 0, made == 3], [0.0, 1.0], MISSED_PERSON)
        return float((self.shares * np.where(personal, own_case, costs)).sum())


def choose_thresholds(table: Table) -> Thresholds:
    """The lowest answering point that keeps MAX_WRONG and MAX_FALSE, then the cheapest of the others.

    By the costs alone every second question would be asked back: each costs little, together they cost patience.
    """
    answer = next((t for t in np.arange(0.30, 0.97, 0.01) if _keeps(table, float(t))), 0.97)
    grid = [
        Thresholds(round(float(answer), 3), round(float(clarify), 3), BUTTON, round(float(personal), 3))
        for personal in np.arange(0.10, 0.96, 0.02)
        for clarify in np.arange(0.1, 0.96, 0.02)
        if clarify <= answer
    ]
    costs = [table.cost(point) for point in grid]
    near = [point for point, cost in zip(grid, costs, strict=True) if cost <= min(costs) * NEAR_ENOUGH]
    return min(near, key=lambda point: (point.clarify, table.cost(point)))


def _keeps(table: Table, answer: float) -> bool:
    answered = table.top >= answer
    answerable = table.kinds == ANSWERABLE
    written = table.kinds == UNCOVERED
    return (
        _share(~table.top_right, answerable & answered) <= MAX_WRONG
        and _share(answered, written) <= MAX_FALSE
    )


def describe(samples: Sequence[Sample], model: DecisionModel) -> dict[str, float]:
    """What the chosen point does to honest samples, as shares."""
    table = Table.of(samples, model.weights)
    made = table.decisions(model.thresholds)
    answerable, personal = table.kinds == ANSWERABLE, table.kinds == PERSONAL
    nothing = ~answerable & ~personal
    answered = answerable & (made == 1)
    helped = (made == 1) & table.top_right | (made == 2) & table.held_right
    return {
        "samples": float(len(table.kinds)),
        "hit1": _share(table.top_right, answerable),
        "answered": _share(made == 1, answerable),
        "helped": _share(helped, answerable),
        "wrong_answer": _share(~table.top_right, answered),
        "false_answer_removed": _share(made == 1, table.kinds == REMOVED_ENTRY),
        "false_answer_written": _share(made == 1, nothing & (table.kinds != REMOVED_ENTRY)),
        "person_offered": _share((made == 0) | (made == 3), personal),
        "needless_person": _share(made == 0, answerable),
        "cost": round(table.cost(model.thresholds), 4),
    }


def _share(flags: NDArray[np.bool_], among: NDArray[np.bool_]) -> float:
    return round(float(flags[among].mean()), 4) if among.any() else 0.0


def calibrate(samples: Sequence[Sample], encoder: str) -> dict[str, DecisionModel]:
    """A model for this encoder and one without dense parts."""
    use, use_query = np.ones(len(CANDIDATE_FEATURES), bool), np.ones(len(QUERY_FEATURES), bool)
    models = {}
    for key, masks in ((encoder, (use, use_query)), (LEXICAL_ONLY, lexical_masks())):
        weights = fit_weights(samples, *masks)
        models[key] = DecisionModel(
            weights, choose_thresholds(Table.of(samples, weights)), key == LEXICAL_ONLY
        )
    return models
