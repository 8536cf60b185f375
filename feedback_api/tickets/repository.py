"""All SQL about tickets, their events, secrets and idempotency keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError

from feedback_api.models import (
    Agent,
    Answer,
    Audience,
    Author,
    Conversation,
    EventKind,
    IdempotencyKey,
    MailState,
    Message,
    OutboxMail,
    Ticket,
    TicketAccessToken,
    TicketEvent,
)
from feedback_api.tickets.lifecycle import WORKING, Status

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.engine import CursorResult
    from sqlalchemy.orm import Session

UTC_OFFSET = "+7 hours"  # Vietnam, without summer time


def by_code(session: Session, code: str) -> Ticket | None:
    return session.scalar(select(Ticket).where(Ticket.code == code))


def code_taken(session: Session, code: str) -> bool:
    return session.scalar(select(Ticket.id).where(Ticket.code == code)) is not None


def by_secret_hash(session: Session, token_hash: str, now: datetime) -> Ticket | None:
    """The ticket of a live secret."""
    query = (
        select(Ticket)
        .join(TicketAccessToken, TicketAccessToken.ticket_id == Ticket.id)
        .where(
            TicketAccessToken.token_hash == token_hash,
            TicketAccessToken.revoked_at.is_(None),
            TicketAccessToken.expires_at > now,
        )
    )
    return session.scalar(query)


def of_conversation(session: Session, conversation_id: int) -> list[Ticket]:
    query = select(Ticket).where(Ticket.conversation_id == conversation_id)
    return list(session.scalars(query.order_by(Ticket.id.desc())))


def of_subject(session: Session, subject: str, limit: int) -> list[Ticket]:
    query = select(Ticket).where(Ticket.subject == subject)
    return list(session.scalars(query.order_by(Ticket.id.desc()).limit(limit)))


def revoke_secrets(session: Session, ticket_id: int, now: datetime) -> None:
    session.execute(
        update(TicketAccessToken)
        .where(TicketAccessToken.ticket_id == ticket_id, TicketAccessToken.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def lock(session: Session, ticket: Ticket) -> None:
    """Reads the ticket again and keeps others from changing it until this transaction ends.

    Its conversation is locked first, as a citizen's turn does: in the other order the two would wait for each other.
    """
    if ticket.conversation_id is not None:
        session.execute(
            select(Conversation.id).where(Conversation.id == ticket.conversation_id).with_for_update()
        )
    session.refresh(ticket, with_for_update=True)


def claim(session: Session, ticket: Ticket, agent_id: int, now: datetime) -> bool:
    """Gives an unassigned ticket to an agent in one statement; False when someone was faster or it is done."""
    result = session.execute(
        update(Ticket)
        .where(
            Ticket.id == ticket.id,
            Ticket.assignee_id.is_(None),
            Ticket.status.in_([status.value for status in WORKING]),
        )
        .values(assignee_id=agent_id, version=Ticket.version + 1, updated_at=now)
        .execution_options(synchronize_session=False)
    )
    won = cast("CursorResult[Any]", result).rowcount == 1
    session.refresh(ticket)
    return won


def events(session: Session, ticket_id: int, *, citizen_only: bool) -> list[tuple[TicketEvent, str | None]]:
    """The thread, oldest first, each event with its agent's name."""
    query = (
        select(TicketEvent, Agent.name)
        .outerjoin(Agent, Agent.id == TicketEvent.agent_id)
        .where(TicketEvent.ticket_id == ticket_id)
    )
    if citizen_only:
        query = query.where(TicketEvent.audience == Audience.CITIZEN.value)
    return [(event, name) for event, name in session.execute(query.order_by(TicketEvent.id))]


def event_with_name(session: Session, event_id: int) -> tuple[TicketEvent, str | None]:
    query = (
        select(TicketEvent, Agent.name)
        .outerjoin(Agent, Agent.id == TicketEvent.agent_id)
        .where(TicketEvent.id == event_id)
    )
    event, name = session.execute(query).one()
    return event, name


def agent_name(session: Session, agent_id: int | None) -> str | None:
    return session.scalar(select(Agent.name).where(Agent.id == agent_id)) if agent_id else None


