"""`/console/agents`: accounts, for administrators. A new password is shown once, in the answer to the POST that made it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from feedback_api.access import Access, access
from feedback_api.agents import service as agents
from feedback_api.console import service as console
from feedback_api.console.shared import AdminAgent, Viewer, console_page
from feedback_api.database import SessionDep
from feedback_api.errors import DeskError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from feedback_api.models import Agent

router = APIRouter(prefix="/agents")


@dataclass(frozen=True, slots=True)
class NewAccount:
    """The form's fields as typed."""

    name: str = ""
    login: str = ""
    role: str = "agent"


@router.get("")
@access(Access.AGENT)
def show(request: Request, session: SessionDep, admin: AdminAgent) -> Response:
    return _page(request, session, admin)


@router.post("")
@access(Access.AGENT)
def create(
    request: Request,
    session: SessionDep,
    admin: AdminAgent,
    name: Annotated[str, Form(max_length=200)] = "",
    login: Annotated[str, Form(max_length=100)] = "",
    role: Annotated[str, Form(max_length=20)] = "agent",
) -> Response:
    """Makes an account. A repeat is refused because the login is taken, so the password can't be asked for again."""
    try:
        made, password = console.create_account(session, name, login, role)
    except DeskError as error:
        return _page(request, session, admin, error=error, values=NewAccount(name, login, role))
    return _page(request, session, admin, created=made, password=password)


@router.post("/{agent_id}/disable")
@access(Access.AGENT)
def disable(request: Request, session: SessionDep, admin: AdminAgent, agent_id: int) -> Response:
    """Switches an account off and ends its sessions."""
    try:
        console.disable_account(session, admin, agent_id)
    except DeskError as error:
        return _page(request, session, admin, error=error)
    return RedirectResponse("/console/agents", 303)


def _page(
    request: Request,
    session: Session,
    admin: Agent,
    *,
    created: Agent | None = None,
    password: str = "",
    error: DeskError | None = None,
    values: NewAccount | None = None,
) -> Response:
    context: dict[str, Any] = {
        "people": agents.list_agents(session),
        "created": created,
        "password": password,
        "error": error.message_vi if error else None,
        "values": values or NewAccount(),
    }
    status = error.status if error else 200
    return console_page(
        request, Viewer.of(admin), "agents", "console/agents.html", context, status_code=status
    )
