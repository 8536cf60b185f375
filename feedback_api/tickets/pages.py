"""The citizen's pages of tickets: ask for a person, look a ticket up, read and answer it. All by plain forms.

GET only reads. Unknown tickets and tickets of others give the same page; secrets stay in a cookie and out of addresses.
"""

from __future__ import annotations

from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Cookie, Depends, Form, Request
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session
from starlette.responses import Response

from feedback_api.access import Access, access
from feedback_api.conversations import service as chat
from feedback_api.conversations.cookies import CHAT_COOKIE
from feedback_api.database import SessionDep
from feedback_api.errors import DeskError
from feedback_api.models import Conversation, Ticket
from feedback_api.rate_limits import TICKETS_ADDRESS, TICKETS_CONVERSATION, client_address
from feedback_api.state import desk_of
from feedback_api.templating import page
from feedback_api.text import TICKET_LIMIT
from feedback_api.tickets import access_cookie, codes, consent, service
from feedback_api.tickets.form import NewTicket, fault_of, faults
from feedback_api.tickets.views import TicketRequest

router = APIRouter(prefix="/tickets", include_in_schema=False)
ChatToken = Annotated[str | None, Cookie(alias=CHAT_COOKIE, max_length=64)]
Key = Annotated[str, Form(max_length=64)]
SILENT = {"merged", "spam"}  # no reply box: nobody would read it


def new_ticket_form(
    text: Annotated[str, Form(max_length=20_000)] = "",
    name: Annotated[str, Form(max_length=200)] = "",
    reach_by: Annotated[str, Form(max_length=10)] = "",
    phone: Annotated[str, Form(max_length=60)] = "",
    email: Annotated[str, Form(max_length=320)] = "",
    agreed: Annotated[str, Form(alias="consent", max_length=10)] = "",
) -> NewTicket:
    """The form's fields as typed."""
    return NewTicket(text, name, reach_by, phone, email, agreed == "yes")


@router.get("/new")
@access(Access.CONVERSATION)
def ask(request: Request, session: SessionDep, vssid_chat: ChatToken = None) -> Response:
    """The empty form, with the question that stayed open in the chat."""
    conversation = chat.find_conversation(session, vssid_chat)
    question = chat.unresolved_question(session, conversation) if conversation else None
    phone, email = _draft(session, conversation)
    form = NewTicket(text=question or "", reach_by="email" if email and not phone else "phone")
    return _form_page(request, form, (phone, email), str(uuid4()))


@router.post("")
@access(Access.CONVERSATION)
def create(
    request: Request,
    session: SessionDep,
    form: Annotated[NewTicket, Depends(new_ticket_form)],
    idempotency_key: Key,
    vssid_chat: ChatToken = None,
) -> Response:
    """Opens the ticket and leads to it; a second press of the button leads to the same one."""
    desk = desk_of(request.app)
    conversation = chat.find_conversation(session, vssid_chat)
    draft = _draft(session, conversation)
    wrong = faults(form, draft)
    if not wrong:
        try:
            desk.limiter.hit(TICKETS_ADDRESS, "tickets-address", client_address(request))
            if conversation:
                desk.limiter.hit(TICKETS_CONVERSATION, "tickets", str(conversation.id))
            # A savepoint: a refused request must not leave its idempotency key behind.
            with session.begin_nested():
                opened = service.open_ticket(session, _request(session, form, conversation), idempotency_key)
        except DeskError as error:
            response = _form_page(request, form, draft, idempotency_key, fault_of(error), error.status)
            response.headers.update(error.headers)
            return response
        response = RedirectResponse(f"/tickets/{opened.code}", 303)
        access_cookie.remember(request, response, desk.settings, opened.code, opened.secret, fresh=True)
        return response
    return _form_page(request, form, draft, idempotency_key, wrong, 422)


@router.get("/status")
@access(Access.PUBLIC)
def look_up(request: Request) -> Response:
    """The form for code and secret."""
    return _lookup_page(request)


