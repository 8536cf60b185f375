"""`/chat`: the conversation as a page and a plain form. vssid-chat.js makes it live; nothing here needs it.

GET only reads; each POST answers 303 to the page, or the page again with what went wrong and the typed text kept.
"""

from __future__ import annotations

import re
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Cookie, Form, Request
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from feedback_api.access import Access, access
from feedback_api.chat.most_asked import MostAsked
from feedback_api.conversations import service
from feedback_api.conversations.cookies import CHAT_COOKIE, clear_chat, set_chat
from feedback_api.conversations.views import MessageView, TurnInput
from feedback_api.database import SessionDep
from feedback_api.errors import DeskError
from feedback_api.rate_limits import client_address
from feedback_api.state import desk_of
from feedback_api.templating import page
from feedback_api.text import LIMIT

router = APIRouter(include_in_schema=False)
ChatToken = Annotated[str | None, Cookie(alias=CHAT_COOKIE, max_length=64)]
CLIENT_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
# Fetched beside vssid-chat.js instead of after it: on a slow network every round trip counts.
MODULES = (
    "chat-parts.js",
    "chat-view.js",
    "chat-tools.js",
    "chat-desk.js",
    "chat-suggest.js",
    "chat-mine.js",
    "chat-screens.js",
    "chat-embed.js",
)
most_asked = MostAsked()


@router.get("/")
@access(Access.PUBLIC)
def home() -> Response:
    return RedirectResponse("/chat", 307)


@router.get("/chat")
@access(Access.CONVERSATION)
def show(request: Request, session: SessionDep, vssid_chat: ChatToken = None) -> Response:
    """The transcript of this browser's conversation, or the first screen."""
    conversation = service.find_conversation(session, vssid_chat)
    messages = service.transcript(session, conversation) if conversation else []
    return _page(request, messages)


@router.get("/chat/element")
@access(Access.PUBLIC)
def element(request: Request) -> Response:
    """What `<vssid-chat>` on a host's page holds before its conversation is fetched; the same for everybody."""
    return page(request, "chat/_insides.html", {**_insides([]), "embedded": True})


@router.post("/chat")
@access(Access.CONVERSATION)
async def post(
    request: Request,
    client_id: Annotated[str, Form(max_length=64)] = "",
    text: Annotated[str | None, Form(max_length=20_000)] = None,
    option: Annotated[str | None, Form(max_length=40)] = None,
    vssid_chat: ChatToken = None,
) -> Response:
    """One turn by plain form. The hidden `client_id` makes a second press of the button harmless."""
    turn = TurnInput(
        client_id=client_id if CLIENT_ID.fullmatch(client_id) else str(uuid4()),
        text=None if option else text or "",
        option=option or None,
        address=client_address(request),
    )
    try:
        result = await service.take_turn(request.app, vssid_chat, turn)
    except DeskError as error:
        messages = await run_in_threadpool(_transcript, request, vssid_chat)
        response = _page(request, messages, error=error, draft=text or "")
        response.headers.update(error.headers)
        return response
    response = RedirectResponse(f"/chat#m-{result.messages[0].id}", 303)
    set_chat(response, desk_of(request.app).settings, result.token)
    return response


@router.post("/chat/clear")
@access(Access.CONVERSATION)
def clear(session: SessionDep, vssid_chat: ChatToken = None) -> Response:
    """Forgets the conversation of this browser."""
    conversation = service.find_conversation(session, vssid_chat)
    if conversation:
        service.clear_conversation(session, conversation)
    response = RedirectResponse("/chat", 303)
    clear_chat(response)
    return response


def _transcript(request: Request, token: str | None) -> list[MessageView]:
    with desk_of(request.app).database.reading() as session:
        conversation = service.find_conversation(session, token)
        return service.transcript(session, conversation) if conversation else []


def _page(
    request: Request, messages: list[MessageView], *, error: DeskError | None = None, draft: str = ""
) -> Response:
    context = {
        **_insides(messages),
        "modules": MODULES,
        "error": error.message_vi if error else None,
        "draft": draft,
    }
    return page(request, "chat/page.html", context, status_code=error.status if error else 200)


def _insides(messages: list[MessageView]) -> dict[str, Any]:
    return {
        "messages": messages,
        "embedded": False,
        "most_asked": most_asked.questions(),
        "client_id": str(uuid4()),
        "text_limit": LIMIT,
        "error": None,
        "draft": "",
    }
