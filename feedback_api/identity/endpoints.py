"""`/v1/my`: "phiếu của tôi" of the person whom the host app's token names. No cookie opens anything here."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict

from feedback_api.access import Access, access
from feedback_api.bot_api.schemas import TicketRow, TicketRows
from feedback_api.database import SessionDep
from feedback_api.errors import ErrorBody
from feedback_api.identity.auth import SubjectDep
from feedback_api.state import desk_of
from feedback_api.tickets import access_cookie, service

router = APIRouter(prefix="/v1/my", tags=["chat"])
LINK_LIFE = timedelta(hours=12)  # long enough to read and answer; an old link is worth nothing


class TicketLink(BaseModel):
    """`path` opens the ticket on the desk's own pages; the secret stands behind `#`, which browsers send to nobody."""

    model_config = ConfigDict(json_schema_extra={"example": {"path": "/tickets/status#VS-7K2M-9QXD.SECRET"}})

    path: str


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


@router.post(
    "/tickets/{code}/link", summary="A link that opens an own ticket, for hosts' pages", responses=ERRORS
)
@access(Access.SIGNED_IN)
def link_to_my_ticket(code: str, session: SessionDep, subject: SubjectDep) -> TicketLink:
    """For pages of hosts, where the desk has no cookies. Good for 12 hours."""
    ticket = service.find_for_subject(session, subject, code)
    return TicketLink(path=f"/tickets/status#{ticket.code}.{service.mint_access(session, ticket, LINK_LIFE)}")
