"""Why an answer did not help: told to desk for the editors, and followed by what helps against just that."""

import logging
from dataclasses import replace
from typing import Optional

from rasa_sdk.events import FollowupAction

from bot import detours, replies, texts_vi
from bot.actions.base import Acted, SafeAction, remember
from bot.actions.choose_entry import spoken
from bot.actions.feedback import candidates
from bot.clients import Refused, SearchClient, Unreachable
from bot.replies import Outcome, Reply, Said
from bot.turn import FORM, Turn

logger = logging.getLogger(__name__)


class WhyNot(SafeAction):
    """Another question -> the next candidates; hard to understand -> shorter words; else a person."""

    action_name = "action_why_not"

    def __init__(self, search: SearchClient) -> None:
        self._search = search

    async def act(self, turn: Turn) -> Acted:
        was, reason = turn.memory, detours.reason_of(turn)
        if was.expecting != "reason" or was.entry_id is None or reason is None:
            return Acted(replies.say(texts_vi.STALE_CHOICE))
        if reason == detours.TICKET:
            return Acted(None, (remember(was, expecting=None), FollowupAction(FORM)))
        acted = await self._help(turn, was.entry_id, reason)
        assert acted.reply is not None  # every branch of `_help` speaks
        told = replace(acted.reply, feedback={"entry_id": was.entry_id, "reason": reason})
        return Acted(told, acted.events)

    async def _help(self, turn: Turn, entry_id: str, reason: str) -> Acted:
        if reason == "unclear":
            shorter = await self._shorter(entry_id)
            if shorter:
                return Acted(shorter, (remember(turn.memory, related=(), expecting="resolved"),))
        if reason == "other_question" and not turn.memory.out_of_tries:
            return await candidates(self._search, turn)
        text = {"missing_step": texts_vi.NOTED_STEP, "wrong_law": texts_vi.NOTED_LAW}.get(
            reason, texts_vi.NOTED_OTHER + texts_vi.OFFER_PERSON
        )
        return Acted(
            replies.say(text, replies.TICKET), (remember(turn.memory, offered=(), expecting="ticket"),)
        )

    async def _shorter(self, entry_id: str) -> Optional[Reply]:
        """The entry as an agent would read it aloud; None without such words, or when search is down."""
        try:
            entry = await self._search.entry(entry_id)
        except (Unreachable, Refused) as failure:
            logger.warning("search is down: %s", failure)
            return None
        if entry is None or not entry.get("spoken"):
            return None
        outcome = Outcome("answered", entry_id, ({"id": entry_id, "score": 1.0},))
        plain = replies.answered({**entry, "related": []}, outcome, in_form=False)
        reply = spoken(plain, entry)
        return replace(reply, said=(Said(texts_vi.NOTED_UNCLEAR), *reply.said))
