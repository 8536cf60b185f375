"""What the editors' console asks over HTTP: entries with their tests, generations, rollback, withdrawal. Token only.

Never changes the editors' files; every change is in the audit log.
"""

import contextlib
import logging
import secrets
from collections.abc import Callable, Iterator
from datetime import date
from typing import Annotated

from fastapi import Depends, FastAPI, Header, Request
from fastapi.responses import JSONResponse

from faq_index import audit
from faq_index.editor_schemas import (
    DetailOut,
    EntriesOut,
    GenerationOut,
    GenerationsOut,
    RestoreIn,
    RollbackIn,
    TopicOut,
    WithdrawIn,
    check_out,
    listed,
    reason_out,
)
from faq_index.entries import Fault
from faq_index.errors import (
    FaqIndexError,
    IndexCorruptError,
    ModelError,
    NoGenerationError,
    RecipeMismatchError,
    StoreError,
)
from faq_index.live import Live
from faq_index.own_tests import OwnTests, checks
from faq_index.schemas import HealthOut, entry_out, health_out
from faq_index.searcher import FaqSearcher
from faq_index.settings import Settings, today
from faq_index.withdrawals import WITHDRAWN, AlreadyWithdrawnError, NotWithdrawnError, ReasonMissingError

log = logging.getLogger(__name__)


class RefusedError(Exception):
    """An answer other than 200: HTTP status, code of the contract, Vietnamese sentence."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code = status, code


_REFUSALS: dict[type[FaqIndexError], tuple[int, str]] = {
    AlreadyWithdrawnError: (409, "already_withdrawn"),
    NotWithdrawnError: (404, "not_withdrawn"),
    ReasonMissingError: (422, "reason_missing"),
    NoGenerationError: (404, "unknown_generation"),
    IndexCorruptError: (409, "unusable_generation"),
    RecipeMismatchError: (409, "unusable_generation"),
    ModelError: (503, "no_generation"),
    StoreError: (500, "not_written"),
}


@contextlib.contextmanager
def _refusing() -> Iterator[None]:
    """Errors of the room become answers of the contract."""
    try:
        yield
    except FaqIndexError as error:
        if type(error) not in _REFUSALS:
            raise
        status, code = _REFUSALS[type(error)]
        raise RefusedError(status, code, str(error)) from error


def is_authorised(authorization: str, settings: Settings) -> bool:
    """Whether the header carries the service token; without a token set, nobody is."""
    token = settings.service_token
    return bool(token) and secrets.compare_digest(authorization.encode(), f"Bearer {token}".encode())


def health_of(live: Live) -> HealthOut:
    """Health as the contract has it; a list of withdrawals that can't be read is a fault."""
    status = live.status
    faults, damaged = status.faults, live.withdrawals.fault()
    if damaged:
        faults = (*faults, Fault(WITHDRAWN, 1, "", "withdrawn_damaged", damaged))
    name = "unavailable" if status.searcher is None else ("degraded" if faults else "ok")
    generation = status.searcher.generation if status.searcher else None
    return health_out(name, generation, status.loaded_at, faults, live.withdrawals.all())


def add_editor_routes(app: FastAPI, live: Live, settings: Settings) -> None:
    """Add the routes; each asks for the service token first."""

    def token(authorization: Annotated[str, Header()] = "") -> None:
        if not is_authorised(authorization, settings):
            raise RefusedError(401, "unauthorized", "Thiếu hoặc sai SERVICE_TOKEN.")

    @app.exception_handler(RefusedError)
    async def refused(_: Request, error: RefusedError) -> JSONResponse:
        body = {"error": {"code": error.code, "message": str(error)}}
        return JSONResponse(body, status_code=error.status)

    guard = [Depends(token)]
    tests = OwnTests()
    app.get("/v1/entries", response_model=EntriesOut, dependencies=guard)(_entries(live, tests))
    app.get("/v1/entries/{entry_id}/detail", response_model=DetailOut, dependencies=guard)(_detail(live))
    app.get("/v1/generations", response_model=GenerationsOut, dependencies=guard)(_generations(live))
    app.post("/v1/rollback", response_model=HealthOut, dependencies=guard)(_rollback(live, settings))
    app.post("/v1/withdraw", response_model=HealthOut, dependencies=guard)(_withdraw(live))
    app.post("/v1/restore", response_model=HealthOut, dependencies=guard)(_restore(live))


