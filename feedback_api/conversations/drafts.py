"""Contacts typed into a chat: kept in the vault for a day or until a ticket takes them, shown only masked."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from feedback_api.conversations import repository
from feedback_api.models import TicketDraft, utc_now
from feedback_api.policy import policy_of
from feedback_api.privacy import show_email, show_phone

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from feedback_api.models import Conversation
    from feedback_api.privacy import Masked


def keep_contact(session: Session, conversation: Conversation, found: Masked) -> None:
    """Puts what `found` holds into the vault; what was typed earlier stays where nothing newer came."""
    if not found.phone and not found.email:
        return
    now = utc_now()
    draft = repository.any_draft(session, conversation.id)
    if draft is None:
        draft = TicketDraft(conversation_id=conversation.id, expires_at=now)
        session.add(draft)
    elif draft.expires_at <= now:
        draft.phone = draft.email = None
    draft.phone = found.phone or draft.phone
    draft.email = found.email or draft.email
    draft.updated_at = now
    draft.expires_at = now + timedelta(hours=policy_of(session).draft_hours)
    session.flush()


def contact_of(session: Session, conversation: Conversation) -> tuple[str | None, str | None]:
    """Phone (E.164) and e-mail of the vault, unmasked: for the ticket only."""
    draft = repository.draft(session, conversation.id, utc_now())
    return (draft.phone, draft.email) if draft else (None, None)


def contact_shown(session: Session, conversation: Conversation) -> tuple[str | None, str | None]:
    """Phone and e-mail of the vault as people and the bot may see them."""
    phone, email = contact_of(session, conversation)
    return show_phone(phone), show_email(email)
