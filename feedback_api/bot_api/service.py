"""What the bot may do: open a ticket for a conversation, and list the conversation's tickets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedback_api import privacy, texts_vi
from feedback_api.conversations import repository as conversations
from feedback_api.conversations.drafts import contact_of
from feedback_api.errors import DeskError
from feedback_api.models import utc_now
from feedback_api.policy import policy_of
from feedback_api.tickets import service as tickets
from feedback_api.tickets.views import TicketRequest

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from feedback_api.bot_api.schemas import OpenTicketBody
    from feedback_api.models import Conversation, Ticket
    from feedback_api.rate_limits import Limiter
    from feedback_api.tickets.views import CitizenTicketRow
    from feedback_api.workhours.calendar import Slot

SLOTS = 4


def open_for_bot(session: Session, body: OpenTicketBody) -> tuple[Ticket, str, bool]:
    """The ticket, the contact as it may be shown, and whether this was a replay.

    :raises DeskError: 404 unknown_conversation, 422 contact_missing and the other faults of `open_ticket`, 409.
    """
    conversation = _conversation(session, body.conversation)
    request = TicketRequest(
        text=body.text,
        name=None,
        phone=None,
        email=None,
        reach_by=body.reach_by,
        channel="chat",
        conversation=conversation,
        topic=body.topic,
        entry_id=body.entry_id,
        consent_version=body.consent_version,
        callback_slot=body.callback_slot,
    )
    opened = tickets.open_ticket(session, request, body.idempotency_key)
    ticket = tickets.find_for_agent(session, opened.code)
    by_phone = ticket.reach_by == "phone"
    shown = privacy.show_phone(ticket.phone) if by_phone else privacy.show_email(ticket.email)
    return ticket, shown or "", opened.replayed


def status_of(session: Session, limiter: Limiter, sender: str, code: str) -> CitizenTicketRow:
    """How a ticket stands, for the conversation that opened it or whose citizen typed the contact left in it.

    :raises DeskError: 404 unknown_conversation, unknown_ticket; 422 contact_missing; 429 too_many.
    """
    conversation = _conversation(session, sender)
    return tickets.status_in_chat(session, limiter, conversation, code, contact_of(session, conversation))


def hours(session: Session) -> tuple[bool, str, list[Slot]]:
    """Whether people work now, when they do in words, and the next times to be called."""
    calendar, now = policy_of(session).calendar, utc_now()
    return calendar.is_open(now), calendar.hours_said(), calendar.slots(now, SLOTS)


def tickets_of(session: Session, sender: str) -> list[CitizenTicketRow]:
    """Tickets of a conversation, youngest first.

    :raises DeskError: 404 unknown_conversation.
    """
    return tickets.tickets_of_conversation(session, _conversation(session, sender))


def _conversation(session: Session, sender: str) -> Conversation:
    conversation = conversations.by_sender(session, sender)
    if conversation is None:
        raise DeskError(texts_vi.UNKNOWN_CONVERSATION, 404, "unknown_conversation")
    return conversation
