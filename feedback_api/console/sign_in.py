"""`/console/login` and `/console/logout`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from feedback_api.access import Access, access
from feedback_api.agents import service
from feedback_api.agents.auth import AGENT_COOKIE, clear_agent, set_agent
from feedback_api.database import SessionDep
from feedback_api.errors import DeskError
from feedback_api.rate_limits import client_address
from feedback_api.state import desk_of
from feedback_api.templating import page

router = APIRouter()


@router.get("/login")
@access(Access.PUBLIC)
def form(request: Request) -> Response:
    return page(request, "console/login.html", {"error": None, "login": ""})


@router.post("/login")
@access(Access.PUBLIC)
def sign_in(
    request: Request,
    session: SessionDep,
    login: Annotated[str, Form(max_length=200)] = "",
    password: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """A new session, or the form again; the same sentence for an unknown login and a wrong password."""
    desk = desk_of(request.app)
    try:
        token = service.sign_in(session, desk.limiter, login, password, client_address(request))
    except DeskError as error:
        context = {"error": error.message_vi, "login": login[:64]}
        response = page(request, "console/login.html", context, status_code=error.status)
        response.headers.update(error.headers)
        return response
    response = RedirectResponse("/console", 303)
    set_agent(response, desk.settings, token)
    return response


@router.post("/logout")
@access(Access.PUBLIC)
def sign_out(request: Request, session: SessionDep) -> Response:
    service.sign_out(session, request.cookies.get(AGENT_COOKIE))
    response = RedirectResponse("/console/login", 303)
    clear_agent(response)
    return response