@router.post("/status")
@access(Access.TICKET)
def open_by_secret(
    request: Request,
    session: SessionDep,
    code: Annotated[str, Form(max_length=100)] = "",
    secret: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Code and secret into the cookie; every mistake gives the same page."""
    desk = desk_of(request.app)
    try:
        ticket = service.open_by_secret(session, desk.limiter, client_address(request), code, secret)
    except DeskError as error:
        return _lookup_page(request, code=code, error=error)
    response = RedirectResponse(f"/tickets/{ticket.code}", 303)
    access_cookie.remember(request, response, desk.settings, ticket.code, secret.strip(), fresh=False)
    return response


@router.post("/forget")
@access(Access.PUBLIC)
def forget() -> Response:
    """Makes this browser forget its tickets."""
    response = RedirectResponse("/tickets/status", 303)
    access_cookie.forget(response)
    return response


@router.get("/{code}")
@access(Access.TICKET)
def show(request: Request, session: SessionDep, code: str, vssid_chat: ChatToken = None) -> Response:
    """The ticket as its citizen sees it."""
    try:
        ticket = _find(request, session, code, vssid_chat)
    except DeskError as error:
        return _lookup_page(request, code=codes.normalise(code) or "", error=error)
    return _ticket_page(request, session, ticket)


@router.post("/{code}/open")
@access(Access.TICKET)
def open_from_chat(
    request: Request, session: SessionDep, code: str, vssid_chat: ChatToken = None
) -> Response:
    """From the chat that opened the ticket: a new secret into the cookie, shown once on the ticket's page."""
    conversation = chat.find_conversation(session, vssid_chat)
    try:
        ticket = _of_conversation(session, conversation, code)
    except DeskError as error:
        return _lookup_page(request, code=codes.normalise(code) or "", error=error)
    secret = service.mint_access(session, ticket)
    response = RedirectResponse(f"/tickets/{ticket.code}", 303)
    settings = desk_of(request.app).settings
    access_cookie.remember(request, response, settings, ticket.code, secret, fresh=True)
    return response


@router.post("/{code}/replies")
@access(Access.TICKET)
def reply(
    request: Request,
    session: SessionDep,
    code: str,
    idempotency_key: Key,
    text: Annotated[str, Form(max_length=20_000)] = "",
    vssid_chat: ChatToken = None,
) -> Response:
    """The citizen's words into the thread."""
    try:
        ticket = _find(request, session, code, vssid_chat)
    except DeskError as error:
        return _lookup_page(request, code=codes.normalise(code) or "", error=error)
    try:
        desk_of(request.app).limiter.hit(TICKETS_CONVERSATION, "ticket-reply", ticket.code)
        with session.begin_nested():
            event = service.citizen_reply(session, ticket, text, idempotency_key)
    except DeskError as error:
        session.refresh(ticket)
        return _ticket_page(request, session, ticket, error=error, draft=text, key=idempotency_key)
    return RedirectResponse(f"/tickets/{ticket.code}#e-{event.id}", 303)


def _find(request: Request, session: Session, code: str, chat_token: str | None) -> Ticket:
    secret = access_cookie.known(request).get(codes.normalise(code) or "")
    if secret:
        return service.find_for_citizen(session, code, secret)
    return _of_conversation(session, chat.find_conversation(session, chat_token), code)


def _of_conversation(session: Session, conversation: Conversation | None, code: str) -> Ticket:
    if conversation is None:
        return service.find_for_citizen(session, code, "")  # fails as any other wrong secret does
    return service.find_for_conversation(session, conversation, code)


def _draft(session: Session, conversation: Conversation | None) -> tuple[str | None, str | None]:
    """Phone and e-mail typed into the chat, masked."""
    return chat.contact_shown(session, conversation) if conversation else (None, None)


def _request(session: Session, form: NewTicket, conversation: Conversation | None) -> TicketRequest:
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
    )


def _form_page(
    request: Request,
    form: NewTicket,
    draft: tuple[str | None, str | None],
    key: str,
    errors: dict[str, str] | None = None,
    status_code: int = 200,
) -> Response:
    context = {
        "values": form,
        "errors": errors or {},
        "draft_phone": draft[0],
        "draft_email": draft[1],
        "idempotency_key": key,
        "consent_text": consent.TEXT,
        "text_limit": TICKET_LIMIT,
    }
    return page(request, "tickets/new.html", context, status_code=status_code)


def _lookup_page(request: Request, *, code: str = "", error: DeskError | None = None) -> Response:
    context = {
        "code": code,
        "error": error.message_vi if error else None,
        "known": list(access_cookie.known(request)),
    }
    response = page(request, "tickets/status.html", context, status_code=error.status if error else 200)
    response.headers.update(error.headers if error else {})
    return response


def _ticket_page(
    request: Request,
    session: Session,
    ticket: Ticket,
    *,
    error: DeskError | None = None,
    draft: str = "",
    key: str = "",
) -> Response:
    view = service.citizen_view(session, ticket)
    fresh = access_cookie.is_fresh(request, ticket.code)
    context = {
        "ticket": view,
        "events": service.citizen_thread(session, ticket),
        "secret": access_cookie.known(request).get(ticket.code) if fresh else None,
        "can_reply": view.status not in SILENT,
        "errors": {"text": error.message_vi} if error else {},
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
