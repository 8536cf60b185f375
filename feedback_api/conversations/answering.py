"""Who answers a turn: the bot; without it, or while it hangs, search; without both, the way to a person.

No session is open here. Whatever breaks, the citizen gets an answer.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from feedback_api import logs
from feedback_api import text as text_rules
from feedback_api.clients.breaker import State
from feedback_api.clients.rasa_client import BotRequest, RasaDown, RasaSlow
from feedback_api.clients.search_client import SearchDown, UnknownEntry
from feedback_api.conversations import replies

if TYPE_CHECKING:
    from feedback_api.conversations.replies import BotTurn
    from feedback_api.conversations.steps import Started
    from feedback_api.state import Desk


async def answer(desk: Desk, started: Started) -> BotTurn:
    """What is said to the citizen."""
    message = started.payload or text_rules.for_bot(started.said)
    if started.payload is None and not text_rules.has_words(message):
        return replies.only_symbols()
    began = time.perf_counter()
    request = BotRequest(
        started.sender, message, started.phone_shown, started.email_shown, started.pending_question
    )
    try:
        said, by = await _ask_bot(desk, request), "bot"
    except RasaDown as error:
        said, by = await _without_bot(desk, started.payload, message), f"search after {error}"
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


async def _ask_bot(desk: Desk, request: BotRequest) -> BotTurn:
    """The bot's turn, unless it hangs.

    :raises RasaDown: at once while the breaker is open; else when there is no usable answer in time.
    """
    breaker = desk.breaker
    if not breaker.may_call():
        raise RasaDown("breaker open")
    probing = breaker.state is State.HALF_OPEN
    told = False
    try:
        async with asyncio.timeout(desk.settings.rasa_timeout), desk.gate.slots:
            reply = await desk.rasa.send(request)
    except (RasaSlow, TimeoutError) as error:
        told = True
        if breaker.timed_out():
            logs.event("breaker_opened", seconds=desk.settings.breaker_seconds, probe=probing)
        raise RasaDown(str(error) or "timeout") from error
    except RasaDown:
        # It did answer, if badly, and at once: asking it again costs nobody any time.
        told = True
        breaker.answered()
        raise
    else:
        told = True
        if breaker.answered():
            logs.event("breaker_closed")
    finally:
        if probing and not told:
            breaker.given_up()
    return replies.from_bot(reply)


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
