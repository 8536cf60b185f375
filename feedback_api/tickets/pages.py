"""The citizen's pages of tickets: ask for a person, look a ticket up, read and answer it. All by plain forms.

GET only reads. Unknown tickets and tickets of others give the same page; secrets stay in a cookie and out of addresses.
"""

from __future__ import annotations

from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Cookie, Depends, Form, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from feedback_api.access import Access, access
from feedback_api.conversations import service as chat
from feedback_api.conversations.cookies import CHAT_COOKIE
from feedback_api.database import SessionDep
from feedback_api.errors import DeskError
from feedback_api.rate_limits import TICKETS_ADDRESS, TICKETS_CONVERSATION, client_address
from feedback_api.state import desk_of
from feedback_api.tickets import access_cookie, codes, screens, service
from feedback_api.tickets.form import NewTicket, fault_of, faults

router = APIRouter(prefix="/tickets", include_in_schema=False)
ChatToken = Annotated[str | None, Cookie(alias=CHAT_COOKIE, max_length=64)]
Key = Annotated[str, Form(max_length=64)]


def new_ticket_form(
    text: Annotated[str, Form(max_length=20_000)] = "",
    name: Annotated[str, Form(max_length=200)] = "",
    reach_by: Annotated[str, Form(max_length=10)] = "",
    phone: Annotated[str, Form(max_length=60)] = "",
    email: Annotated[str, Form(max_length=320)] = "",
    agreed: Annotated[str, Form(alias="consent", max_length=10)] = "",
    callback_slot: Annotated[str, Form(max_length=40)] = "",
) -> NewTicket:
    """The form's fields as typed."""
    return NewTicket(text, name, reach_by, phone, email, agreed == "yes", callback_slot)


@router.get("/new")
@access(Access.CONVERSATION)
def ask(request: Request, session: SessionDep, vssid_chat: ChatToken = None) -> Response:
    """The empty form, with the question that stayed open in the chat."""
    conversation = chat.find_conversation(session, vssid_chat)
    question = chat.unresolved_question(session, conversation) if conversation else None
    phone, email = screens.draft(session, conversation)
    form = NewTicket(text=question or "", reach_by="email" if email and not phone else "phone")
    return screens.form_page(request, session, form, (phone, email), str(uuid4()))


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
    draft = screens.draft(session, conversation)
    wrong = faults(form, draft)
    if not wrong:
        try:
            desk.limiter.hit(TICKETS_ADDRESS, "tickets-address", client_address(request))
            if conversation:
                desk.limiter.hit(TICKETS_CONVERSATION, "tickets", str(conversation.id))
            # A savepoint: a refused request must not leave its idempotency key behind.
            with session.begin_nested():
                opened = service.open_ticket(
                    session, screens.ticket_request(session, form, conversation), idempotency_key
                )
        except DeskError as error:
            response = screens.form_page(
                request, session, form, draft, idempotency_key, fault_of(error), error.status
            )
            response.headers.update(error.headers)
            return response
        response = RedirectResponse(f"/tickets/{opened.code}", 303)
        access_cookie.remember(request, response, desk.settings, opened.code, opened.secret, fresh=True)
        return response
    return screens.form_page(request, session, form, draft, idempotency_key, wrong, 422)


@router.get("/status")
@access(Access.PUBLIC)
def look_up(request: Request) -> Response:
    """The form for code and secret."""
    return screens.lookup_page(request)


@router.post("/status")
@access(Access.TICKET)
def open_by_secret(
    request: Request,
    session: SessionDep,
    code: Annotated[str, Form(max_length=100)] = "",
    secret: Annotated[str, Form(max_length=200)] = "",
    contact: Annotated[str, Form(max_length=320)] = "",
) -> Response:
    """Code and secret into the cookie; every mistake gives the same page. Code and contact show the status alone."""
    desk = desk_of(request.app)
    try:
        if contact.strip() and not secret.strip():
            both = service.typed_contact(contact)
            found = service.status_by_contact(session, desk.limiter, client_address(request), code, both)
            return screens.lookup_page(request, code=found.code, found=found)
        ticket = service.open_by_secret(session, desk.limiter, client_address(request), code, secret)
    except DeskError as error:
        return screens.lookup_page(request, code=code, error=error)
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
        ticket = screens.find(request, session, code, vssid_chat)
    except DeskError as error:
        return screens.lookup_page(request, code=codes.normalise(code) or "", error=error)
    return screens.ticket_page(request, session, ticket)


@router.post("/{code}/open")
@access(Access.TICKET)
def open_from_chat(
    request: Request, session: SessionDep, code: str, vssid_chat: ChatToken = None
) -> Response:
    """From the chat that opened the ticket: a new secret into the cookie, shown once on the ticket's page."""
    conversation = chat.find_conversation(session, vssid_chat)
    try:
        ticket = screens.of_conversation(session, conversation, code)
    except DeskError as error:
        return screens.lookup_page(request, code=codes.normalise(code) or "", error=error)
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
        ticket = screens.find(request, session, code, vssid_chat)
    except DeskError as error:
        return screens.lookup_page(request, code=codes.normalise(code) or "", error=error)
    try:
        desk_of(request.app).limiter.hit(TICKETS_CONVERSATION, "ticket-reply", ticket.code)
        with session.begin_nested():
            event = service.citizen_reply(session, ticket, text, idempotency_key)
    except DeskError as error:
        session.refresh(ticket)
        return screens.ticket_page(request, session, ticket, error=error, draft=text, key=idempotency_key)
    return RedirectResponse(f"/tickets/{ticket.code}#e-{event.id}", 303)
