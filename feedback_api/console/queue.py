"""`/console`: the queue, what is due first on top; htmx asks for the same partial again every few seconds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from feedback_api.access import Access, access
from feedback_api.agents.auth import AgentDep
from feedback_api.console.shared import TICKETS, TicketAgent, Viewer, console_page
from feedback_api.console.titles import QUEUE_TITLES
from feedback_api.console.topics import TopicsDep
from feedback_api.database import SessionDep
from feedback_api.models import utc_now
from feedback_api.tickets import service
from feedback_api.tickets.views import QueueFilter

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from feedback_api.models import Agent

router = APIRouter()
View = Annotated[str, Query(max_length=20)]


@dataclass(frozen=True, slots=True)
class Tab:
    """One filter of the queue; `count` is None where counting says nothing."""

    view: str
    title: str
    count: int | None


@router.get("")
@access(Access.AGENT)
def show(
    request: Request, topics: TopicsDep, session: SessionDep, agent: AgentDep, view: View = "todo"
) -> Response:
    """The whole page; who has no tickets is led to the FAQ."""
    if not Viewer.of(agent).may(TICKETS):
        return RedirectResponse("/console/faq", 303)
    return _queue(request, session, agent, view, "console/queue.html", topics)


@router.get("/queue")
@access(Access.AGENT)
def fragment(
    request: Request, topics: TopicsDep, session: SessionDep, agent: TicketAgent, view: View = "todo"
) -> Response:
    """The table alone."""
    return _queue(request, session, agent, view, "console/partials/queue.html", topics)


def _queue(
    request: Request, session: Session, agent: Agent, view: str, template: str, topics: dict[str, str]
) -> Response:
    view = view if view in QUEUE_TITLES else "todo"
    counts = service.counts(session)
    context = {
        "view": view,
        "rows": service.queue(session, QueueFilter(view=view, agent_id=agent.id)),
        "tabs": _tabs(session, agent, counts.tickets_by_status),
        "overdue_count": counts.overdue,
        "now": utc_now(),
        "topics": topics,
    }
    return console_page(request, Viewer.of(agent), "queue", template, context)


def _tabs(session: Session, agent: Agent, by_status: dict[str, int]) -> list[Tab]:
    numbers: dict[str, int | None] = {
        "todo": by_status["new"] + by_status["open"],
        "mine": len(service.queue(session, QueueFilter(view="mine", agent_id=agent.id, limit=500))),
        "unassigned": len(service.queue(session, QueueFilter(view="unassigned", limit=500))),
        "waiting": by_status["waiting_citizen"] + by_status["waiting_other"],
        "done": None,
        "all": None,
    }
    return [Tab(view, title, numbers[view]) for view, title in QUEUE_TITLES.items()]
