"""What the bot may do: open a ticket for a conversation, and list the conversation's tickets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedback_api import privacy, texts_vi
from feedback_api.conversations import repository as conversations
from feedback_api.errors import DeskError
from feedback_api.tickets import service as tickets
from feedback_api.tickets.views import TicketRequest

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from feedback_api.bot_api.schemas import OpenTicketBody
    from feedback_api.models import Conversation, Ticket
    from feedback_api.tickets.views import CitizenTicketRow


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
    )
    opened = tickets.open_ticket(session, request, body.idempotency_key)
    ticket = tickets.find_for_agent(session, opened.code)
    by_phone = ticket.reach_by == "phone"
    shown = privacy.show_phone(ticket.phone) if by_phone else privacy.show_email(ticket.email)
    return ticket, shown or "", opened.replayed


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
