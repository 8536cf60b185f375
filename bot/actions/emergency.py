"""Somebody is in danger, or in despair: the numbers that help now, before anything else. No call to anyone, so it can't fail."""

from bot import replies, texts_vi
from bot.actions.base import Acted, SafeAction
from bot.text import is_distress
from bot.turn import Turn


class Emergency(SafeAction):
    """Despair gets warmer words, and the offer of a person for what is behind it."""

    action_name = "action_emergency"

    async def act(self, turn: Turn) -> Acted:
        if not is_distress(turn.text):
            return Acted(replies.say(texts_vi.EMERGENCY))
        return Acted(replies.say(texts_vi.DISTRESS, *(() if turn.in_form else (replies.TICKET,))))
