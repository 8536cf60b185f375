"""How tickets stand, as desk says: those of this conversation, and others by code and the contact they were opened with."""

import logging

from bot import replies, texts_vi
from bot.actions.base import Acted, SafeAction, remember
from bot.clients import DeskClient, Refused, Unreachable
from bot.text import ticket_code
from bot.turn import Turn

logger = logging.getLogger(__name__)


class TicketStatus(SafeAction):
    """Desk compares the contact; the bot only hears yes or no, and "no such ticket" and "not yours" sound the same."""

    action_name = "action_ticket_status"

    def __init__(self, desk: DeskClient) -> None:
        self._desk = desk

    async def act(self, turn: Turn) -> Acted:
        code = ticket_code(turn.text) or (
            turn.memory.code if turn.memory.expecting == "code_contact" else None
        )
        try:
            return await (self._by_code(turn, code) if code else self._all(turn))
        except (Unreachable, Refused) as failure:
            logger.warning("desk gives no tickets: %s", failure)
            return Acted(replies.say(texts_vi.STATUS_DOWN))

    async def _all(self, turn: Turn) -> Acted:
        found = await self._desk.tickets(turn.sender)
        if found or turn.in_form:
            return Acted(replies.tickets(found, in_form=turn.in_form))
        return Acted(
            replies.tickets(found, in_form=False), (remember(turn.memory, expecting="code", code=None),)
        )

    async def _by_code(self, turn: Turn, code: str) -> Acted:
        done = remember(turn.memory, code=None, expecting=None)
        try:
            found = await self._desk.ticket_status(turn.sender, code)
        except Refused as refused:
            if refused.code == "contact_missing" and not turn.in_form:
                asked = remember(turn.memory, code=code, expecting="code_contact")
                return Acted(replies.say(texts_vi.ASK_CODE_CONTACT.format(code=code)), (asked,))
            if refused.status == 429:
                return Acted(replies.say(texts_vi.CODE_TOO_MANY), () if turn.in_form else (done,))
            if refused.status not in (404, 422):
                raise
            ticket = () if turn.in_form else (replies.TICKET,)
            return Acted(
                replies.say(texts_vi.CODE_UNKNOWN.format(code=code), *ticket), () if turn.in_form else (done,)
            )
        return Acted(replies.tickets([found], in_form=turn.in_form), () if turn.in_form else (done,))