def _searcher(live: Live) -> FaqSearcher:
    status = live.status
    if status.searcher is None:
        raise RefusedError(503, "no_generation", f"Chưa có chỉ mục nào: {status.error}")
    return status.searcher


def _entries(live: Live, tests: OwnTests) -> Callable[..., EntriesOut]:
    def entries(on: date | None = None) -> EntriesOut:
        searcher, day = _searcher(live), on or today()
        generation = searcher.generation
        withdrawn = {w.id: w for w in live.withdrawals.all()}
        # Counted for today alone: a look at another day must not cost the counts of this one.
        failing = tests.failing(searcher, day) if day == today() else {}
        counting = day == today() and any(
            e.answers_on(day) and e.id not in failing for e in generation.entries
        )
        return EntriesOut(
            generation=generation.id,
            on=day.isoformat(),
            counting=counting,
            topics=[TopicOut(id=i, title=title) for i, title in generation.topics.items()],
            entries=[listed(e, day, withdrawn.get(e.id), failing.get(e.id)) for e in generation.entries],
        )

    return entries


def _detail(live: Live) -> Callable[..., DetailOut]:
    def detail(entry_id: str, on: date | None = None) -> DetailOut:
        searcher, day = _searcher(live), on or today()
        entry = searcher.entry(live.status.heir(entry_id))
        if entry is None:
            raise RefusedError(404, "unknown_entry", "Không có mục này trong bản đang chạy.")
        judged = checks(searcher, entry, day) if entry.answers_on(day) else None
        withdrawal = next((w for w in live.withdrawals.all() if w.id == entry.id), None)
        return DetailOut(
            generation=searcher.generation.id,
            on=day.isoformat(),
            entry=entry_out(entry, searcher),
            withdrawn=reason_out(withdrawal),
            checks=None
            if judged is None
            else [check_out(check, searcher.entry(check.verdict.first)) for check in judged],
        )

    return detail


def _generations(live: Live) -> Callable[[], GenerationsOut]:
    def generations() -> GenerationsOut:
        known = live.generations()
        rows = [
            GenerationOut(
                id=info.id,
                created_at=info.created_at,
                entries=info.entries,
                questions=info.questions,
                current=info.current,
                previous=info.id == known.previous,
                usable=info.recipes == known.recipes,
            )
            for info in known.infos
        ]
        return GenerationsOut(held=known.held, generations=rows)

    return generations


def _rollback(live: Live, settings: Settings) -> Callable[[RollbackIn], HealthOut]:
    def rollback(wish: RollbackIn) -> HealthOut:
        with _refusing():
            wanted = live.go_back(wish.generation)
        try:
            audit.append(settings.index_dir, "rollback", audit.now(), wish.by, generation=wanted)
        except OSError:
            log.exception("rollback to %s by %r is not in the audit log", wanted, wish.by)
        return health_of(live)

    return rollback


def _withdraw(live: Live) -> Callable[[WithdrawIn], HealthOut]:
    def withdraw(wish: WithdrawIn) -> HealthOut:
        if _searcher(live).entry(wish.id) is None:
            raise RefusedError(404, "unknown_entry", "Không có mục này trong bản đang chạy.")
        with _refusing():
            live.withdrawals.withdraw(wish.id, wish.reason, wish.by)
        return health_of(live)

    return withdraw


def _restore(live: Live) -> Callable[[RestoreIn], HealthOut]:
    def restore(wish: RestoreIn) -> HealthOut:
        with _refusing():
            live.withdrawals.restore(wish.id, wish.by)
        return health_of(live)

    return restore
