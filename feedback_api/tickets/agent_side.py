"""An agent's work on a ticket. Whatever two colleagues might do at once is decided by the row's lock or one statement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedback_api import logs, outbox, privacy, texts_vi
from feedback_api import text as text_rules
from feedback_api.conversations import owner
from feedback_api.conversations.views import MessageView, message_view
from feedback_api.errors import DeskError
from feedback_api.models import Agent, Audience, Author, EventKind, Message, Role, utc_now
from feedback_api.tickets import codes, events, mapping, repository
from feedback_api.tickets.citizen_side import pictures_of
from feedback_api.tickets.lifecycle import Move, Resolution
from feedback_api.tickets.views import Contact
from feedback_api.tokens import hash_body

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from feedback_api.models import Ticket, TicketEvent
    from feedback_api.tickets.views import EventView, TicketView


class StaleTicket(DeskError):
    """Someone wrote to the ticket after the form was opened: `newer` is what they wrote, `version` the present one."""

    def __init__(self, newer: tuple[EventView, ...], version: int) -> None:
        super().__init__(texts_vi.STALE_TICKET, 409, "stale_ticket")
        self.newer = newer
        self.version = version


def find_for_agent(session: Session, code: str) -> Ticket:
    """The ticket of a code, in whatever form it was typed.

    :raises DeskError: 404 ticket_not_found.
    """
    wanted = codes.normalise(code)
    ticket = repository.by_code(session, wanted) if wanted else None
    if ticket is None:
        raise DeskError(texts_vi.TICKET_UNKNOWN, 404, "ticket_not_found")
    return ticket


def agent_view(session: Session, ticket: Ticket) -> TicketView:
    """The head of the ticket, contacts masked."""
    name = repository.agent_name(session, ticket.assignee_id)
    return mapping.ticket_view(ticket, name, utc_now(), for_agent=True)


def agent_thread(session: Session, ticket: Ticket) -> list[EventView]:
    """All events, internal ones too, oldest first."""
    rows = repository.events(session, ticket.id, citizen_only=False)
    pictures = pictures_of(session, ticket, "/console/tickets")
    return [
        mapping.event_view(event, name, for_agent=True, pictures=pictures.get(event.id, ()))
        for event, name in rows
    ]


def transcript_of(session: Session, ticket: Ticket) -> list[MessageView]:
    """The conversation that led to the ticket, oldest first; empty without one."""
    if ticket.conversation_id is None:
        return []
    return [message_view(item) for item in repository.conversation_messages(session, ticket.conversation_id)]


def take(session: Session, ticket: Ticket, agent: Agent) -> None:
    """Makes `agent` the ticket's agent. Taking what one already has changes nothing.

    :raises DeskError: 409 already_taken, illegal_move.
    """
    if ticket.assignee_id == agent.id:
        return
    events.next_status(ticket, Move.TAKE)
    if not repository.claim(session, ticket, agent.id, utc_now()):
        if ticket.assignee_id == agent.id:
            return
        raise DeskError(texts_vi.ALREADY_TAKEN, 409, "already_taken")
    status = events.next_status(ticket, Move.TAKE)
    events.write(session, ticket, EventKind.TAKEN, Audience.INTERNAL, by=agent, status=status)
    logs.event("ticket_taken", ticket=ticket.code, agent=agent.id)


def release(session: Session, ticket: Ticket, agent: Agent) -> None:
    """Puts the ticket back into the queue; only its own agent, a lead or an administrator may.

    :raises DeskError: 403 forbidden, 409 illegal_move.
    """
    repository.lock(session, ticket)
    if ticket.assignee_id is None:
        return
    if ticket.assignee_id != agent.id and agent.role not in {Role.LEAD.value, Role.ADMIN.value}:
        raise DeskError(texts_vi.FORBIDDEN, 403, "forbidden")
    status = events.next_status(ticket, Move.RELEASE)
    ticket.assignee_id = None
    events.write(session, ticket, EventKind.RELEASED, Audience.INTERNAL, by=agent, status=status)


def reply(
    session: Session, ticket: Ticket, agent: Agent, text: str, version: int, idempotency_key: str
) -> EventView:
    """An answer to the citizen: in the thread, in the chat the ticket came from, and by mail where there is an address.

    :param version: `TicketView.version` when the form was opened.
    :raises StaleTicket: 409, when there is something newer than `version`.
    :raises DeskError: 422 empty_text, text_too_long; 409 illegal_move, same_key_other_body.
    """
    scope = f"reply:{ticket.id}:{agent.id}"
    result, first = events.once(session, scope, idempotency_key, hash_body(text))
    if not first:
        return mapping.event_view(*repository.event_with_name(session, result["event_id"]), for_agent=True)
    body = agent_text(text)
    repository.lock(session, ticket)
    _refuse_stale(session, ticket, version)
    status = events.next_status(ticket, Move.AGENT_REPLY)
    ticket.assignee_id = ticket.assignee_id or agent.id
    event = _answer(session, ticket, agent, body)
    events.move(session, ticket, event, status)
    if ticket.conversation_id is not None:
        owner.give_to_agent(session, ticket.conversation_id, ticket.code)
    outbox.enqueue(session, "agent_replied", ticket, event)
    events.keep(session, scope, idempotency_key, {"event_id": event.id})
    logs.event("agent_replied", ticket=ticket.code, agent=agent.id)
    return mapping.event_view(event, agent.name, for_agent=True)


def add_note(session: Session, ticket: Ticket, agent: Agent, text: str) -> EventView:
    """A note among colleagues; it never leaves the desk.

    :raises DeskError: 422 empty_text, text_too_long.
    """
    body = agent_text(text)
    event = events.write(session, ticket, EventKind.NOTE, Audience.INTERNAL, by=agent, text=body)
    return mapping.event_view(event, agent.name, for_agent=True)


def resolve(
    session: Session, ticket: Ticket, agent: Agent, resolution: str, entry_id: str | None, text: str
) -> None:
    """Ends the work with a reason and, if `text` is not blank, a last answer. Spam and duplicates are not answered.

    A repeat with the same reason changes nothing.

    :raises DeskError: 422 bad_resolution, entry_needed, text_too_long; 409 illegal_move.
    """
    try:
        reason = Resolution(resolution)
    except ValueError as error:
        raise DeskError(texts_vi.BAD_RESOLUTION, 422, "bad_resolution") from error
    if reason is Resolution.ANSWERED_BY_ENTRY and not entry_id:
        raise DeskError(texts_vi.ENTRY_NEEDED, 422, "entry_needed")
    body = agent_text(text) if text.strip() else None
    repository.lock(session, ticket)
    if ticket.resolution == reason.value:
        return
    silent = reason is Resolution.SPAM
    status = events.next_status(ticket, Move.MARK_SPAM if silent else Move.RESOLVE)
    now = utc_now()
    ticket.resolution, ticket.resolution_entry_id, ticket.resolved_at = reason.value, entry_id, now
    ticket.assignee_id = ticket.assignee_id or agent.id
    answer = _answer(session, ticket, agent, body) if body and not silent else None
    audience = Audience.INTERNAL if silent else Audience.CITIZEN
    data = {"resolution": reason.value, "entry_id": entry_id, "answer": answer.id if answer else None}
    done = events.write(session, ticket, EventKind.RESOLVED, audience, by=agent, status=status, data=data)
    if not silent and reason is not Resolution.DUPLICATE:
        outbox.enqueue(session, "ticket_resolved", ticket, done)
    logs.event("ticket_resolved", ticket=ticket.code, agent=agent.id, resolution=reason.value)


def close(session: Session, ticket: Ticket, agent: Agent | None) -> None:
    """Closes a resolved ticket for good (a citizen's reply still reopens it); without an agent by the clock.

    :raises DeskError: 409 illegal_move.
    """
    repository.lock(session, ticket)
    status = events.next_status(ticket, Move.CLOSE)
    ticket.closed_at = utc_now()
    events.write(
        session, ticket, EventKind.CLOSED, Audience.CITIZEN, by=agent or Author.SYSTEM, status=status
    )


def reveal_contact(session: Session, ticket: Ticket, agent: Agent) -> Contact:
    """The citizen's contact data unmasked; that `agent` looked stays in the thread."""
    events.write(session, ticket, EventKind.CONTACT_REVEALED, Audience.INTERNAL, by=agent)
    logs.event("contact_revealed", ticket=ticket.code, agent=agent.id)
    return Contact(ticket.name, ticket.phone, ticket.email)


def agent_text(typed: str) -> str:
    """What an agent wrote, cleaned; identity numbers and secrets are hidden, office phones stay.

    :raises DeskError: 422 empty_text, text_too_long.
    """
    cleaned = text_rules.clean(typed)
    if not text_rules.has_words(cleaned):
        raise DeskError(texts_vi.EMPTY_TEXT, 422, "empty_text")
    if len(cleaned) > text_rules.TICKET_LIMIT:
        raise DeskError(texts_vi.TEXT_TOO_LONG.format(limit=text_rules.TICKET_LIMIT), 422, "text_too_long")
    return privacy.mask(cleaned, privacy.IDENTITY).text


def _refuse_stale(session: Session, ticket: Ticket, version: int) -> None:
    if ticket.version == version:
        return
    rows = repository.events(session, ticket.id, citizen_only=False)
    newer = [(event, name) for event, name in rows if event.data.get("version", 0) > version]
    views = tuple(mapping.event_view(event, name, for_agent=True) for event, name in newer)
    raise StaleTicket(views, ticket.version)


def _answer(session: Session, ticket: Ticket, agent: Agent, body: str) -> TicketEvent:
    """The agent's words in the thread and, where the citizen still has the chat, there as well."""
    event = events.write(session, ticket, EventKind.AGENT_REPLIED, Audience.CITIZEN, by=agent, text=body)
    ticket.first_reply_at = ticket.first_reply_at or utc_now()
    if ticket.conversation_id is not None:
        session.add(
            Message(
                conversation_id=ticket.conversation_id,
                author=Author.AGENT.value,
                text=body,
                masked=[],
                options=[],
                ticket_code=ticket.code,
            )
        )
        session.flush()
    return event
