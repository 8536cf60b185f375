"""The citizen asks for a person: hotline first, and the ticket form follows by rule. Possible from the first turn on."""

from bot import texts_vi
from bot.actions.base import Acted, SafeAction
from bot.replies import Reply, Said
from bot.turn import Turn


class WantsPerson(SafeAction):
    """Says how to reach a person; the form asks the rest."""

    action_name = "action_wants_person"

    async def act(self, turn: Turn) -> Acted:
        text = texts_vi.PERSON_IN_FORM if turn.in_form else texts_vi.PERSON
        return Acted(Reply((Said(text),), quiet=True))
