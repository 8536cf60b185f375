"""Shapes of the editors' part of the HTTP interface: docs/contracts.md section 2."""

from datetime import date
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from faq_index.checks import SOON
from faq_index.diff import Source
from faq_index.entries import FaqEntry
from faq_index.own_tests import Check
from faq_index.schemas import EntryOut
from faq_index.withdrawals import Withdrawal


class EntryStatus(StrEnum):
    LIVE = "live"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    NOT_YET = "not_yet"
    WITHDRAWN = "withdrawn"


class ReasonOut(BaseModel):
    reason: str
    at: str
    by: str


class ListedEntry(BaseModel):
    """One entry in the editors' list. `failing_tests` is None until they have been counted, and on other days."""

    id: str
    topic: str
    question: str
    status: EntryStatus
    audience: str
    needs_person: str
    reviewed_on: str | None
    review_by: str | None
    review_due: bool
    effective_from: str | None
    effective_to: str | None
    tests: int
    failing_tests: int | None
    withdrawn: ReasonOut | None


class TopicOut(BaseModel):
    id: str
    title: str


class EntriesOut(BaseModel):
    generation: str
    on: str
    counting: bool
    topics: list[TopicOut]
    entries: list[ListedEntry]


class CheckOut(BaseModel):
    """One question that the entry's editor wrote for it; `wanted` and `first` are ids, `first` "" where none is."""

    kind: Source
    question: str
    passes: bool
    wanted: str
    first: str
    first_question: str
    decision: str


class DetailOut(BaseModel):
    """An entry with its texts, withdrawn or not. `checks` is None on a day on which it is not in effect."""

    generation: str
    on: str
    entry: EntryOut
    withdrawn: ReasonOut | None
    checks: list[CheckOut] | None


class GenerationOut(BaseModel):
    id: str
    created_at: str
    entries: int
    questions: int
    current: bool
    previous: bool
    usable: bool


class GenerationsOut(BaseModel):
    held: bool
    generations: list[GenerationOut]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")

    by: str = Field(default="", max_length=100)


class RollbackIn(_In):
    generation: str | None = Field(default=None, max_length=100)


class WithdrawIn(_In):
    id: str = Field(max_length=100)
    reason: str = Field(max_length=5000)


class RestoreIn(_In):
    id: str = Field(max_length=100)


def status_of(entry: FaqEntry, on: date, *, withdrawn: bool) -> EntryStatus:
    """What an editor has to know of the entry first."""
    if withdrawn:
        return EntryStatus.WITHDRAWN
    if entry.effective_to is not None and entry.effective_to < on:
        return EntryStatus.EXPIRED
    if entry.effective_from is not None and on < entry.effective_from:
        return EntryStatus.NOT_YET
    if entry.effective_to is not None and entry.effective_to - on <= SOON:
        return EntryStatus.EXPIRING
    return EntryStatus.LIVE


def reason_out(withdrawal: Withdrawal | None) -> ReasonOut | None:
    if withdrawal is None:
        return None
    return ReasonOut(reason=withdrawal.reason, at=withdrawal.at, by=withdrawal.by)


def check_out(check: Check, first: FaqEntry | None) -> CheckOut:
    """`first` is the entry that ranks first."""
    return CheckOut(
        kind=check.source,
        question=check.text,
        passes=check.passes,
        wanted=check.wanted,
        first=check.verdict.first,
        first_question=first.question if first else "",
        decision=str(check.verdict.decision),
    )


def listed(
    entry: FaqEntry, on: date, withdrawal: Withdrawal | None, failing_tests: int | None
) -> ListedEntry:
    def day(value: date | None) -> str | None:
        return value.isoformat() if value else None

    return ListedEntry(
        id=entry.id,
        topic=entry.topic,
        question=entry.question,
        status=status_of(entry, on, withdrawn=withdrawal is not None),
        audience=entry.audience,
        needs_person=str(entry.needs_person),
        reviewed_on=day(entry.reviewed_on),
        review_by=day(entry.review_by),
        review_due=entry.review_by is not None and entry.review_by < on,
        effective_from=day(entry.effective_from),
        effective_to=day(entry.effective_to),
        tests=len(entry.tests),
        failing_tests=failing_tests,
        withdrawn=reason_out(withdrawal),
    )
