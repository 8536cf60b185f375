"""What the console's pages show beyond tickets: outcomes of a conversation, the outbox, accounts. No web, no commit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from feedback_api import texts_vi
from feedback_api.agents import service as agents
from feedback_api.console import repository
from feedback_api.errors import DeskError
from feedback_api.mail import repository as mail
from feedback_api.models import MailState, Role, utc_now
from feedback_api.privacy import show_email
from feedback_api.tickets import service as tickets

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from feedback_api.conversations.views import MessageView
    from feedback_api.models import Agent, Ticket

WORKER_SILENT = 60  # seconds without a sign of life
DEAD_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Said:
    """A message of the conversation before the ticket; `outcome` stands with the question that it answers."""

    message: MessageView
    outcome: str | None


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A mail that was given up; the address is shown masked."""

    code: str
    template: str
    recipient: str
    attempts: int
    error: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class MailReport:
    """The outbox: numbers by state, since when the oldest mail has been due, the worker's last sign of life."""

    pending: int
    sent: int
    dead: int
    oldest_due: datetime | None
    last_beat: datetime | None
    worker_alive: bool
    dead_letters: tuple[DeadLetter, ...]


def conversation(session: Session, ticket: Ticket) -> list[Said]:
    """The conversation that led to `ticket`, oldest first, with the outcome of each turn."""
    if ticket.conversation_id is None:
        return []
    outcomes = repository.outcomes(session, ticket.conversation_id)
    return [Said(message, outcomes.get(message.id)) for message in tickets.transcript_of(session, ticket)]


def mail_report(session: Session) -> MailReport:
    """How the outbox is now."""
    now = utc_now()
    states = repository.mail_by_state(session)
    beat = mail.last_beat(session, "mail")
    letters = tuple(
        DeadLetter(
            code=code,
            template=row.template,
            recipient=show_email(row.recipient) or "",
            attempts=row.attempts,
            error=row.last_error or "",
            created_at=row.created_at,
        )
        for row, code in repository.dead_letters(session, DEAD_SHOWN)
    )
    return MailReport(
        pending=states.get(MailState.PENDING.value, 0) + states.get(MailState.CLAIMED.value, 0),
        sent=states.get(MailState.SENT.value, 0),
        dead=states.get(MailState.DEAD.value, 0),
        oldest_due=mail.oldest_due(session, now),
        last_beat=beat,
        worker_alive=beat is not None and (now - beat).total_seconds() < WORKER_SILENT,
        dead_letters=letters,
    )


def create_account(session: Session, name: str, login: str, role: str) -> tuple[Agent, str]:
    """A new account and its password.

    :raises DeskError: 422, saying what to change.
    """
    password = agents.new_password()
    try:
        return agents.create_agent(session, role, name, login, password), password
    except agents.AccountError as error:
        raise DeskError(texts_vi.BAD_ACCOUNT, 422, "bad_account") from error


def disable_account(session: Session, admin: Agent, agent_id: int) -> None:
    """Switches an account off and ends its sessions. Nobody switches off themselves, so an administrator always stays.

    :raises DeskError: 404 unknown_agent, 409 own_account.
    """
    agent = repository.agent_by_id(session, agent_id)
    if agent is None:
        raise DeskError(texts_vi.UNKNOWN_AGENT, 404, "unknown_agent")
    if agent.id == admin.id:
        raise DeskError(texts_vi.OWN_ACCOUNT, 409, "own_account")
    agents.set_active(session, agent, active=False)


def may_release(ticket: Ticket, agent: Agent) -> bool:
    """Whether `agent` may put the ticket back into the queue."""
    own = ticket.assignee_id == agent.id
    return ticket.assignee_id is not None and (own or agent.role in {Role.LEAD.value, Role.ADMIN.value})
