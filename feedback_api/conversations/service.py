"""A citizen's turn, and what pages ask about conversations.

`take_turn` is the one async route of the desk: two short transactions in the thread pool, and between them, with no
session open, the bot; without the bot, search; without both, the way to a person. It never leaves a citizen without
a word, and never holds a transaction or a pool thread across an outside call.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from datetime import timedelta
from typing import TYPE_CHECKING

from anyio import CancelScope
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from feedback_api import logs, texts_vi
from feedback_api import text as text_rules
from feedback_api.conversations import repository, steps
from feedback_api.conversations.answering import answer
from feedback_api.conversations.drafts import contact_shown
from feedback_api.conversations.questions import unresolved_question
from feedback_api.conversations.views import MessageView, TurnInput, TurnResult, message_view
from feedback_api.errors import DeskError
from feedback_api.rate_limits import CHAT, CHAT_ADDRESS
from feedback_api.state import desk_of
from feedback_api.tokens import hash_token, new_token

if TYPE_CHECKING:
    from fastapi import FastAPI
    from sqlalchemy.orm import Session

    from feedback_api.conversations.replies import BotTurn
    from feedback_api.conversations.steps import Finished, Started, Typed
    from feedback_api.identity.caller import Caller
    from feedback_api.models import Conversation
    from feedback_api.state import Desk

PATIENCE = 60.0  # seconds that a turn waits for the one before it
ASK_AGAIN = 0.1  # seconds between looks while another process has the turn
LEASE_MARGIN = 10.0  # seconds on top of the time-outs, for the database

__all__ = [
    "MessageView",
    "TurnInput",
    "TurnResult",
    "clear_conversation",
    "contact_shown",
    "find_conversation",
    "find_for_caller",
    "take_turn",
    "transcript",
    "unresolved_question",
]


async def take_turn(app: FastAPI, token: str | None, turn: TurnInput) -> TurnResult:
    """One message of a citizen and all that is said to it.

    :param token: the cookie's value; None or unknown starts a conversation (`TurnResult.token` is then new).
    :raises DeskError: 422 empty_text, text_too_long; 409 stale_option; 429 too_many; by the handlers 503 database_away,
        500 not_saved.
    """
    desk = desk_of(app)
    typed = read_input(turn)
    key = hash_token(token) if token else turn.client_id
    person = turn.caller.subject is not None
    # Counted before waiting for its turn: whoever sends a hundred at once is told so at once.
    await run_in_threadpool(_count, desk, token, turn)
    async with desk.gate.in_order(key):
        started = await _begin_in_turn(desk, token, typed)
        if started.done:
            return TurnResult(
                started.token,
                started.done,
                started.ticket_code,
                replayed=started.replayed,
                earlier=started.earlier,
                with_agent=started.with_agent,
                person=person,
            )
        finished = None
        try:
            said = await answer(desk, started)
            async with desk.database.turn():
                finished = await run_in_threadpool(_finish, desk, started, said)
        finally:
            if finished is None:
                await _let_go(desk, started)
    return TurnResult(
        started.token,
        finished.messages,
        finished.ticket_code,
        earlier=finished.earlier,
        with_agent=finished.with_agent,
        person=person,
    )


def read_input(turn: TurnInput) -> Typed:
    """`turn` cleaned and checked.

    :raises DeskError: 422.
    """
    if turn.option is not None:
        return _typed(turn, None)
    cleaned = text_rules.clean(turn.text or "")
    if not cleaned:
        raise DeskError(texts_vi.EMPTY_TEXT, 422, "empty_text")
    if len(cleaned) > text_rules.LIMIT:
        raise DeskError(texts_vi.TEXT_TOO_LONG.format(limit=text_rules.LIMIT), 422, "text_too_long")
    return _typed(turn, cleaned)


def transcript(session: Session, conversation: Conversation, after: int = 0) -> list[MessageView]:
    """Messages younger than the id `after`, oldest first."""
    return [message_view(item) for item in repository.messages(session, conversation.id, after)]


def find_conversation(session: Session, token: str | None) -> Conversation | None:
    """The conversation of a cookie, or None."""
    return repository.by_token_hash(session, hash_token(token)) if token else None


def find_for_caller(session: Session, token: str | None, caller: Caller) -> Conversation | None:
    """`find_conversation`, but None where the caller's token names someone else than its owner."""
    conversation = find_conversation(session, token)
    return conversation if conversation and caller.may_use(conversation.subject) else None


def clear_conversation(session: Session, conversation: Conversation) -> None:
    """Forgets a conversation. One that led to a ticket stays readable for the agents; the cookie opens it no more."""
    if repository.has_ticket(session, conversation.id):
        repository.rename_token(session, conversation.id, hash_token(new_token()))
        repository.delete_draft(session, conversation.id)
    else:
        repository.delete_conversation(session, conversation.id)


def _typed(turn: TurnInput, text: str | None) -> Typed:
    return steps.Typed(turn.client_id, text, turn.option, secrets.token_hex(16), turn.caller)


def _count(desk: Desk, token: str | None, turn: TurnInput) -> None:
    desk.limiter.hit(CHAT_ADDRESS, "chat-address", turn.address)
    if token:
        desk.limiter.hit(CHAT, "chat", hash_token(token))
    if turn.caller.subject:
        desk.limiter.hit(CHAT, "chat-person", turn.caller.subject)


async def _begin_in_turn(desk: Desk, token: str | None, typed: Typed) -> Started:
    """Transaction 1, as soon as no other process has the conversation's turn.

    :raises DeskError: 503 busy, when that takes too long.
    """
    deadline = time.monotonic() + PATIENCE
    while True:
        async with desk.database.turn():
            started = await run_in_threadpool(_begin, desk, token, typed)
        if not started.waiting:
            return started
        if time.monotonic() > deadline:
            raise DeskError(texts_vi.BUSY_TURN, 503, "busy", {"Retry-After": "5"})
        await asyncio.sleep(ASK_AGAIN)


def _begin(desk: Desk, token: str | None, typed: Typed) -> Started:
    settings = desk.settings
    lease = timedelta(seconds=settings.rasa_timeout + settings.search_timeout + LEASE_MARGIN)
    with desk.database.writing() as session:
        return steps.begin(session, token, typed, lease)


def _finish(desk: Desk, started: Started, said: BotTurn) -> Finished:
    with desk.database.writing() as session:
        return steps.finish(session, started, said)


async def _let_go(desk: Desk, started: Started) -> None:
    """After a fault between the transactions: the next turn need not wait for the lease to run out."""
    with CancelScope(shield=True):
        try:
            async with desk.database.turn():
                await run_in_threadpool(_release, desk, started)
        except SQLAlchemyError as error:  # what went wrong first is reported; the lease runs out by itself
            logs.failure("turn_not_released", error, conversation=started.conversation_id)


def _release(desk: Desk, started: Started) -> None:
    with desk.database.writing() as session:
        steps.release(session, started)
