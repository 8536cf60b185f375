"""What leaves over HTTP: the shapes of docs/contracts.md section 2. The only place with pydantic models of answers."""

from pydantic import BaseModel

from faq_index.entries import FaqEntry, Fault, Hit, SearchResult
from faq_index.generation import Generation
from faq_index.searcher import FaqSearcher
from faq_index.withdrawals import Withdrawal


class Basis(BaseModel):
    act: str
    article: str


class Related(BaseModel):
    id: str
    question: str


class EntryOut(BaseModel):
    """An entry as citizens may see it: official sources only, nothing of the editors' remarks."""

    id: str
    topic: str
    question: str
    answer: str
    steps: tuple[str, ...]
    legal_basis: list[Basis]
    links: tuple[str, ...]
    sources: tuple[str, ...]
    as_of: str
    reviewed_on: str
    needs_person: str
    spoken: str
    facets: dict[str, str]
    related: list[Related]


class HitOut(EntryOut):
    score: float


class SearchOut(BaseModel):
    query: str
    normalised: str
    reason: str
    generation: str
    ms: float
    decision: str
    hits: list[HitOut]


class FaultOut(BaseModel):
    file: str
    line: int
    id: str
    code: str
    message: str


class WithdrawnOut(BaseModel):
    id: str
    reason: str
    at: str
    by: str


class HealthOut(BaseModel):
    status: str
    generation: str | None
    entries: int
    questions: int
    loaded_at: str | None
    faults: list[FaultOut]
    withdrawn: list[WithdrawnOut]


def entry_out(entry: FaqEntry, searcher: FaqSearcher) -> EntryOut:
    related = [other for i in entry.related if (other := searcher.shown(i)) is not None]
    return EntryOut(
        id=entry.id,
        topic=entry.topic,
        question=entry.question,
        answer=entry.answer,
        steps=entry.steps,
        legal_basis=[Basis(act=b.act, article=b.article) for b in entry.legal_basis],
        links=entry.links,
        sources=entry.official_sources,
        as_of=entry.as_of,
        reviewed_on=entry.reviewed_on.isoformat() if entry.reviewed_on else "",
        needs_person=str(entry.needs_person),
        spoken=entry.spoken,
        facets=dict(entry.facets),
        related=[Related(id=o.id, question=o.question) for o in related],
    )


def hit_out(hit: Hit, searcher: FaqSearcher) -> HitOut:
    return HitOut(**entry_out(hit.entry, searcher).model_dump(), score=round(hit.score, 4))


def search_out(result: SearchResult, searcher: FaqSearcher) -> SearchOut:
    return SearchOut(
        query=result.query,
        normalised=result.normalised,
        reason=result.reason,
        generation=result.generation,
        ms=result.ms,
        decision=str(result.decision),
        hits=[hit_out(h, searcher) for h in result.hits],
    )


def health_out(
    status: str,
    generation: Generation | None,
    loaded_at: str | None,
    faults: tuple[Fault, ...],
    withdrawn: tuple[Withdrawal, ...] = (),
) -> HealthOut:
    return HealthOut(
        status=status,
        generation=generation.id if generation else None,
        entries=len(generation.entries) if generation else 0,
        questions=len(generation.questions) if generation else 0,
        loaded_at=loaded_at,
        faults=[FaultOut(file=f.file, line=f.line, id=f.id, code=f.code, message=f.message) for f in faults],
        withdrawn=[WithdrawnOut(id=w.id, reason=w.reason, at=w.at, by=w.by) for w in withdrawn],
    )
