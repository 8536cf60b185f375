"""The citizen asks for a person or a call: hotline first, and the ticket form follows by rule. Possible from the first turn on."""

import logging
from typing import Optional

from bot import texts_vi
from bot.actions.base import Acted, SafeAction
from bot.clients import DeskClient, Refused, Unreachable
from bot.hours import Hours
from bot.replies import Reply, Said
from bot.turn import Turn

logger = logging.getLogger(__name__)


async def hours_of(desk: DeskClient) -> Optional[Hours]:
    """Desk's working hours; None where it has no calendar or does not answer: then nobody is asked or told of times."""
    try:
        return await desk.hours()
    except (Unreachable, Refused) as failure:
        logger.info("no working hours: %s", failure)
        return None


class WantsPerson(SafeAction):
    """Says how to reach a person, and outside working hours when people are there; the form asks the rest."""

    action_name = "action_wants_person"

    def __init__(self, desk: DeskClient) -> None:
        self._desk = desk

    async def act(self, turn: Turn) -> Acted:
        if turn.in_form:
            return Acted(Reply((Said(texts_vi.PERSON_IN_FORM),), quiet=True))
        hours = await hours_of(self._desk)
        call = turn.intent == "callback"
        text = texts_vi.CALL_BACK if call else texts_vi.PERSON
        if hours and not hours.is_open:
            pattern = texts_vi.CALL_BACK_CLOSED if call else texts_vi.PERSON_CLOSED
            text = pattern.format(hours=hours.text)
        return Acted(Reply((Said(text),), quiet=True))
