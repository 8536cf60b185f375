"""The answer to a facet's question: goes on with the entries that remain. Asks no second facet: then the full questions."""

from dataclasses import replace

from rasa_sdk.events import FollowupAction

from bot import detours, facets, replies, texts_vi
from bot.actions.base import Acted, remember
from bot.actions.choose_entry import OneEntry
from bot.actions.feedback import candidates
from bot.turn import FORM, Turn


class ChooseFacet(OneEntry):
    """One entry remains: its answer. Several: their questions. A person: the ticket form."""

    action_name = "action_choose_facet"

    async def act(self, turn: Turn) -> Acted:
        value, was = detours.value_of(turn), turn.memory
        if value is None:
            return Acted(replies.say(texts_vi.STALE_CHOICE))
        if value == facets.PERSON:
            return Acted(None, (remember(was, expecting=None), FollowupAction(FORM)))
        left = next(tuple(ids) for name, *ids in was.facet if name == value)
        if len(left) == 1:
            return await self.show_entry(turn, left[0])
        return await candidates(self._search, replace(turn, memory=replace(was, offered=left)))
