"""`/console/tickets/CODE`: the work place of one ticket.

Each write is one short transaction, committed before search is asked for the FAQ entries beside the thread. A refusal
shows the page as it is now with the reason and every draft; htmx gets the same partial, plain forms a redirect.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from feedback_api import logs
from feedback_api.access import Access, access
from feedback_api.attachments import service as attachments
from feedback_api.clients.search_client import SearchDown, UnknownEntry
from feedback_api.console import service as console
from feedback_api.console.drafts import Drafts, reply_text
from feedback_api.console.shared import TICKETS, Viewer, console_page, signed_in, wants_fragment
from feedback_api.errors import DeskError, NotSignedIn
from feedback_api.models import Agent, Ticket
from feedback_api.ratings import service as ratings
from feedback_api.state import desk_of
from feedback_api.tickets import service
from feedback_api.tickets.lifecycle import WORKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from feedback_api.tickets.views import Contact

    Action = Callable[[Session, Ticket, Agent], Contact | None]

router = APIRouter(prefix="/tickets/{code}")
ASKED = 500  # characters of a ticket's text that search is asked with
HITS_SHOWN = 4
Long = Annotated[str, Form(max_length=20_000)]


def drafts_form(
    reply: Long = "",
    note: Long = "",
    resolution: Annotated[str, Form(max_length=40)] = "",
    entry_id: Annotated[str, Form(max_length=120)] = "",
    closing: Long = "",
) -> Drafts:
    """Whatever of the page's fields came along."""
    return Drafts(reply, note, resolution, entry_id, closing)


DraftsDep = Annotated[Drafts, Depends(drafts_form)]
Version = Annotated[int, Form(ge=0)]
Key = Annotated[str, Form(min_length=8, max_length=64)]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the database holds of a ticket's page; search adds the hits."""

    viewer: Viewer
    context: dict[str, Any]
    summary: str
    entry_id: str | None


@router.get("")
@access(Access.AGENT)
async def show(request: Request, code: str, insert: Annotated[str, Query(max_length=120)] = "") -> Response:
    """The ticket; `insert` puts an FAQ entry into the reply box where there is no JavaScript."""
    loaded = await run_in_threadpool(_load, request, code)
    drafts = Drafts()
    if insert:
        entry = await _entry(request, insert)
        drafts = Drafts(reply=reply_text(entry) if entry else "", entry_id=insert if entry else "")
    return await _render(request, loaded, drafts)


@router.get("/fresh")
@access(Access.AGENT)
async def fresh(request: Request, code: str, version: Annotated[int, Query(ge=0)]) -> Response:
    """204 while the page's version is the present one, else a notice."""
    loaded = await run_in_threadpool(_load, request, code)
    ticket = loaded.context["ticket"]
    if ticket.version == version:
        return Response(status_code=204)
    return console_page(request, loaded.viewer, "queue", "console/partials/fresh.html", {"code": ticket.code})


@router.post("/take")
@access(Access.AGENT)
async def take(request: Request, code: str, drafts: DraftsDep) -> Response:
    return await _write(request, code, service.take, drafts, kept=drafts)


@router.post("/release")
@access(Access.AGENT)
async def release(request: Request, code: str, drafts: DraftsDep) -> Response:
    return await _write(request, code, service.release, drafts, kept=drafts)


@router.post("/reply")
@access(Access.AGENT)
async def reply(
    request: Request, code: str, drafts: DraftsDep, version: Version, idempotency_key: Key
) -> Response:
    """An answer; if someone was faster, their words are shown and the draft stays."""

    def action(session: Session, ticket: Ticket, agent: Agent) -> None:
        service.reply(session, ticket, agent, drafts.reply, version, idempotency_key)

    return await _write(request, code, action, drafts, kept=Drafts(note=drafts.note))


@router.post("/notes")
@access(Access.AGENT)
async def note(request: Request, code: str, drafts: DraftsDep) -> Response:
    def action(session: Session, ticket: Ticket, agent: Agent) -> None:
        service.add_note(session, ticket, agent, drafts.note)

    return await _write(request, code, action, drafts, kept=Drafts(reply=drafts.reply))


@router.post("/resolve")
@access(Access.AGENT)
async def resolve(request: Request, code: str, drafts: DraftsDep) -> Response:
    """Ends the work with a reason, and a last answer if there is one."""

    def action(session: Session, ticket: Ticket, agent: Agent) -> None:
        entry = drafts.entry_id or None
        service.resolve(session, ticket, agent, drafts.resolution, entry, drafts.closing)

    return await _write(request, code, action, drafts, kept=Drafts(reply=drafts.reply, note=drafts.note))


