"""`/console/health`: is everything running; `/console/overview`: how much and with what result."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from feedback_api import texts_vi
from feedback_api.access import Access, access
from feedback_api.agents.auth import AgentDep
from feedback_api.clients.search_client import SearchDown
from feedback_api.console import charts
from feedback_api.console import service as console
from feedback_api.console.shared import EVERYONE, Viewer, console_page, signed_in
from feedback_api.console.titles import OUTCOME_TITLES
from feedback_api.database import SessionDep
from feedback_api.models import utc_now
from feedback_api.ratings import service as ratings
from feedback_api.state import desk_of
from feedback_api.tickets import service
from feedback_api.tickets.lifecycle import WORKING

if TYPE_CHECKING:
    from feedback_api.clients.search_client import SearchReport
    from feedback_api.state import Desk

router = APIRouter()


@router.get("/health")
@access(Access.AGENT)
async def health(request: Request) -> Response:
    """Search with every fault of the FAQ file, Rasa, the outbox with what could not be sent."""
    return await _health(request, "console/health.html")


@router.get("/health/now")
@access(Access.AGENT)
async def health_now(request: Request) -> Response:
    """The same, for htmx."""
    return await _health(request, "console/partials/health.html")


@router.get("/overview")
@access(Access.AGENT)
def overview(request: Request, session: SessionDep, agent: AgentDep) -> Response:
    """Charts, and the same numbers as tables."""
    counts = service.counts(session)
    context = {
        "counts": counts,
        "ratings": ratings.counts(session),
        "open_count": sum(counts.tickets_by_status[status.value] for status in WORKING),
        "outcomes": charts.outcomes_chart(counts.outcomes_by_day, OUTCOME_TITLES),
        "statuses": charts.status_chart(counts.tickets_by_status, texts_vi.STATUS_TITLES_FOR_AGENTS),
    }
    return console_page(request, Viewer.of(agent), "overview", "console/overview.html", context)


async def _health(request: Request, template: str) -> Response:
    desk = desk_of(request.app)
    viewer, mail = await run_in_threadpool(_load, request, desk)
    search, rasa = await asyncio.gather(_search(desk), desk.rasa.alive())
    context: dict[str, Any] = {"mail": mail, "search": search, "rasa_alive": rasa, "now": utc_now()}
    return console_page(request, viewer, "health", template, context)


def _load(request: Request, desk: Desk) -> tuple[Viewer, console.MailReport]:
    with desk.database.reading() as session:
        viewer = Viewer.of(signed_in(request, session, EVERYONE))
        return viewer, console.mail_report(session)


async def _search(desk: Desk) -> SearchReport | None:
    try:
        return await desk.search.report()
    except SearchDown:
        return None  # shown as "away": that is what the page is for
