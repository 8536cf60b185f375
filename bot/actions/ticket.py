"""The ticket form as Rasa runs it: validates, asks, sends once. The decisions are in `bot.ticket_form`.

One confirmation is one ticket: the idempotency key is made when the form opens and stays until desk said that the ticket
is there. The code is shown only then.
"""

import logging
from dataclasses import replace
from typing import Any, Dict, Optional, Tuple

from rasa_sdk.events import ActiveLoop, FollowupAction, SlotSet

from bot import replies, texts_vi, ticket_form
from bot.actions.base import Acted, Event, SafeAction, remember
from bot.actions.wants_person import hours_of
from bot.clients import DeskClient, Refused, Unreachable
from bot.hours import ANY, title_of
from bot.memory import Memory
from bot.replies import Reply, Said
from bot.ticket_form import CONFIRMED, REACH, TEXT, TIME, Step
from bot.turn import FORM, Turn

logger = logging.getLogger(__name__)


def emptied() -> Tuple[Event, ...]:
    """The form's slots, unset."""
    return tuple(SlotSet(slot, None) for slot in (TEXT, REACH, TIME, CONFIRMED))


class _FormAction(SafeAction):
    """A failure inside the form must not catch the citizen in it."""

    def after_failure(self, turn: Turn) -> Tuple[Event, ...]:
        del turn
        return (ActiveLoop(None), SlotSet("requested_slot", None))


class ValidateTicketForm(_FormAction):
    """Fills the form from the message. No events at all means for Rasa: the message is not for the form."""

    action_name = "validate_ticket_form"

    def __init__(self, desk: DeskClient) -> None:
        self._desk = desk

    async def act(self, turn: Turn) -> Acted:
        if not turn.in_form or turn.requested is None:
            step = ticket_form.opening(turn)
        elif turn.interrupted:
            return Acted()
        else:
            given = ticket_form.answer(turn)
            if given is None:
                return Acted()
            step = given
        step = await self._with_time(turn, step)
        events = [SlotSet(slot, value) for slot, value in step.slots.items()]
        if step.memory is not None:
            events.append(remember(step.memory))
        reply = Reply((Said(step.lead),), quiet=True) if step.lead else None
        return Acted(reply, tuple(events))

    async def _with_time(self, turn: Turn, step: Step) -> Step:
        """An e-mail needs no time; a call is given desk's next slots to choose from."""
        if ticket_form.asks_for_time(turn, step):
            found = await hours_of(self._desk)
            return ticket_form.with_times(turn, step, found.times if found else ())
        if step.slots.get(REACH) == "email":
            forgotten = replace(step.memory or turn.memory, times=())
            return replace(step, slots={**step.slots, TIME: ANY}, memory=forgotten)
        return step


class AskText(_FormAction):
    action_name = "action_ask_ticket_form_ticket_text"

    async def act(self, turn: Turn) -> Acted:
        del turn  # the question is always the same
        return Acted(replies.say(texts_vi.ASK_TEXT, replies.button(texts_vi.CANCEL, "cancel")))


class AskReach(_FormAction):
    action_name = "action_ask_ticket_form_ticket_reach"

    async def act(self, turn: Turn) -> Acted:
        seen = remember(turn.memory, contact_seen=ticket_form.contacts(turn))
        return Acted(replies.ask_reach(turn.phone, turn.email), (seen,))


class AskTime(_FormAction):
    action_name = "action_ask_ticket_form_ticket_time"

    async def act(self, turn: Turn) -> Acted:
        seen = remember(turn.memory, contact_seen=ticket_form.contacts(turn))
        return Acted(replies.ask_time(turn.memory.times), (seen,))


class AskConfirmed(_FormAction):
    action_name = "action_ask_ticket_form_ticket_confirmed"

    async def act(self, turn: Turn) -> Acted:
        seen = remember(turn.memory, contact_seen=ticket_form.contacts(turn))
        if turn.memory.correcting:
            with_time = bool(turn.memory.times) and turn.slots[REACH] == "phone"
            return Acted(replies.what_to_correct(with_time=with_time), (seen,))
        by = turn.slots[REACH]
        contact = turn.phone if by == "phone" else turn.email
        return Acted(replies.summary(turn.slots[TEXT], by, contact, self._time(turn)), (seen,))

    @staticmethod
    def _time(turn: Turn) -> Optional[str]:
        """When the call comes; None for an e-mail and where desk offers no times."""
        if turn.slots[REACH] != "phone" or not turn.memory.times:
            return None
        title = title_of(turn.slots.get(TIME), turn.memory.times)
        return texts_vi.CALL_AT.format(time=title[0].lower() + title[1:]) if title else texts_vi.CALL_ANY_TIME


class SubmitTicket(SafeAction):
    """Sends the confirmed form to desk; the form stays filled until desk has the ticket."""

    action_name = "action_submit_ticket"

    def __init__(self, desk: DeskClient) -> None:
        self._desk = desk

    async def act(self, turn: Turn) -> Acted:
        if not turn.slots.get(TEXT) or not turn.slots.get(REACH):
            return Acted(replies.say(texts_vi.NOTHING_TO_CANCEL))
        try:
            ticket = await self._desk.open_ticket(self._body(turn))
        except Refused as refused:
            again = {"contact_missing": texts_vi.CONTACT_GONE, "bad_slot": texts_vi.SLOT_GONE}.get(
                refused.code
            )
            if again:  # the form opens anew with the same text and asks what is missing now
                events = (
                    SlotSet(REACH, None),
                    SlotSet(TIME, None),
                    SlotSet(CONFIRMED, None),
                    FollowupAction(FORM),
                )
                keep = remember(turn.memory, question=turn.slots[TEXT], expecting=None)
                return Acted(Reply((Said(again),), quiet=True), (keep, *events))
            return self._not_sent(turn, refused)
        except Unreachable as failure:
            return self._not_sent(turn, failure)
        return Acted(replies.opened(ticket), (*emptied(), remember(Memory())))

    @staticmethod
    def _body(turn: Turn) -> Dict[str, Any]:
        """`tests/contract/bot_open_ticket.json`."""
        slot = turn.slots.get(TIME) if turn.slots[REACH] == "phone" else None
        return {
            **({"callback_slot": slot} if slot and slot != ANY else {}),
            "conversation": turn.sender,
            "text": turn.slots[TEXT],
            "reach_by": turn.slots[REACH],
            "topic": turn.memory.topic,
            "entry_id": turn.memory.entry_id,
            "consent_version": texts_vi.CONSENT_VERSION,
            "idempotency_key": turn.memory.ticket_key,
        }

    @staticmethod
    def _not_sent(turn: Turn, failure: Exception) -> Acted:
        logger.warning("ticket not sent: %s", failure)
        again = replies.button(texts_vi.SEND_AGAIN, "affirm")
        stop = replies.button(texts_vi.CANCEL, "cancel")
        return Acted(replies.say(texts_vi.NOT_SENT, again, stop), (remember(turn.memory, expecting="retry"),))


class TicketCancelled(SafeAction):
    """Stop, inside the form."""

    action_name = "action_ticket_cancelled"

    async def act(self, turn: Turn) -> Acted:
        done = remember(
            turn.memory,
            question=None,
            correcting=False,
            expecting=None,
            misses=0,
            offered=(),
            related=(),
            times=(),
        )
        return Acted(replies.say(texts_vi.CANCELLED), (*emptied(), done))