@router.post("/attachments/{name}/delete")
@access(Access.AGENT)
async def delete_picture(request: Request, code: str, name: str, drafts: DraftsDep) -> Response:
    """Deletes a picture that should not be there, with one press: nobody asks twice about an identity card."""

    def action(session: Session, ticket: Ticket, agent: Agent) -> None:
        attachments.remove(session, ticket, agent, name)

    return await _write(request, code, action, drafts, kept=drafts)


@router.post("/contact")
@access(Access.AGENT)
async def contact(request: Request, code: str, drafts: DraftsDep) -> Response:
    """The citizen's contact in full; that it was looked at is written down first."""
    contact = await _in_turn(request, code, service.reveal_contact)
    loaded = await run_in_threadpool(_load, request, code)
    loaded.context["contact"] = contact
    if wants_fragment(request):
        return console_page(request, loaded.viewer, "queue", "console/partials/contact.html", loaded.context)
    return await _render(request, loaded, drafts)


async def _write(request: Request, code: str, action: Action, drafts: Drafts, *, kept: Drafts) -> Response:
    """Runs `action`; after success the page with the drafts `kept`, after a refusal with all `drafts` and the reason."""
    error: DeskError | None = None
    try:
        await _in_turn(request, code, action)
    except NotSignedIn:
        raise
    except DeskError as refused:
        error = refused
    if error is None and not wants_fragment(request):
        return RedirectResponse(f"/console/tickets/{code}", 303)
    loaded = await run_in_threadpool(_load, request, code)
    return await _render(request, loaded, drafts if error else kept, error)


async def _in_turn(request: Request, code: str, action: Action) -> Contact | None:
    """Waits for its turn to write without holding a pool thread, then writes."""
    async with desk_of(request.app).database.turn():
        return await run_in_threadpool(_act, request, code, action)


def _act(request: Request, code: str, action: Action) -> Contact | None:
    with desk_of(request.app).database.writing() as session:
        agent = signed_in(request, session, TICKETS)
        return action(session, service.find_for_agent(session, code), agent)


def _load(request: Request, code: str) -> Loaded:
    with desk_of(request.app).database.reading() as session:
        agent = signed_in(request, session, TICKETS)
        ticket = service.find_for_agent(session, code)
        view = service.agent_view(session, ticket)
        working = ticket.status in {status.value for status in WORKING}
        context = {
            "ticket": view,
            "events": service.agent_thread(session, ticket),
            "transcript": console.conversation(session, ticket),
            "contact": None,
            "rating": ratings.rating_of(session, ticket),
            "can_reply": working,
            "can_resolve": working,
            "can_take": working and ticket.assignee_id is None,
            "can_release": working and console.may_release(ticket, agent),
            "idempotency_key": str(uuid4()),
        }
        return Loaded(Viewer.of(agent), context, ticket.summary, ticket.entry_id)


async def _render(
    request: Request, loaded: Loaded, drafts: Drafts, error: DeskError | None = None
) -> Response:
    desk = desk_of(request.app)
    hits, topics = await asyncio.gather(_hits(request, loaded.summary), desk.topics.get(desk.faq))
    choices = list(hits or [])
    if loaded.entry_id and all(hit["id"] != loaded.entry_id for hit in choices):
        entry = await _entry(request, loaded.entry_id)
        choices += [entry] if entry else []
    context = {
        **loaded.context,
        "hits": hits,
        "topics": topics,
        "entry_choices": choices,
        "reply_text": reply_text,
        "drafts": drafts,
        "error": error.message_vi if error else None,
    }
    template = "console/partials/ticket.html" if wants_fragment(request) else "console/ticket.html"
    status = error.status if error else 200
    return console_page(request, loaded.viewer, "queue", template, context, status_code=status)


async def _hits(request: Request, summary: str) -> list[dict[str, Any]] | None:
    """The FAQ entries nearest to the ticket's text; None when search is away."""
    try:
        found = await desk_of(request.app).search.search(summary[:ASKED])
    except (SearchDown, UnknownEntry) as error:
        logs.event("console_search_down", reason=str(error))
        return None
    return list(found.hits[:HITS_SHOWN])


async def _entry(request: Request, entry_id: str) -> dict[str, Any] | None:
    try:
        return await desk_of(request.app).search.entry(entry_id)
    except (SearchDown, UnknownEntry) as error:
        logs.event("console_entry_missing", entry=entry_id, reason=str(error))
        return None
