"""All SQL about conversations, messages, answers and drafts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import delete, select, update

from feedback_api.models import Answer, Author, Conversation, Message, Ticket, TicketDraft

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.engine import CursorResult
    from sqlalchemy.orm import Session


def by_token_hash(session: Session, token_hash: str) -> Conversation | None:
    return session.scalar(select(Conversation).where(Conversation.token_hash == token_hash))


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
    drafts = session.execute(delete(TicketDraft).where(TicketDraft.expires_at <= now))
    return cast("CursorResult[Any]", old).rowcount, cast("CursorResult[Any]", drafts).rowcount
