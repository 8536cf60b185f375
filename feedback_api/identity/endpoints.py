"""`/v1/my`: "phiếu của tôi" of the person whom the host app's token names. No cookie opens anything here."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from feedback_api.access import Access, access
from feedback_api.bot_api.schemas import TicketRow, TicketRows
from feedback_api.database import SessionDep
from feedback_api.errors import ErrorBody
from feedback_api.identity.auth import SubjectDep
from feedback_api.state import desk_of
from feedback_api.tickets import access_cookie, service

router = APIRouter(prefix="/v1/my", tags=["chat"])
ERRORS: dict[int | str, dict[str, object]] = {
    401: {"model": ErrorBody, "description": "bad_token"},
    404: {"model": ErrorBody, "description": "ticket_not_found, also for other people's tickets"},
}


@router.get("/tickets", summary="Own tickets of the signed-in person", responses={401: ERRORS[401]})
@access(Access.SIGNED_IN)
def my_tickets(session: SessionDep, subject: SubjectDep) -> TicketRows:
    """Youngest first, at most 50."""
    return TicketRows(tickets=[TicketRow.of(row) for row in service.tickets_of_subject(session, subject)])


@router.post(
    "/tickets/{code}/open", status_code=204, summary="Let this browser read an own ticket", responses=ERRORS
)
@access(Access.SIGNED_IN)
def open_my_ticket(
    code: str, request: Request, response: Response, session: SessionDep, subject: SubjectDep
) -> None:
    """Sets the cookie with which `/tickets/{code}` is read."""
    ticket = service.find_for_subject(session, subject, code)
    secret = service.mint_access(session, ticket)
    settings = desk_of(request.app).settings
    access_cookie.remember(request, response, settings, ticket.code, secret, fresh=False)
