"""What the citizen's ticket pages share: finding the ticket, and the three screens. No routes."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from feedback_api import texts_vi
from feedback_api.conversations import service as chat
from feedback_api.models import utc_now
from feedback_api.policy import policy_of
from feedback_api.ratings import service as ratings
from feedback_api.state import desk_of
from feedback_api.templating import page
from feedback_api.text import TICKET_LIMIT
from feedback_api.tickets import access_cookie, codes, consent, service
from feedback_api.tickets.views import TicketRequest

if TYPE_CHECKING:
    from fastapi import Request
    from sqlalchemy.orm import Session
    from starlette.responses import Response

    from feedback_api.errors import DeskError
    from feedback_api.models import Conversation, Ticket
    from feedback_api.tickets.form import NewTicket
    from feedback_api.tickets.views import CitizenTicketRow

SILENT = {"merged", "spam"}  # no reply box: nobody would read it
SLOTS = 6


def find(request: Request, session: Session, code: str, chat_token: str | None) -> Ticket:
    secret = access_cookie.known(request).get(codes.normalise(code) or "")
    if secret:
        return service.find_for_citizen(session, code, secret)
    return of_conversation(session, chat.find_conversation(session, chat_token), code)


def of_conversation(session: Session, conversation: Conversation | None, code: str) -> Ticket:
    if conversation is None:
        return service.find_for_citizen(session, code, "")  # fails as any other wrong secret does
    return service.find_for_conversation(session, conversation, code)


def draft(session: Session, conversation: Conversation | None) -> tuple[str | None, str | None]:
    """Phone and e-mail typed into the chat, masked."""
    return chat.contact_shown(session, conversation) if conversation else (None, None)


def ticket_request(session: Session, form: NewTicket, conversation: Conversation | None) -> TicketRequest:
    """The form as the service wants it, with the entry that the chat showed last."""
    messages = chat.transcript(session, conversation) if conversation else []
    card = next((message.card for message in reversed(messages) if message.card), None)
    return TicketRequest(
        text=form.text,
        name=form.name or None,
        phone=form.phone or None,
        email=form.email or None,
        reach_by=form.reach_by,
        channel="chat" if conversation else "web",
        conversation=conversation,
        topic=card["topic"] if card else None,
        entry_id=card["id"] if card else None,
        consent_version=consent.VERSION,
        callback_slot=(form.callback_slot or None) if form.reach_by == "phone" else None,
    )


def form_page(
    request: Request,
    session: Session,
    form: NewTicket,
    draft: tuple[str | None, str | None],
    key: str,
    errors: dict[str, str] | None = None,
    status_code: int = 200,
) -> Response:
    calendar = policy_of(session).calendar
    context = {
        "callback_slots": calendar.slots(utc_now(), SLOTS),
        "working_hours": calendar.hours_said(),
        "values": form,
        "errors": errors or {},
        "draft_phone": draft[0],
        "draft_email": draft[1],
        "idempotency_key": key,
        "consent_text": consent.TEXT,
        "text_limit": TICKET_LIMIT,
    }
    return page(request, "tickets/new.html", context, status_code=status_code)


def lookup_page(
    request: Request, *, code: str = "", error: DeskError | None = None, found: CitizenTicketRow | None = None
) -> Response:
    """The form for code and secret, or code and contact; `found` is the status that a contact opened."""
    context = {
        "found": found,
        "code": code,
        "error": error.message_vi if error else None,
        "known": list(access_cookie.known(request)),
    }
    response = page(request, "tickets/status.html", context, status_code=error.status if error else 200)
    response.headers.update(error.headers if error else {})
    return response


def ticket_page(
    request: Request,
    session: Session,
    ticket: Ticket,
    *,
    error: DeskError | None = None,
    field: str = "text",
    draft: str = "",
    key: str = "",
) -> Response:
    view = service.citizen_view(session, ticket)
    rating = ratings.rating_of(session, ticket)
    settings = desk_of(request.app).settings
    fresh = access_cookie.is_fresh(request, ticket.code)
    context = {
        "ticket": view,
        "events": service.citizen_thread(session, ticket),
        "secret": access_cookie.known(request).get(ticket.code) if fresh else None,
        "can_reply": view.status not in SILENT,
        "errors": {field: error.message_vi} if error else {},
        "rating": rating,
        "rated": rating is not None,
        "can_rate": ratings.can_rate(ticket, rating),
        "rating_reasons": texts_vi.RATING_REASONS,
        "can_attach": settings.attachments and view.status not in SILENT,
        "attach_rules": texts_vi.ATTACH_RULES.format(
            megabytes=settings.attachment_mb, number=settings.attachment_count
        ),
        "no_papers": texts_vi.NO_PAPERS,
        "draft": draft,
        "idempotency_key": key or str(uuid4()),
        "text_limit": TICKET_LIMIT,
    }
    response = page(request, "tickets/show.html", context, status_code=error.status if error else 200)
    if error:
        response.headers.update(error.headers)
    if fresh:
        access_cookie.shown(response)
    return response
