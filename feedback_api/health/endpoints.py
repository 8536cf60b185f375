"""`/live`: the process answers. `/ready`: what of its neighbours works; 503 only when no ticket could be stored."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from feedback_api import logs
from feedback_api.access import Access, access
from feedback_api.clients.breaker import State
from feedback_api.clients.search_client import SearchDown
from feedback_api.mail import repository
from feedback_api.models import utc_now
from feedback_api.state import Desk, desk_of

router = APIRouter(tags=["health"])
LATE_MAIL = 300  # seconds that a mail may be due before it counts as late
WORKER_SILENT = 60  # seconds


class Live(BaseModel):
    """The process answers."""

    status: str


class Ready(BaseModel):
    """`status` is ok, degraded (citizens are still served) or unavailable (the database is away).

    `rasa` is ok, away, or hanging while search answers for it. `mail_age` is how long the oldest unsent mail has been due, in seconds; `mail_worker` is ok or silent.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "status": "ok",
                    "database": "ok",
                    "search": "ok",
                    "rasa": "ok",
                    "mail_worker": "ok",
                    "mail_age": 0,
                    "mail_dead": 0,
                }
            ]
        }
    )

    status: str
    database: str
    search: str
    rasa: str
    mail_worker: str
    mail_age: int
    mail_dead: int


@router.get("/live", summary="Whether the process answers")
@access(Access.PUBLIC)
def live() -> Live:
    """Always 200."""
    return Live(status="ok")


@router.get("/ready", summary="Whether the desk and its neighbours work", responses={503: {"model": Ready}})
@access(Access.PUBLIC)
async def ready(request: Request, response: Response) -> Ready:
    """Asks database, search and Rasa now."""
    desk = desk_of(request.app)
    search, rasa, stored = await asyncio.gather(
        _search(desk), _rasa(desk), run_in_threadpool(_database, desk)
    )
    if stored is None:
        response.status_code = 503
        return Ready(
            status="unavailable",
            database="away",
            search=search,
            rasa=rasa,
            mail_worker="unknown",
            mail_age=0,
            mail_dead=0,
        )
    worker, age, dead = stored
    fine = search == rasa == worker == "ok" and age < LATE_MAIL and not dead
    return Ready(
        status="ok" if fine else "degraded",
        database="ok",
        search=search,
        rasa=rasa,
        mail_worker=worker,
        mail_age=age,
        mail_dead=dead,
    )


async def _search(desk: Desk) -> str:
    try:
        return await desk.search.health()
    except SearchDown:
        return "away"


async def _rasa(desk: Desk) -> str:
    if desk.breaker.state is not State.CLOSED:
        return "hanging"
    return "ok" if await desk.rasa.alive() else "away"


def _database(desk: Desk) -> tuple[str, int, int] | None:
    try:
        with desk.database.reading() as session:
            now = utc_now()
            due = repository.oldest_due(session, now)
            beat = repository.last_beat(session, "mail")
            worker = "ok" if beat and (now - beat).total_seconds() < WORKER_SILENT else "silent"
            return worker, int((now - due).total_seconds()) if due else 0, repository.count_dead(session)
    except SQLAlchemyError as error:
        logs.failure("database_away", error)
        return None
