"""`/v1/messages`: the chat as JSON. Thin: cookie and JSON in, `service`, cookie and JSON out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Cookie, Query, Request, Response

from feedback_api.access import Access, access
from feedback_api.conversations import service
from feedback_api.conversations.cookies import CHAT_COOKIE, set_chat
from feedback_api.conversations.schemas import MessageBody, TicketRef, Transcript, TurnBody, TurnReply
from feedback_api.conversations.views import TurnInput
from feedback_api.database import SessionDep
from feedback_api.errors import ErrorBody
from feedback_api.identity.auth import CallerDep
from feedback_api.models import Owner
from feedback_api.rate_limits import client_address
from feedback_api.state import desk_of

router = APIRouter(prefix="/v1", tags=["chat"])
ChatToken = Annotated[str | None, Cookie(alias=CHAT_COOKIE, max_length=64)]
ERRORS: dict[int | str, dict[str, object]] = {
    401: {"model": ErrorBody, "description": "bad_token: the host app's token; send again without it"},
    409: {"model": ErrorBody, "description": "stale_option: the option is not of the latest bot message"},
    422: {"model": ErrorBody, "description": "empty_text, text_too_long, bad_request"},
    429: {"model": ErrorBody, "description": "too_many, with Retry-After in seconds"},
    500: {"model": ErrorBody, "description": "not_saved"},
    503: {"model": ErrorBody, "description": "database_away, busy: send again after Retry-After"},
}


@router.post("/messages", summary="Send a message or choose an option", responses=ERRORS)
@access(Access.CONVERSATION)
async def post_message(
    body: TurnBody, request: Request, response: Response, caller: CallerDep, vssid_chat: ChatToken = None
) -> TurnReply:
    """A repeat of `client_id` gives the first result. The reply carries the cookie of the conversation."""
    turn = TurnInput(
        client_id=body.client_id,
        text=body.text,
        option=body.option,
        address=client_address(request),
        caller=caller,
    )
    result = await service.take_turn(request.app, vssid_chat, turn)
    set_chat(response, desk_of(request.app).settings, result.token)
    return TurnReply(
        messages=[MessageBody.of(view) for view in result.messages],
        earlier=[MessageBody.of(view) for view in result.earlier],
        ticket=TicketRef(code=result.ticket_code) if result.ticket_code else None,
        with_agent=result.with_agent,
        person=result.person,
    )


@router.get("/messages", summary="Messages of this browser's conversation")
@access(Access.CONVERSATION)
def get_messages(
    session: SessionDep,
    caller: CallerDep,
    after: Annotated[int, Query(ge=0)] = 0,
    vssid_chat: ChatToken = None,
) -> Transcript:
    """Only messages younger than the id `after`; an empty list without a conversation."""
    conversation = service.find_for_caller(session, vssid_chat, caller)
    views = service.transcript(session, conversation, after) if conversation else []
    return Transcript(
        messages=[MessageBody.of(view) for view in views],
        with_agent=bool(conversation and conversation.owner == Owner.AGENT.value),
        person=caller.subject is not None,
    )