def queue(
    session: Session,
    statuses: Sequence[str],
    *,
    assignee: int | None,
    unassigned: bool,
    group: str | None,
    code: str | None,
    limit: int,
) -> list[tuple[Ticket, str | None]]:
    """Tickets with their agents' names: by urgency, then by what is due first."""
    query = (
        select(Ticket, Agent.name)
        .outerjoin(Agent, Agent.id == Ticket.assignee_id)
        .where(Ticket.status.in_(statuses))
    )
    if assignee is not None:
        query = query.where(Ticket.assignee_id == assignee)
    if unassigned:
        query = query.where(Ticket.assignee_id.is_(None))
    if group:
        query = query.where(Ticket.group == group)
    if code:
        query = query.where(Ticket.code == code)
    query = query.order_by(Ticket.priority, Ticket.due_at, Ticket.id).limit(limit)
    return [(ticket, name) for ticket, name in session.execute(query)]


def conversation_messages(session: Session, conversation_id: int) -> list[Message]:
    query = select(Message).where(Message.conversation_id == conversation_id)
    return list(session.scalars(query.order_by(Message.id)))


def remembered(session: Session, scope: str, key: str) -> IdempotencyKey | None:
    return session.scalar(
        select(IdempotencyKey).where(IdempotencyKey.scope == scope, IdempotencyKey.key == key)
    )


def remember(session: Session, scope: str, key: str, body_hash: str) -> tuple[IdempotencyKey, bool]:
    """The row of a key, and whether it was made just now.

    1. Look. 2. Insert in a savepoint. 3. Where another transaction was faster, its commit is waited for by the unique
    index, the insert fails, and its row is read.
    """
    known = remembered(session, scope, key)
    if known is not None:
        return known, False
    made = IdempotencyKey(scope=scope, key=key, body_hash=body_hash, result={})
    try:
        with session.begin_nested():
            session.add(made)
            session.flush()
    except IntegrityError:
        known = remembered(session, scope, key)
        if known is None:
            raise
        return known, False
    return made, True


def count_by_status(session: Session) -> dict[str, int]:
    query = select(Ticket.status, func.count()).group_by(Ticket.status)
    return {str(status): int(number) for status, number in session.execute(query)}


def count_overdue(session: Session, now: datetime) -> int:
    query = select(func.count()).where(
        Ticket.status.in_([status.value for status in WORKING]),
        Ticket.first_reply_at.is_(None),
        Ticket.due_at < now,
    )
    return session.scalar(query) or 0


def count_dead_mail(session: Session) -> int:
    return session.scalar(select(func.count()).where(OutboxMail.state == MailState.DEAD.value)) or 0


def outcomes_by_day(session: Session, since: datetime) -> list[tuple[str, str, int]]:
    """(day YYYY-MM-DD in Vietnam, outcome, count) of answers since a moment."""
    if session.get_bind().dialect.name == "postgresql":
        day: Any = func.to_char(func.timezone("Asia/Ho_Chi_Minh", Answer.created_at), "YYYY-MM-DD")
    else:
        day = func.date(Answer.created_at, UTC_OFFSET)
    query = (
        select(day, Answer.outcome, func.count())
        .where(Answer.created_at >= since)
        .group_by(day, Answer.outcome)
    )
    return [(str(found), outcome, number) for found, outcome, number in session.execute(query)]


def waiting_since(session: Session, moment: datetime, ticket_id: int | None = None) -> list[Ticket]:
    """Tickets (or the one) that wait for their citizen and in which nobody told anybody anything since `moment`."""
    told = select(func.max(TicketEvent.created_at)).where(
        TicketEvent.ticket_id == Ticket.id, TicketEvent.audience == Audience.CITIZEN.value
    )
    query = select(Ticket).where(
        Ticket.status == Status.WAITING_CITIZEN.value, told.correlate(Ticket).scalar_subquery() < moment
    )
    if ticket_id is not None:
        query = query.where(Ticket.id == ticket_id)
    return list(session.scalars(query.order_by(Ticket.id)))


def first_unanswered(session: Session, ticket_id: int) -> TicketEvent | None:
    """The first thing the citizen added since an agent last answered; None when an agent's answer is the last word."""
    answered = select(func.max(TicketEvent.id)).where(
        TicketEvent.ticket_id == ticket_id, TicketEvent.kind == EventKind.AGENT_REPLIED.value
    )
    query = select(TicketEvent).where(
        TicketEvent.ticket_id == ticket_id,
        TicketEvent.author == Author.CITIZEN.value,
        TicketEvent.id > func.coalesce(answered.scalar_subquery(), 0),
    )
    return session.scalar(query.order_by(TicketEvent.id).limit(1))


def resolved_before(session: Session, moment: datetime) -> list[Ticket]:
    query = select(Ticket).where(Ticket.status == "resolved", Ticket.resolved_at < moment)
    return list(session.scalars(query.order_by(Ticket.id)))


def purge_keys(session: Session, made_before: datetime) -> int:
    result = session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < made_before))
    return cast("CursorResult[Any]", result).rowcount
