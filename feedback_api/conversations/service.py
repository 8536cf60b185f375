"""A citizen's turn, and what pages ask about conversations.

`take_turn` is the one async route of the desk: two short transactions in the thread pool, and between them, with no
session open, the bot; without the bot, search; without both, the way to a person. It never leaves a citizen without
a word, and never holds a transaction or a pool thread across an outside call.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool

from feedback_api import logs, texts_vi
from feedback_api import text as text_rules
from feedback_api.clients.rasa_client import BotRequest, RasaDown
from feedback_api.clients.search_client import SearchDown, UnknownEntry
from feedback_api.conversations import replies, repository, steps
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
    from feedback_api.conversations.steps import Started, Typed
    from feedback_api.models import Conversation
    from feedback_api.state import Desk

__all__ = [
    "MessageView",
    "TurnInput",
    "TurnResult",
    "clear_conversation",
    "contact_shown",
    "find_conversation",
    "take_turn",
    "transcript",
    "unresolved_question",
]


async def take_turn(app: FastAPI, token: str | None, turn: TurnInput) -> TurnResult:
    """One message of a citizen and all that is said to it.

    :param token: the cookie's value; None or unknown starts a conversation (`TurnResult.token` is then new).
    :raises DeskError: 422 empty_text, text_too_long; 409 stale_option; 429 too_many; 500 not_saved (by the handler).
    """
    desk = desk_of(app)
    typed = read_input(turn)
    key = hash_token(token) if token else turn.client_id
    async with desk.gate.in_order(key):
        async with desk.database.turn():
            started = await run_in_threadpool(_begin, desk, token, turn.address, typed)
        if started.done:
            return TurnResult(started.token, started.done, started.ticket_code, replayed=True)
        said = None if started.quiet else await _answer(desk, started)
        async with desk.database.turn():
            messages, code = await run_in_threadpool(_finish, desk, started, said)
    return TurnResult(started.token, messages, code)


def read_input(turn: TurnInput) -> Typed:
    """`turn` cleaned and checked.

    :raises DeskError: 422.
    """
    if turn.option is not None:
        return steps.Typed(turn.client_id, None, turn.option)
    cleaned = text_rules.clean(turn.text or "")
    if not cleaned:
        raise DeskError(texts_vi.EMPTY_TEXT, 422, "empty_text")
    if len(cleaned) > text_rules.LIMIT:
        raise DeskError(texts_vi.TEXT_TOO_LONG.format(limit=text_rules.LIMIT), 422, "text_too_long")
    return steps.Typed(turn.client_id, cleaned, None)


def transcript(session: Session, conversation: Conversation, after: int = 0) -> list[MessageView]:
    """Messages younger than the id `after`, oldest first."""
    return [message_view(item) for item in repository.messages(session, conversation.id, after)]


def find_conversation(session: Session, token: str | None) -> Conversation | None:
    """The conversation of a cookie, or None."""
    return repository.by_token_hash(session, hash_token(token)) if token else None


def clear_conversation(session: Session, conversation: Conversation) -> None:
    """Forgets a conversation. One that led to a ticket stays readable for the agents; the cookie opens it no more."""
    if repository.has_ticket(session, conversation.id):
        repository.rename_token(session, conversation.id, hash_token(new_token()))
        repository.delete_draft(session, conversation.id)
    else:
        repository.delete_conversation(session, conversation.id)


def _begin(desk: Desk, token: str | None, address: str, typed: Typed) -> Started:
    desk.limiter.hit(CHAT_ADDRESS, "chat-address", address)
    if token:
        for_one = hash_token(token)
        desk.limiter.hit(CHAT, "chat", for_one)
    with desk.database.writing() as session:
        return steps.begin(session, token, typed)


def _finish(desk: Desk, started: Started, said: BotTurn | None) -> tuple[tuple[MessageView, ...], str | None]:
    with desk.database.writing() as session:
        return steps.finish(session, started, said)


async def _answer(desk: Desk, started: Started) -> BotTurn:
    """What is said to the citizen: by the bot, else by search, else the way to a person."""
    message = started.payload or text_rules.for_bot(started.said)
    if started.payload is None and not text_rules.has_words(message):
        return replies.only_symbols()
    began = time.perf_counter()
    request = BotRequest(
        started.sender, message, started.phone_shown, started.email_shown, started.pending_question
    )
    try:
        async with asyncio.timeout(desk.settings.rasa_timeout), desk.gate.slots:
            said, by = replies.from_bot(await desk.rasa.send(request)), "bot"
    except (RasaDown, TimeoutError) as error:
        reason = str(error) or "timeout"
        said, by = await _without_bot(desk, started.payload, message), f"search after {reason}"
    except Exception as error:  # noqa: BLE001  # the chat's gateway: whatever breaks, the citizen gets an answer
        logs.failure("turn_failed", error, conversation=started.conversation_id)
        said, by = await _without_bot(desk, started.payload, message), "search after a fault"
    logs.event(
        "turn",
        conversation=started.conversation_id,
        message=started.turn_id,
        by=by,
        outcome=said.result.outcome if said.result else None,
        entry=said.result.entry_id if said.result else None,
        ms=round((time.perf_counter() - began) * 1000),
    )
    return said


async def _without_bot(desk: Desk, payload: str | None, message: str) -> BotTurn:
    try:
        if payload is None:
            return replies.from_search(await desk.search.search(message))
        entry_id = replies.chosen_entry(payload)
        return (
            replies.from_entry(await desk.search.entry(entry_id))
            if entry_id
            else replies.from_payload(payload)
        )
    except UnknownEntry:
        return replies.from_payload("/none_of_these")
    except SearchDown as error:
        logs.event("search_down", reason=str(error))
        return replies.all_down()
