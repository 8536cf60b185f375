"""`/v1/bot`: for the action server only, with the bearer SERVICE_TOKEN."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from feedback_api.access import Access, access
from feedback_api.bot_api import service
from feedback_api.bot_api.schemas import (
    Hours,
    OpenedTicketBody,
    OpenTicketBody,
    SlotRow,
    StatusBody,
    TicketRow,
    TicketRows,
)
from feedback_api.database import SessionDep
from feedback_api.errors import ErrorBody
from feedback_api.state import desk_of
from feedback_api.tickets.service import expected_said

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
        expected=expected_said(ticket, ticket.opened_at),
    )


@router.get(
    "/conversations/{sender}/tickets", summary="Tickets of a conversation", responses={404: ERRORS[404]}
)
@access(Access.SERVICE)
def list_tickets(sender: str, session: SessionDep) -> TicketRows:
    """Youngest first."""
    return TicketRows(tickets=[TicketRow.of(row) for row in service.tickets_of(session, sender)])


@router.post(
    "/conversations/{sender}/ticket-status",
    summary="How a ticket stands",
    responses={
        404: {"model": ErrorBody, "description": "unknown_ticket (also another's), unknown_conversation"},
        422: {"model": ErrorBody, "description": "contact_missing: ask for phone or e-mail first"},
        429: {"model": ErrorBody, "description": "too_many, with Retry-After in seconds"},
    },
)
@access(Access.SERVICE)
def ticket_status(sender: str, body: StatusBody, request: Request, session: SessionDep) -> TicketRow:
    """Of this conversation, or with the contact that was typed into it."""
    limiter = desk_of(request.app).limiter
    return TicketRow.of(service.status_of(session, limiter, sender, body.code))


@router.get("/hours", summary="When people work, and when they can call back")
@access(Access.SERVICE)
def hours(session: SessionDep) -> Hours:
    """At most four times to be called."""
    is_open, said, slots = service.hours(session)
    return Hours(open=is_open, text=said, slots=[SlotRow(id=slot.id, title=slot.title) for slot in slots])
