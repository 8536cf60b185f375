"""Sending a picture with a ticket, and looking at it: for who may read the ticket, and for agents.

The picture is decoded and made anew with no transaction open; strangers are turned away before that costs anything.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Cookie, File, Form, Request, UploadFile
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from feedback_api import logs, texts_vi
from feedback_api.access import Access, access
from feedback_api.attachments import images, service
from feedback_api.conversations.cookies import CHAT_COOKIE
from feedback_api.database import SessionDep
from feedback_api.errors import DeskError
from feedback_api.rate_limits import TICKETS_CONVERSATION
from feedback_api.state import desk_of
from feedback_api.tickets import codes, screens
from feedback_api.tickets.service import find_for_agent

router = APIRouter(include_in_schema=False)
ChatToken = Annotated[str | None, Cookie(alias=CHAT_COOKIE, max_length=64)]
MEGABYTE = 1_000_000
OTHER_FIELDS = 64 * 1024


def upload_limit(megabytes: int) -> int:
    """Bytes that a request with one picture may have."""
    return megabytes * MEGABYTE + OTHER_FIELDS


@router.post("/tickets/{code}/attachments")
@access(Access.TICKET)
async def attach(
    request: Request,
    code: str,
    file: Annotated[UploadFile | None, File()] = None,
    idempotency_key: Annotated[str, Form(max_length=64)] = "",
    vssid_chat: ChatToken = None,
) -> Response:
    """One picture into the thread."""
    settings = desk_of(request.app).settings
    if not settings.attachments:
        raise DeskError(texts_vi.HTTP_ERRORS[404], 404, "not_found")
    refused = await run_in_threadpool(_refused, request, code, vssid_chat)
    if refused is not None:
        return refused
    try:
        picture = await _picture(file, settings.attachment_mb)
    except DeskError as error:
        return await run_in_threadpool(_page, request, code, vssid_chat, error)
    async with desk_of(request.app).database.turn():
        return await run_in_threadpool(_store, request, code, vssid_chat, picture, idempotency_key)


@router.get("/tickets/{code}/attachments/{name}")
@access(Access.TICKET)
def show(
    request: Request, session: SessionDep, code: str, name: str, vssid_chat: ChatToken = None
) -> Response:
    """The picture, for who may read the ticket."""
    ticket = screens.find(request, session, code, vssid_chat)
    return _as_response(name, *service.content_of(session, ticket, name))


@router.get("/console/tickets/{code}/attachments/{name}")
@access(Access.AGENT)
def show_to_agent(session: SessionDep, code: str, name: str) -> Response:
    """The picture, for a signed-in person of the hotline."""
    return _as_response(name, *service.content_of(session, find_for_agent(session, code), name))


async def _picture(file: UploadFile | None, megabytes: int) -> images.Picture:
    raw = await file.read(megabytes * MEGABYTE + 1) if file else b""
    if not raw:
        raise DeskError(texts_vi.NO_FILE, 422, "no_file")
    if len(raw) > megabytes * MEGABYTE:
        raise DeskError(texts_vi.FILE_TOO_LARGE.format(megabytes=megabytes), 413, "too_large")
    try:
        return await run_in_threadpool(images.cleaned, raw)
    except images.BadPicture as error:
        logs.event("bad_picture", reason=error.args[0])
        raise DeskError(texts_vi.BAD_FILE, 422, "bad_file") from error


def _refused(request: Request, code: str, chat_token: str | None) -> Response | None:
    """The page for strangers and for those who send too much; None for everybody else."""
    desk = desk_of(request.app)
    with desk.database.reading() as session:
        try:
            ticket = screens.find(request, session, code, chat_token)
        except DeskError as error:
            return screens.lookup_page(request, code=codes.normalise(code) or "", error=error)
        try:
            desk.limiter.hit(TICKETS_CONVERSATION, "ticket-picture", ticket.code)
        except DeskError as error:
            return screens.ticket_page(request, session, ticket, error=error, field="file")
    return None


def _page(request: Request, code: str, chat_token: str | None, error: DeskError) -> Response:
    with desk_of(request.app).database.reading() as session:
        ticket = screens.find(request, session, code, chat_token)
        return screens.ticket_page(request, session, ticket, error=error, field="file")


def _store(
    request: Request, code: str, chat_token: str | None, picture: images.Picture, key: str
) -> Response:
    desk = desk_of(request.app)
    try:
        with desk.database.writing() as session:
            ticket = screens.find(request, session, code, chat_token)
            event_id = service.attach(session, ticket, picture, key, desk.settings.attachment_count)
            return RedirectResponse(f"/tickets/{ticket.code}#e-{event_id}", 303)
    except DeskError as error:
        return _page(request, code, chat_token, error)


def _as_response(name: str, kind: str, content: bytes) -> Response:
    headers = {
        "Content-Disposition": f'inline; filename="{name}"',
        "Cross-Origin-Resource-Policy": "same-origin",
        # Opened by itself it is a document: one that may do nothing.
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Response(content, media_type=kind, headers=headers)
