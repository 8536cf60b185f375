"""All SQL about conversations, messages, answers and drafts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import delete, func, or_, select, update

from feedback_api.models import (
    Answer,
    Author,
    Conversation,
    Message,
    Owner,
    Ticket,
    TicketDraft,
    TurnWaiter,
)

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.engine import CursorResult
    from sqlalchemy.orm import Session


def by_token_hash(session: Session, token_hash: str, *, locked: bool = False) -> Conversation | None:
    """The conversation of a cookie; `locked` keeps other transactions from changing it until this one ends."""
    query = select(Conversation).where(Conversation.token_hash == token_hash)
    return session.scalar(query.with_for_update() if locked else query)


def lock(session: Session, conversation_id: int) -> Conversation | None:
    """The conversation as it is now; no other transaction changes it until this one ends."""
    query = select(Conversation).where(Conversation.id == conversation_id)
    return session.scalar(query.with_for_update().execution_options(populate_existing=True))


def by_sender(session: Session, sender: str) -> Conversation | None:
    return session.scalar(select(Conversation).where(Conversation.bot_sender == sender))


def by_client_id(session: Session, conversation_id: int, client_id: str) -> Message | None:
    return session.scalar(
        select(Message).where(Message.conversation_id == conversation_id, Message.client_id == client_id)
    )


def messages(session: Session, conversation_id: int, after: int = 0) -> list[Message]:
    """Messages younger than the id `after`, oldest first."""
    query = select(Message).where(Message.conversation_id == conversation_id, Message.id > after)
    return list(session.scalars(query.order_by(Message.id)))


def turn_messages(session: Session, citizen_message: Message) -> list[Message]:
    """The citizen's message and everything said in its turn, oldest first."""
    query = select(Message).where(
        Message.conversation_id == citizen_message.conversation_id,
        (Message.id == citizen_message.id) | (Message.turn_id == citizen_message.id),
    )
    return list(session.scalars(query.order_by(Message.id)))


def latest_bot_message(session: Session, conversation_id: int) -> Message | None:
    query = select(Message).where(
        Message.conversation_id == conversation_id, Message.author == Author.BOT.value
    )
    return session.scalar(query.order_by(Message.id.desc()).limit(1))


def answer_of_turn(session: Session, turn_id: int) -> Answer | None:
    return session.scalar(select(Answer).where(Answer.turn_id == turn_id).order_by(Answer.id.desc()).limit(1))


def note_reason(session: Session, conversation_id: int, entry_id: str, reason: str) -> None:
    """Why the latest answer with this entry did not help."""
    latest = (
        select(Answer.id)
        .where(Answer.conversation_id == conversation_id, Answer.entry_id == entry_id)
        .order_by(Answer.id.desc())
        .limit(1)
    )
    answer_id = session.scalar(latest)
    if answer_id is not None:
        noted = update(Answer).where(Answer.id == answer_id)
        session.execute(noted.values(resolved=False, unsolved_reason=reason))


def recent_questions(session: Session, conversation_id: int, limit: int) -> list[tuple[Message, Answer]]:
    """The latest turns that have an outcome, youngest first, each with the citizen's message."""
    query = (
        select(Message, Answer)
        .join(Answer, Answer.turn_id == Message.id)
        .where(Message.conversation_id == conversation_id)
        .order_by(Message.id.desc())
        .limit(limit)
    )
    return [(message, answer) for message, answer in session.execute(query)]


def draft(session: Session, conversation_id: int, now: datetime) -> TicketDraft | None:
    """The contact vault of a conversation, unless it has expired."""
    query = select(TicketDraft).where(
        TicketDraft.conversation_id == conversation_id, TicketDraft.expires_at > now
    )
    return session.scalar(query)


def any_draft(session: Session, conversation_id: int) -> TicketDraft | None:
    """The vault's row, expired or not."""
    return session.scalar(select(TicketDraft).where(TicketDraft.conversation_id == conversation_id))


def delete_draft(session: Session, conversation_id: int) -> None:
    session.execute(delete(TicketDraft).where(TicketDraft.conversation_id == conversation_id))


def has_ticket(session: Session, conversation_id: int) -> bool:
    return (
        session.scalar(select(Ticket.id).where(Ticket.conversation_id == conversation_id).limit(1))
        is not None
    )


def ticket_belongs(session: Session, conversation_id: int, code: str) -> bool:
    query = select(Ticket.id).where(Ticket.conversation_id == conversation_id, Ticket.code == code)
    return session.scalar(query) is not None


