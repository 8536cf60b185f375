"""Yes, no, none of these and stop, outside the ticket form. Two misses, then a person."""

import logging
from dataclasses import replace
from typing import Any, Dict, List

from rasa_sdk.events import FollowupAction

from bot import replies, texts_vi
from bot.actions.answer_faq import ask, show
from bot.actions.base import Acted, SafeAction, remember
from bot.clients import Refused, SearchClient, Unreachable
from bot.memory import MISSES_BEFORE_PERSON
from bot.replies import Outcome
from bot.turn import FORM, Turn

logger = logging.getLogger(__name__)
_SHORTEST_QUESTION = 3  # words


class Affirm(SafeAction):
    """Yes to whatever was asked last: solved, open a ticket, send again, or nothing."""

    action_name = "action_affirm"

    async def act(self, turn: Turn) -> Acted:
        if turn.memory.expecting == "ticket" or (
            turn.memory.expecting == "reason" and turn.memory.out_of_tries
        ):
            return Acted(None, (remember(turn.memory, expecting=None), FollowupAction(FORM)))
        if turn.memory.expecting == "retry":
            # Not as a follow-up: after one that is no form Rasa finds no rule, and its fallback would search for "yes".
            return await self.others["action_submit_ticket"].act(turn)
        if turn.memory.expecting == "resolved":
            # The entry stays known for follow-up questions; the question is solved and must not reach a ticket.
            after = remember(turn.memory, question=None, misses=0, offered=(), related=(), expecting=None)
            return Acted(replies.say(texts_vi.GLAD), (after,))
        if turn.memory.expecting == "reason":
            return Acted(replies.why_not(out_of_tries=False))
        return Acted(replies.say(texts_vi.READY))


class _Miss(SafeAction):
    """An answer that did not help."""

    def __init__(self, search: SearchClient) -> None:
        self._search = search

    def _next(self, turn: Turn) -> Acted:
        misses = turn.memory.misses + 1
        if turn.in_form:
            event = remember(turn.memory, offered=())
        else:
            event = remember(
                turn.memory, misses=misses, offered=(), related=(), entry_id=None, expecting="ticket"
            )
        reply = replies.missed(
            Outcome("abstained"),
            out_of_tries=misses >= MISSES_BEFORE_PERSON,
            in_form=turn.in_form,
            first=texts_vi.TRY_AGAIN,
        )
        return Acted(reply, (event,))

    async def _a_question(self, turn: Turn, otherwise: Acted) -> Acted:
        """Nothing was asked: "khong nhan duoc ma" without diacritics looks like a no and is a question all the same."""
        if turn.text.startswith("/") or len(turn.text.split()) < _SHORTEST_QUESTION:
            return otherwise
        try:
            result = await ask(self._search, turn)
        except (Unreachable, Refused) as failure:
            logger.warning("search is down: %s", failure)
            return otherwise
        return show(turn, result) if result and result["decision"] != "abstain" else otherwise


class NoneOfThese(_Miss):
    """None of the candidates."""

    action_name = "action_none_of_these"

    async def act(self, turn: Turn) -> Acted:
        was, missed = turn.memory, self._next(turn)
        if was.offered or was.expecting or turn.in_form:
            return missed
        return await self._a_question(turn, missed)


class Deny(_Miss):
    """No: not solved -> why not, in one tap; no reason given -> what comes next; no ticket wanted -> fine."""

    action_name = "action_deny"

    async def act(self, turn: Turn) -> Acted:
        was = turn.memory
        if was.expecting in ("ticket", "retry", "code", "code_contact") or (
            was.expecting == "reason" and was.out_of_tries
        ):
            return Acted(replies.say(texts_vi.FINE), (remember(was, expecting=None),))
        if was.expecting == "reason":
            return await candidates(self._search, turn)
        if was.expecting != "resolved":
            if was.offered:
                return self._next(turn)
            return await self._a_question(turn, Acted(replies.say(texts_vi.FINE)))
        after = replace(was, misses=was.misses + 1, related=(), expecting="reason")
        return Acted(replies.why_not(out_of_tries=after.out_of_tries), (remember(after),))


async def candidates(search: SearchClient, turn: Turn) -> Acted:
    """After an answer that did not help: the next best candidates, else the wish to ask in other words."""
    entries: List[Dict[str, Any]] = []
    try:
        found = [await search.entry(entry_id) for entry_id in turn.memory.offered[:3]]
        entries = [entry for entry in found if entry]
    except (Unreachable, Refused) as failure:
        logger.warning("search is down: %s", failure)
    if not entries:
        event = remember(turn.memory, offered=(), entry_id=None, expecting="ticket")
        return Acted(replies.say(texts_vi.TRY_AGAIN, replies.TICKET, outcome=Outcome("abstained")), (event,))
    offered = tuple(entry["id"] for entry in entries)
    event = remember(turn.memory, offered=offered, entry_id=None, expecting=None)
    hits = tuple({"id": entry["id"], "score": 0.0} for entry in entries)
    return Acted(replies.clarified(entries, Outcome("clarified", hits=hits)), (event,))


class Cancel(SafeAction):
    """Stop, outside the form."""

    action_name = "action_cancel"

    async def act(self, turn: Turn) -> Acted:
        if turn.memory.expecting or turn.memory.offered:
            return Acted(replies.say(texts_vi.FINE), (remember(turn.memory, expecting=None, offered=()),))
        return Acted(replies.say(texts_vi.NOTHING_TO_CANCEL))
