"""A ticket's status for someone who knows its code and the contact left in it. The status only, never the thread.

A wrong code, a wrong contact and a ticket without that contact give the same answer after the same work.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from feedback_api import texts_vi
from feedback_api.errors import DeskError
from feedback_api.tickets import codes, contacts, mapping, repository
from feedback_api.tokens import hash_token

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from feedback_api.models import Conversation, Ticket
    from feedback_api.rate_limits import Limiter
    from feedback_api.tickets.views import CitizenTicketRow

NOBODY = "VS-----------"


def status_by_contact(
    session: Session, limiter: Limiter, who: str, code: str, contact: tuple[str | None, str | None]
) -> CitizenTicketRow:
    """The ticket of `code` if its phone or e-mail is in `contact` (E.164, lower case).

    :param who: whose wrong guesses are counted, besides those at this code.
    :raises DeskError: 404 unknown_ticket, 429 too_many.
    """
    wanted = codes.normalise(code) or NOBODY
    at_code = hash_token(wanted)
    limiter.guard_guess("ticket_status", who)
    limiter.guard_guess("ticket_code", at_code)
    ticket = repository.by_code(session, wanted)
    phone, email = (ticket.phone, ticket.email) if ticket else (None, None)
    # `|` and not `or`: both are compared whatever the first one gives.
    if ticket is None or not (_same(phone, contact[0]) | _same(email, contact[1])):
        limiter.guess_failed("ticket_status", who)
        limiter.guess_failed("ticket_code", at_code)
        raise DeskError(texts_vi.TICKET_NOT_BY_CONTACT, 404, "unknown_ticket")
    return mapping.citizen_row(ticket)


def status_in_chat(
    session: Session,
    limiter: Limiter,
    conversation: Conversation,
    code: str,
    contact: tuple[str | None, str | None],
) -> CitizenTicketRow:
    """`status_by_contact` for a conversation: its own tickets need no contact.

    :param contact: what the conversation's vault holds.
    :raises DeskError: 404 unknown_ticket, 422 contact_missing, 429 too_many.
    """
    own = _own(session, conversation, code)
    if own is not None:
        return mapping.citizen_row(own)
    if contact == (None, None):
        raise DeskError(texts_vi.CONTACT_FOR_STATUS, 422, "contact_missing")
    return status_by_contact(session, limiter, f"conversation:{conversation.id}", code, contact)


def typed_contact(typed: str) -> tuple[str | None, str | None]:
    """(phone, e-mail) of what was typed into one box; one of the two is None.

    :raises DeskError: 422 contact_missing, bad_phone, bad_email.
    """
    if not typed.strip():
        raise DeskError(texts_vi.CONTACT_FOR_STATUS, 422, "contact_missing")
    if "@" in typed:
        return None, contacts.email_address(typed)
    return contacts.phone_number(typed), None


def _own(session: Session, conversation: Conversation, code: str) -> Ticket | None:
    wanted = codes.normalise(code)
    ticket = repository.by_code(session, wanted) if wanted else None
    return ticket if ticket and ticket.conversation_id == conversation.id else None


def _same(kept: str | None, typed: str | None) -> bool:
    equal = hmac.compare_digest((kept or "").encode(), (typed or "").encode())
    return equal and bool(kept)
