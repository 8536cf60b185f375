"""The citizen's rating of a ticket, by plain form."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Cookie, Form, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from feedback_api.access import Access, access
from feedback_api.conversations.cookies import CHAT_COOKIE
from feedback_api.database import SessionDep
from feedback_api.errors import DeskError
from feedback_api.ratings import service
from feedback_api.tickets import codes, screens

router = APIRouter(prefix="/tickets/{code}/rating", include_in_schema=False)


@router.post("")
@access(Access.TICKET)
def rate(
    request: Request,
    session: SessionDep,
    code: str,
    solved: Annotated[str, Form(max_length=10)] = "",
    reason: Annotated[str, Form(max_length=24)] = "",
    comment: Annotated[str, Form(max_length=5_000)] = "",
    vssid_chat: Annotated[str | None, Cookie(alias=CHAT_COOKIE, max_length=64)] = None,
) -> Response:
    """One tap, with a reason if there is one."""
    try:
        ticket = screens.find(request, session, code, vssid_chat)
    except DeskError as error:
        return screens.lookup_page(request, code=codes.normalise(code) or "", error=error)
    try:
        service.rate(session, ticket, solved, reason, comment)
    except DeskError as error:
        return screens.ticket_page(request, session, ticket, error=error, field="rating")
    return RedirectResponse(f"/tickets/{ticket.code}#rating", 303)
