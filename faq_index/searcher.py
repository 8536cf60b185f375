"""Query -> SearchResult over one generation. Holds no state that a query changes; safe to share between threads."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from faq_index.decide import DecisionModel, Ranked, decide, load_decision, sigmoid
from faq_index.embedder import Embedder
from faq_index.entries import Decision, FaqEntry, Hit, SearchResult
from faq_index.errors import BadQueryError, RecipeMismatchError
from faq_index.evidence import CANDIDATE_FEATURES, QUERY_FEATURES, Evidence, best_of
from faq_index.generation import Generation
from faq_index.kinds import Kinds, kind_features, load_kinds
from faq_index.text import clean, normalise, sentences

MAX_QUERY = 2000
MAX_SENTENCES = 8


@dataclass(frozen=True, slots=True)
class Models:
    """What is loaded beside a generation and outlives it."""

    embedder: Embedder
    decision: DecisionModel
    kinds: Kinds


def load_models(embedder: Embedder, decision: Path, kinds: Path) -> Models:
    return Models(embedder, load_decision(decision, embedder.fingerprint), load_kinds(kinds))


class FaqSearcher:
    """Raises RecipeMismatchError when the generation was built with another encoder.

    `withdrawn` is asked before every query for the entries that must not answer, whatever the generation says.
    """

    def __init__(
        self, generation: Generation, models: Models, withdrawn: Callable[[], frozenset[str]] = frozenset
    ) -> None:
        if generation.encoder != models.embedder.fingerprint:
            raise RecipeMismatchError(
                "Chỉ mục dựng bằng mô hình khác; chạy `python -m faq_index build` rồi promote."
            )
        self.generation = generation
        self._models = models
        self._withdrawn = withdrawn
        self._by_id = {e.id: e for e in generation.entries}
        self._numbers = {e.id: i for i, e in enumerate(generation.entries)}
        self._needs_person = [e.needs_person for e in generation.entries]

    def entry(self, entry_id: str) -> FaqEntry | None:
        return self._by_id.get(entry_id)

    def shown(self, entry_id: str) -> FaqEntry | None:
        """The entry, unless it is unknown or withdrawn."""
        return None if entry_id in self._withdrawn() else self._by_id.get(entry_id)

    def in_effect(self, on: date) -> NDArray[np.bool_]:
        """Which entries are in effect on that day; shape (entries,)."""
        return np.array([e.answers_on(on) for e in self.generation.entries], dtype=np.bool_)

    def answering(self, on: date) -> NDArray[np.bool_]:
        """Which entries are in effect on that day and not withdrawn; shape (entries,)."""
        allowed = self.in_effect(on)
        allowed[[self._numbers[i] for i in self._withdrawn() if i in self._numbers]] = False
        return allowed

    def search(
        self,
        query: str,
        on: date,
        limit: int = 5,
        only: frozenset[str] | None = None,
        *,
        explain: bool = False,
    ) -> SearchResult:
        """At most `limit` hits, best first. `only` keeps to those entries. Raises BadQueryError."""
        started = time.perf_counter()
        if not query.strip():
            raise BadQueryError("Bạn chưa nhập câu hỏi.")
        if len(query) > MAX_QUERY:
            raise BadQueryError(f"Câu hỏi dài quá {MAX_QUERY} ký tự; bạn viết ngắn lại giúp.")
        allowed = self.answering(on)
        if only is not None:
            allowed &= np.array([e.id in only for e in self.generation.entries], dtype=np.bool_)
        evidence = self.evidence(query)
        model = self._models.decision
        ranked = model.rank(evidence, allowed)
        personal = sigmoid(evidence.personal)
        decision, reason, shown = self._decided(evidence, ranked, personal)
        hits = self._hits(ranked, min(shown, limit), explain=explain)
        features = self._explained(ranked, personal) if explain else {}
        elapsed = round((time.perf_counter() - started) * 1000, 2)
        return SearchResult(
            query, normalise(query), decision, reason, hits, elapsed, self.generation.id, features
        )

    def evidence(self, query: str) -> Evidence:
        """Scores of every entry for the query and for its sentences."""
        text = clean(query)
        whole = normalise(text)
        pieces = [p for p in (normalise(s) for s in sentences(text)[-MAX_SENTENCES:]) if len(p.split()) > 2]
        scored, coverage = self._parts([whole, *(pieces if len(pieces) > 1 else [])])
        parts = scored[0]
        best = best_of(scored[1:]) if len(scored) > 1 else parts
        kinds = kind_features(whole)
        return Evidence(
            parts=parts,
            sentences=best,
            coverage=coverage,
            words=len(whole.split()),
            no_entry=self._models.kinds.no_entry.of(kinds),
            personal=self._models.kinds.personal.of(kinds),
        )

    def _parts(self, texts: Sequence[str]) -> tuple[list[NDArray[np.float32]], float]:
        """For each text the rows of evidence.PARTS, one column per entry; and the coverage of the first."""
        generation = self.generation
        vectors = [generation.vectoriser.vector(text) for text in texts]
        meanings = self._models.embedder.encode(texts)
        near = generation.nearest.cosines(vectors)
        margins = generation.classifier.dot(vectors) + generation.intercepts
        similarities, floors = generation.dense.similarities(meanings)
        answers = generation.answers.dot(vectors)
        covered = generation.words.covered(vectors)
        towards = meanings @ generation.directions.T
        meant = meanings @ generation.meanings.T
        sums = generation.per_entry.sums
        parts = [
            np.stack(
                [
                    *sums(near[i]),
                    margins[i],
                    *sums(similarities[i], float(floors[i])),
                    towards[i],
                    answers[i],
                    meant[i],
                    covered[i],
                ]
            )
            for i in range(len(texts))
        ]
        return parts, vectors[0].coverage

    def _decided(self, evidence: Evidence, ranked: Ranked, personal: float) -> tuple[Decision, str, int]:
        if not evidence.words:  # what the model makes of nothing is only its bias
            return Decision.ABSTAIN, "no_words", 0
        return decide(ranked, personal, self._models.decision.thresholds, self._needs_person)

    def _hits(self, ranked: Ranked, count: int, *, explain: bool) -> tuple[Hit, ...]:
        entries = self.generation.entries
        hits = []
        for i in range(min(count, len(ranked.entries))):
            parts = (
                dict(zip(CANDIDATE_FEATURES, map(float, ranked.features[i]), strict=True)) if explain else {}
            )
            hits.append(Hit(entries[ranked.entries[i]], round(float(ranked.probabilities[i]), 4), parts))
        return tuple(hits)

    def _explained(self, ranked: Ranked, personal: float) -> dict[str, float]:
        named = dict(zip(QUERY_FEATURES, map(float, ranked.query), strict=True))
        return {**named, "p_none": ranked.none, "p_personal": personal}

    def rank(self, query: str, on: date) -> tuple[str, ...]:
        """Ids of all candidates, best first, whatever the decision: what evaluation and the gate measure."""
        return self.judge(query, on)[1]

    def judge(self, query: str, on: date) -> tuple[Decision, tuple[str, ...]]:
        """What this generation decides, and the ids of all candidates, best first. Knows nothing of withdrawals."""
        evidence, model = self.evidence(query), self._models.decision
        ranked = model.rank(evidence, self.in_effect(on))
        decision, _, _ = self._decided(evidence, ranked, sigmoid(evidence.personal))
        return decision, tuple(self.generation.entries[i].id for i in ranked.entries)
