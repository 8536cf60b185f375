"""What passes between the modules: frozen records of entries, faults, hits and decisions. Holds no logic of search."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One fault of a YAML file. `line` counts from 1; `id` is the entry's, "" where none is known."""

    file: str
    line: int
    id: str
    code: str
    message: str
    severity: Severity = Severity.ERROR


class NeedsPerson(StrEnum):
    NEVER = "never"
    OFFER = "offer"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class LegalBasis:
    act: str
    article: str


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A question that must not hit the entry holding it; `id` is the entry that should be hit."""

    question: str
    id: str


@dataclass(frozen=True, slots=True)
class FaqEntry:
    """One entry as editors wrote it, text in NFC."""

    id: str
    topic: str
    question: str
    alternates: tuple[str, ...]
    answer: str
    steps: tuple[str, ...] = ()
    legal_basis: tuple[LegalBasis, ...] = ()
    sources: tuple[str, ...] = ()
    official_sources: tuple[str, ...] = ()  # those a citizen may be shown
    links: tuple[str, ...] = ()
    as_of: str = ""
    confidence: str = "medium"
    reviewed_on: date | None = None
    review_by: date | None = None
    effective_from: date | None = None
    effective_to: date | None = None
    audience: str = "citizen"
    related: tuple[str, ...] = ()
    spoken: str = ""
    facets: Mapping[str, str] = field(default_factory=dict)
    needs_person: NeedsPerson = NeedsPerson.NEVER
    tests: tuple[str, ...] = ()
    near_misses: tuple[NearMiss, ...] = ()
    line: int = 0

    def answers_on(self, day: date) -> bool:
        """Whether the entry is in effect on `day`: both ends count."""
        started = self.effective_from is None or self.effective_from <= day
        return started and (self.effective_to is None or day <= self.effective_to)


@dataclass(frozen=True, slots=True)
class Faq:
    """The whole file, entries in the order of the file, plus the questions learned from beside it."""

    entries: tuple[FaqEntry, ...]
    topics: Mapping[str, str]
    training: Mapping[str, tuple[str, ...]]
    warnings: tuple[Fault, ...] = ()
    digest: str = ""  # of all input files
    replaced: Mapping[str, str | None] = field(
        default_factory=dict
    )  # ids that are gone -> what answers instead


class Decision(StrEnum):
    ANSWER = "answer"
    CLARIFY = "clarify"
    ABSTAIN = "abstain"
    NEEDS_PERSON = "needs_person"


@dataclass(frozen=True, slots=True)
class Hit:
    """`score` is the calibrated probability that this entry answers the query."""

    entry: FaqEntry
    score: float
    parts: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SearchResult:
    query: str
    normalised: str
    decision: Decision
    reason: str
    hits: tuple[Hit, ...]
    ms: float
    generation: str
    features: Mapping[str, float] = field(default_factory=dict)