def ticket_of(session: Session, conversation_id: int, code: str) -> Ticket | None:
    """The ticket of a code, if it was opened from this conversation."""
    query = select(Ticket).where(Ticket.conversation_id == conversation_id, Ticket.code == code)
    return session.scalar(query)


def swap_owner(
    session: Session, conversation_id: int, *, taken_by: str | None = None, given_back_by: str | None = None
) -> bool:
    """Compare-and-set of the owner: bot -> the agent of ticket `taken_by`, or from `given_back_by`'s agent -> bot."""
    if taken_by is not None:
        compare = Conversation.owner == Owner.BOT.value
        owner: dict[str, str | None] = {"owner": Owner.AGENT.value, "owner_ticket": taken_by}
    else:
        compare = (Conversation.owner == Owner.AGENT.value) & (Conversation.owner_ticket == given_back_by)
        owner = {"owner": Owner.BOT.value, "owner_ticket": None}
    swap = update(Conversation).where(Conversation.id == conversation_id, compare).values(**owner)
    return cast("CursorResult[Any]", session.execute(swap)).rowcount == 1


def last_told(session: Session, conversation_id: int) -> Message | None:
    """The latest message that an agent wrote, or that said where the citizen's words went."""
    query = select(Message).where(
        Message.conversation_id == conversation_id,
        or_(
            Message.author == Author.AGENT.value,
            (Message.author == Author.SYSTEM.value) & Message.ticket_code.is_not(None),
        ),
    )
    return session.scalar(query.order_by(Message.id.desc()).limit(1))


def stood_in(session: Session, message_id: int, code: str) -> bool:
    """Whether the citizen's message is in the thread of ticket `code` and was left to the bot to answer."""
    query = select(Message.id).where(
        Message.turn_id == message_id,
        Message.author == Author.SYSTEM.value,
        Message.ticket_code == code,
    )
    return session.scalar(query.limit(1)) is not None


def said_between(session: Session, conversation_id: int, message_id: int) -> list[Message]:
    """What agents (and the desk about them) said after the citizen's message before `message_id`, oldest first."""
    before = select(func.max(Message.id)).where(
        Message.conversation_id == conversation_id,
        Message.author == Author.CITIZEN.value,
        Message.id < message_id,
    )
    query = select(Message).where(
        Message.conversation_id == conversation_id,
        Message.id < message_id,
        Message.id > func.coalesce(before.scalar_subquery(), 0),
        Message.turn_id.is_(None),
    )
    return list(session.scalars(query.order_by(Message.id)))


def claim_tickets(session: Session, conversation_id: int, subject: str) -> None:
    """Makes the tickets that were opened from a conversation before signing in the person's own."""
    unclaimed = (Ticket.conversation_id == conversation_id) & Ticket.subject.is_(None)
    session.execute(update(Ticket).where(unclaimed).values(subject=subject))


def waiter(session: Session, holder: str) -> TurnWaiter | None:
    return session.scalar(select(TurnWaiter).where(TurnWaiter.holder == holder))


def waits_ahead(session: Session, conversation_id: int, now: datetime, own_id: int | None) -> bool:
    """Whether a living turn waits that came before `own_id` (any turn where `own_id` is None)."""
    query = select(TurnWaiter.id).where(TurnWaiter.conversation_id == conversation_id, TurnWaiter.until > now)
    if own_id is not None:
        query = query.where(TurnWaiter.id < own_id)
    return session.scalar(query.limit(1)) is not None


def delete_conversation(session: Session, conversation_id: int) -> None:
    """The conversation with messages and draft; answers and tickets stay, without it."""
    session.execute(delete(Conversation).where(Conversation.id == conversation_id))


def rename_token(session: Session, conversation_id: int, token_hash: str) -> None:
    session.execute(
        update(Conversation).where(Conversation.id == conversation_id).values(token_hash=token_hash)
    )


def purge(session: Session, seen_before: datetime, now: datetime) -> tuple[int, int]:
    """Deletes conversations last seen before a moment and expired drafts; the numbers of both."""
    old = session.execute(delete(Conversation).where(Conversation.last_seen_at < seen_before))
    session.execute(delete(TurnWaiter).where(TurnWaiter.until <= now))
    drafts = session.execute(delete(TicketDraft).where(TicketDraft.expires_at <= now))
    return cast("CursorResult[Any]", old).rowcount, cast("CursorResult[Any]", drafts).rowcount
