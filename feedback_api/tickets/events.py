"""Writes events: the only way a ticket's status changes, so status and thread can't disagree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from feedback_api import texts_vi
from feedback_api.conversations import owner
from feedback_api.errors import DeskError
from feedback_api.models import Audience, Author, EventKind, TicketEvent, utc_now
from feedback_api.tickets import lifecycle, repository

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from feedback_api.models import Agent, Ticket
    from feedback_api.tickets.lifecycle import Move, Status


def next_status(ticket: Ticket, move: Move) -> Status:
    """The status after `move`.

    :raises DeskError: 409 illegal_move.
    """
    try:
        return lifecycle.after(ticket.status, move)
    except lifecycle.IllegalMove as error:
        title = texts_vi.STATUS_TITLES_FOR_AGENTS[ticket.status]
        raise DeskError(texts_vi.ILLEGAL_MOVE.format(status=title), 409, "illegal_move") from error


def write(
    session: Session,
    ticket: Ticket,
    kind: EventKind,
    audience: Audience,
    *,
    by: Agent | Author = Author.SYSTEM,
    text: str | None = None,
    status: Status | None = None,
    data: dict[str, Any] | None = None,
) -> TicketEvent:
    """Adds an event and, when `status` is given, moves the ticket. Whatever others must see first raises the version."""
    author = by if isinstance(by, Author) else Author.AGENT
    changes = status is not None or author in {Author.CITIZEN, Author.AGENT}
    if changes and audience is Audience.CITIZEN:
        ticket.version += 1
    event = TicketEvent(
        ticket_id=ticket.id,
        kind=kind.value,
        author=author.value,
        agent_id=None if isinstance(by, Author) else by.id,
        audience=audience.value,
        text=text,
        status_from=ticket.status if status else None,
        status_to=status.value if status else None,
        data={"version": ticket.version, **(data or {})},
    )
    if status:
        ticket.status = status.value
        if status in lifecycle.DONE and ticket.conversation_id is not None:
            # What the desk itself says at the end is said in the chat too.
            told = text if by is Author.SYSTEM else None
            owner.give_to_bot(session, ticket.conversation_id, ticket.code, told)
    ticket.updated_at = utc_now()
    session.add(event)
    session.flush()
    return event


def once(session: Session, scope: str, key: str, body_hash: str) -> tuple[dict[str, Any], bool]:
    """The result kept for an idempotency key, and whether this is the first time (then `keep` must follow).

    A key without a result belongs to a request that was refused: it counts as unused.

    :raises DeskError: 409 same_key_other_body.
    """
    row, first = repository.remember(session, scope, key[:100], body_hash)
    if not row.result:
        row.body_hash = body_hash
    elif row.body_hash != body_hash:
        raise DeskError(texts_vi.SAME_KEY_OTHER_BODY, 409, "same_key_other_body")
    return row.result, first or not row.result


def keep(session: Session, scope: str, key: str, result: dict[str, Any]) -> None:
    """Stores the first result of an idempotency key made by `once` in this transaction."""
    row = repository.remembered(session, scope, key[:100])
    assert row is not None
    row.result = result
    session.flush()


def move(session: Session, ticket: Ticket, event: TicketEvent, status: Status) -> None:
    """Lets an event that was just written carry a change of status."""
    event.status_from, event.status_to = ticket.status, status.value
    ticket.status = status.value
    session.flush()
