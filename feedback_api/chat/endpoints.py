"""`/v1/suggestions` and `/v1/messages/clear`: what the chat element asks besides messages (docs/contracts.md, section 5)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Cookie, Request, Response
from limits import parse
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from feedback_api import privacy
from feedback_api import text as text_rules
from feedback_api.access import Access, access
from feedback_api.conversations import service
from feedback_api.conversations.cookies import CHAT_COOKIE, clear_chat
from feedback_api.database import SessionDep
from feedback_api.errors import ErrorBody
from feedback_api.rate_limits import client_address
from feedback_api.state import desk_of

router = APIRouter(prefix="/v1", tags=["chat"])
ChatToken = Annotated[str | None, Cookie(alias=CHAT_COOKIE, max_length=64)]
# 500 people behind one carrier address, each pausing a dozen times a minute while typing.
PER_ADDRESS = (parse("6000/minute"),)
LONGEST = 200  # characters; longer texts are stories, for which no question of the list is a completion


class Typed(BaseModel):
    """What stands in the box."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"text": "quen mat kh"}]})

    text: str = Field(max_length=20_000)


class Suggestions(BaseModel):
    """Questions of the FAQ, best first."""

    questions: list[str]


@router.post(
    "/suggestions",
    summary="Questions that fit what is being typed",
    responses={429: {"model": ErrorBody, "description": "too_many, with Retry-After in seconds"}},
)
@access(Access.PUBLIC)
async def suggestions(body: Typed, request: Request) -> Suggestions:
    """Nothing is stored. A text with personal numbers gets no suggestions and goes nowhere."""
    desk = desk_of(request.app)
    await run_in_threadpool(desk.limiter.hit, PER_ADDRESS, "suggest-address", client_address(request))
    typed = text_rules.clean(body.text)
    if not typed or len(typed) > LONGEST or privacy.mask(typed).kinds:
        return Suggestions(questions=[])
    return Suggestions(questions=list(await desk.questions.suggest(typed, desk.faq, desk.search)))


@router.post("/messages/clear", status_code=204, summary="Forget this browser's conversation")
@access(Access.CONVERSATION)
def clear(session: SessionDep, response: Response, vssid_chat: ChatToken = None) -> None:
    """Without a conversation there is nothing to forget, which is no error."""
    conversation = service.find_conversation(session, vssid_chat)
    if conversation:
        service.clear_conversation(session, conversation)
    clear_chat(response)
