"""`/v1/bot`: for the action server only, with the bearer SERVICE_TOKEN."""

from __future__ import annotations

from fastapi import APIRouter, Response

from feedback_api.access import Access, access
from feedback_api.bot_api import service
from feedback_api.bot_api.schemas import OpenedTicketBody, OpenTicketBody, TicketRow, TicketRows
from feedback_api.database import SessionDep
from feedback_api.errors import ErrorBody

router = APIRouter(prefix="/v1/bot", tags=["bot"])
ERRORS: dict[int | str, dict[str, object]] = {
    401: {"model": ErrorBody, "description": "unauthorised"},
    404: {"model": ErrorBody, "description": "unknown_conversation"},
    409: {"model": ErrorBody, "description": "same_key_other_body"},
    422: {"model": ErrorBody, "description": "contact_missing and other faults of the request"},
}


@router.post("/tickets", status_code=201, summary="Open a ticket from a conversation", responses=ERRORS)
@access(Access.SERVICE)
def open_ticket(body: OpenTicketBody, session: SessionDep, response: Response) -> OpenedTicketBody:
    """201 with the ticket; a replay of the idempotency key gives 200 and the same body."""
    ticket, shown, replayed = service.open_for_bot(session, body)
    if replayed:
        response.status_code = 200
    return OpenedTicketBody(
        code=ticket.code,
        status=ticket.status,
        reach_by=ticket.reach_by,
        contact_shown=shown,
        opened_at=ticket.opened_at,
    )


@router.get(
    "/conversations/{sender}/tickets", summary="Tickets of a conversation", responses={404: ERRORS[404]}
)
@access(Access.SERVICE)
def list_tickets(sender: str, session: SessionDep) -> TicketRows:
    """Youngest first."""
    rows = service.tickets_of(session, sender)
    return TicketRows(
        tickets=[
            TicketRow(
                code=row.code,
                status=row.status,
                status_title=row.status_title,
                opened_at=row.opened_at,
                updated_at=row.updated_at,
            )
            for row in rows
        ]
    )
