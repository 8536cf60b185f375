"""What a citizen sees of a ticket and adds to it. Only events with audience `citizen` are ever read here."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from feedback_api import logs
from feedback_api.attachments import repository as attachments
from feedback_api.models import Audience, Author, EventKind, utc_now
from feedback_api.tickets import events, lifecycle, mapping, repository
from feedback_api.tickets.lifecycle import Move
from feedback_api.tickets.opening import checked_text
from feedback_api.tickets.views import AttachmentView
from feedback_api.tokens import hash_body

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from feedback_api.models import Ticket, TicketEvent
    from feedback_api.tickets.views import EventView, TicketView


def citizen_view(session: Session, ticket: Ticket) -> TicketView:
    """The head of the ticket without agents' names."""
    del session
    return mapping.ticket_view(ticket, None, utc_now(), for_agent=False)


def citizen_thread(session: Session, ticket: Ticket) -> list[EventView]:
    """Events with audience `citizen`, oldest first."""
    rows = repository.events(session, ticket.id, citizen_only=True)
    pictures = pictures_of(session, ticket, "/tickets")
    return [
        mapping.event_view(event, name, for_agent=False, pictures=pictures.get(event.id, ()))
        for event, name in rows
    ]


def pictures_of(session: Session, ticket: Ticket, root: str) -> dict[int, tuple[AttachmentView, ...]]:
    """Event id -> its pictures, at addresses below `root`."""
    found: defaultdict[int, tuple[AttachmentView, ...]] = defaultdict(tuple)
    for event_id, name, kind, size in attachments.of_ticket(session, ticket.id):
        view = AttachmentView(name, kind, size, f"{root}/{ticket.code}/attachments/{name}")
        found[event_id] += (view,)
    return found


def citizen_reply(session: Session, ticket: Ticket, text: str, idempotency_key: str) -> EventView:
    """The citizen's words in the thread; a resolved or closed ticket comes back to its agent.

    :raises DeskError: 422 empty_text, text_too_long; 409 illegal_move (merged, spam), same_key_other_body.
    """
    scope = f"citizen:{ticket.id}"
    result, first = events.once(session, scope, idempotency_key, hash_body(text))
    if not first:
        event, _ = repository.event_with_name(session, result["event_id"])
        return mapping.event_view(event, None, for_agent=False)
    masked = checked_text(text)
    repository.lock(session, ticket)
    event = add_event(session, ticket, EventKind.CITIZEN_REPLIED, masked)
    events.keep(session, scope, idempotency_key, {"event_id": event.id})
    return mapping.event_view(event, None, for_agent=False)


def take_words(session: Session, ticket: Ticket, masked: str) -> bool:
    """What the citizen wrote in the chat, already masked, into the thread; False where the ticket is no longer worked on."""
    repository.lock(session, ticket)
    if ticket.status not in {status.value for status in lifecycle.WORKING}:
        return False
    add_event(session, ticket, EventKind.CITIZEN_REPLIED, masked)
    return True


def add_event(session: Session, ticket: Ticket, kind: EventKind, masked: str | None) -> TicketEvent:
    """What a citizen adds to the locked `ticket`; a resolved or closed one comes back to its agent.

    :raises DeskError: 409 illegal_move (merged, spam).
    """
    status = events.next_status(ticket, Move.CITIZEN_REPLY)
    if lifecycle.reopens(ticket.status):
        _reopen(session, ticket)
    event = events.write(
        session,
        ticket,
        kind,
        Audience.CITIZEN,
        by=Author.CITIZEN,
        text=masked,
        status=status,
    )
    logs.event(kind.value, ticket=ticket.code, status=status.value)
    return event


def _reopen(session: Session, ticket: Ticket) -> None:
    ticket.resolution = ticket.resolution_entry_id = None
    ticket.resolved_at = ticket.closed_at = None
    events.write(session, ticket, EventKind.REOPENED, Audience.CITIZEN)
