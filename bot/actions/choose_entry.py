"""One entry that the citizen picked, by button or by number, or wants to hear again."""

import logging
from dataclasses import replace
from typing import Any, Dict, Optional, Tuple

from bot import replies, texts_vi
from bot.actions.answer_faq import AnswerFaq
from bot.actions.base import Acted, Event, SafeAction, remember
from bot.clients import Refused, SearchClient, Unreachable
from bot.detours import related_of
from bot.replies import Outcome, Reply, Said
from bot.text import chosen_number
from bot.turn import Turn

logger = logging.getLogger(__name__)


class OneEntry(SafeAction):
    """Fetches an entry fresh, so that what is shown is what is live."""

    def __init__(self, search: SearchClient) -> None:
        self._search = search

    async def show_entry(self, turn: Turn, entry_id: str) -> Acted:
        """The entry's answer; tells when it is gone or search is down."""
        try:
            entry = await self._search.entry(entry_id)
        except (Unreachable, Refused) as failure:
            logger.warning("search is down: %s", failure)
            return Acted(
                replies.search_down(in_form=turn.in_form), (remember(turn.memory, expecting="ticket"),)
            )
        if entry is None:
            return Acted(replies.say(texts_vi.STALE_CHOICE), (remember(turn.memory, offered=()),))
        return self._shown(turn, entry)

    def _shown(self, turn: Turn, entry: Dict[str, Any]) -> Acted:
        outcome = Outcome("answered", entry["id"], ({"id": entry["id"], "score": 1.0},))
        others = tuple(other for other in turn.memory.offered if other != entry["id"])
        # Inside the form the ticket is about the question before it.
        event = remember(turn.memory, offered=others) if turn.in_form else self._remember(turn, entry, others)
        return Acted(replies.answered(entry, outcome, in_form=turn.in_form), (event,))

    @staticmethod
    def _remember(turn: Turn, entry: Dict[str, Any], others: Tuple[str, ...]) -> Event:
        changes: Dict[str, Any] = {"offered": others}
        if entry["id"] in turn.memory.related and entry["id"] not in turn.memory.offered:
            changes = {"offered": (), "question": entry["question"]}  # a question of its own
        return remember(
            turn.memory,
            entry_id=entry["id"],
            topic=entry["topic"],
            about=entry["question"],
            related=replies.related_ids(entry),
            expecting="resolved",
            **changes,
        )


class ChooseEntry(OneEntry):
    """A button of a clarification or a related question. An id that was not offered in this conversation is refused: somebody typed it."""

    action_name = "action_choose_entry"

    async def act(self, turn: Turn) -> Acted:
        entry_id = turn.entities.get("entry_id", "")
        if entry_id not in (*turn.memory.offered, *turn.memory.related):
            return Acted(replies.say(texts_vi.STALE_CHOICE))
        return await self.show_entry(turn, entry_id)


class ChooseOption(OneEntry):
    """A number ("cái thứ 2") after a clarification; without one it is a question like any other."""

    action_name = "action_choose_option"

    async def act(self, turn: Turn) -> Acted:
        picked = self._picked(turn)
        if picked is None:
            return await AnswerFaq(self._search).act(turn)
        return await self.show_entry(turn, picked)

    @staticmethod
    def _picked(turn: Turn) -> Optional[str]:
        related = related_of(turn)
        if related:
            return related
        number, offered = chosen_number(turn.text), turn.memory.offered
        if number is None or turn.memory.expecting == "resolved" or not offered:
            return None
        if number == -1:
            return offered[-1]
        return offered[number - 1] if number <= len(offered) else None


class Repeat(OneEntry):
    """The last answer once more."""

    action_name = "action_repeat"

    async def act(self, turn: Turn) -> Acted:
        if not turn.memory.entry_id:
            return Acted(replies.say(texts_vi.NOTHING_TO_REPEAT))
        return await self.show_entry(turn, turn.memory.entry_id)


class Simpler(Repeat):
    """The last answer as an agent would read it aloud: the editors' own short words, nothing made up."""

    action_name = "action_simpler"

    def _shown(self, turn: Turn, entry: Dict[str, Any]) -> Acted:
        acted = super()._shown(turn, entry)
        return Acted(spoken(acted.reply, entry), acted.events) if acted.reply else acted


def spoken(reply: Reply, entry: Dict[str, Any]) -> Reply:
    """`reply` with the entry's spoken words in place of answer and card, where editors wrote some."""
    if not entry.get("spoken"):
        return reply
    *leads, answer = reply.said
    return replace(reply, said=(*leads, Said(entry["spoken"], answer.buttons)), card=None)
