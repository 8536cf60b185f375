"""SQL that only the console's pages need; it reads and never writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from feedback_api.models import Agent, Answer, MailState, OutboxMail, Ticket

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def outcomes(session: Session, conversation_id: int) -> dict[int, str]:
    """Id of the citizen's message -> outcome of the turn it began."""
    query = select(Answer.turn_id, Answer.outcome).where(
        Answer.conversation_id == conversation_id, Answer.turn_id.is_not(None)
    )
    return {turn: outcome for turn, outcome in session.execute(query) if turn is not None}


def mail_by_state(session: Session) -> dict[str, int]:
    """How many mails are in each state."""
    query = select(OutboxMail.state, func.count()).group_by(OutboxMail.state)
    return {str(state): int(number) for state, number in session.execute(query)}


def dead_letters(session: Session, limit: int) -> list[tuple[OutboxMail, str]]:
    """Mails that were given up, youngest first, each with its ticket's code."""
    query = (
        select(OutboxMail, Ticket.code)
        .join(Ticket, Ticket.id == OutboxMail.ticket_id)
        .where(OutboxMail.state == MailState.DEAD.value)
        .order_by(OutboxMail.id.desc())
        .limit(limit)
    )
    return [(mail, code) for mail, code in session.execute(query)]


def agent_by_id(session: Session, agent_id: int) -> Agent | None:
    return session.get(Agent, agent_id)
