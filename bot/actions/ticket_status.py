"""How the conversation's tickets stand, as desk says."""

import logging

from bot import replies, texts_vi
from bot.actions.base import Acted, SafeAction
from bot.clients import DeskClient, Refused, Unreachable
from bot.turn import Turn

logger = logging.getLogger(__name__)


class TicketStatus(SafeAction):
    """Codes and states; tickets of other conversations are reached by code and secret on desk's page only."""

    action_name = "action_ticket_status"

    def __init__(self, desk: DeskClient) -> None:
        self._desk = desk

    async def act(self, turn: Turn) -> Acted:
        try:
            found = await self._desk.tickets(turn.sender)
        except (Unreachable, Refused) as failure:
            logger.warning("desk gives no tickets: %s", failure)
            return Acted(replies.say(texts_vi.STATUS_DOWN))
        return Acted(replies.tickets(found, in_form=turn.in_form))
