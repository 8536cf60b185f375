"""Yes, no, none of these and stop, outside the ticket form. Two misses, then a person."""

import logging
from typing import Any, Dict, List

from rasa_sdk.events import FollowupAction

from bot import replies, texts_vi
from bot.actions.base import Acted, SafeAction, remember
from bot.clients import Refused, SearchClient, Unreachable
from bot.memory import MISSES_BEFORE_PERSON
from bot.replies import Outcome
from bot.turn import FORM, Turn

logger = logging.getLogger(__name__)


class Affirm(SafeAction):
    """Yes to whatever was asked last: solved, open a ticket, send again, or nothing."""

    action_name = "action_affirm"

    async def act(self, turn: Turn) -> Acted:
        if turn.memory.expecting == "ticket":
            return Acted(None, (remember(turn.memory, expecting=None), FollowupAction(FORM)))
        if turn.memory.expecting == "retry":
            return Acted(
                None, (remember(turn.memory, expecting=None), FollowupAction("action_submit_ticket"))
            )
        if turn.memory.expecting == "resolved":
            # The entry stays known for follow-up questions; the question is solved and must not reach a ticket.
            after = remember(turn.memory, question=None, misses=0, offered=(), expecting=None)
            return Acted(replies.say(texts_vi.GLAD), (after,))
        return Acted(replies.say(texts_vi.READY))


class _Miss(SafeAction):
    """An answer that did not help."""

    def _next(self, turn: Turn) -> Acted:
        misses = turn.memory.misses + 1
        if turn.in_form:
            event = remember(turn.memory, offered=())
        else:
            event = remember(turn.memory, misses=misses, offered=(), entry_id=None, expecting="ticket")
        reply = replies.missed(
            Outcome("abstained"),
            out_of_tries=misses >= MISSES_BEFORE_PERSON,
            in_form=turn.in_form,
            first=texts_vi.TRY_AGAIN,
        )
        return Acted(reply, (event,))


class NoneOfThese(_Miss):
    """None of the candidates."""

    action_name = "action_none_of_these"

    async def act(self, turn: Turn) -> Acted:
        return self._next(turn)


class Deny(_Miss):
    """No: not solved -> the next best candidates once, else a person; no ticket wanted -> fine."""

    action_name = "action_deny"

    def __init__(self, search: SearchClient) -> None:
        self._search = search

    async def act(self, turn: Turn) -> Acted:
        if turn.memory.expecting in ("ticket", "retry"):
            return Acted(replies.say(texts_vi.FINE), (remember(turn.memory, expecting=None),))
        if turn.memory.expecting != "resolved":
            return Acted(replies.say(texts_vi.FINE)) if not turn.memory.offered else self._next(turn)
        misses = turn.memory.misses + 1
        entries = []
        if misses < MISSES_BEFORE_PERSON:
            entries = await self._candidates(turn)
        if not entries:
            return self._next(turn)
        offered = tuple(entry["id"] for entry in entries)
        event = remember(turn.memory, misses=misses, offered=offered, entry_id=None, expecting=None)
        hits = tuple({"id": entry["id"], "score": 0.0} for entry in entries)
        return Acted(replies.clarified(entries, Outcome("clarified", hits=hits)), (event,))

    async def _candidates(self, turn: Turn) -> List[Dict[str, Any]]:
        try:
            found = [await self._search.entry(entry_id) for entry_id in turn.memory.offered[:3]]
        except (Unreachable, Refused) as failure:
            logger.warning("search is down: %s", failure)
            return []
        return [entry for entry in found if entry]


class Cancel(SafeAction):
    """Stop, outside the form."""

    action_name = "action_cancel"

    async def act(self, turn: Turn) -> Acted:
        if turn.memory.expecting or turn.memory.offered:
            return Acted(replies.say(texts_vi.FINE), (remember(turn.memory, expecting=None, offered=()),))
        return Acted(replies.say(texts_vi.NOTHING_TO_CANCEL))
