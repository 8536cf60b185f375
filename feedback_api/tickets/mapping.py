"""Rows -> what people see. The citizen's view names no agent and no internal event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedback_api import privacy, texts_vi
from feedback_api.models import Audience
from feedback_api.text import shorten
from feedback_api.tickets.lifecycle import WORKING
from feedback_api.tickets.views import CitizenTicketRow, EventView, QueueRow, TicketView
from feedback_api.workhours.calendar import moment_said, slot_said

if TYPE_CHECKING:
    from datetime import datetime

    from feedback_api.models import Ticket, TicketEvent
    from feedback_api.tickets.views import AttachmentView

SUMMARY = 140  # characters of a queue line


def status_title(status: str) -> str:
    """The status in a citizen's words."""
    return texts_vi.STATUS_TITLES[status]


def event_view(
    event: TicketEvent,
    agent_name: str | None,
    *,
    for_agent: bool,
    pictures: tuple[AttachmentView, ...] = (),
) -> EventView:
    """One event of the thread."""
    titles = texts_vi.EVENT_TITLES_FOR_AGENTS if for_agent else texts_vi.EVENT_TITLES
    return EventView(
        id=event.id,
        kind=event.kind,
        title=titles[event.kind],
        author=event.author,
        agent_name=agent_name if for_agent else None,
        internal=event.audience != Audience.CITIZEN.value,
        text=event.text,
        status_to=event.status_to,
        created_at=event.created_at,
        attachments=pictures,
    )


def ticket_view(ticket: Ticket, assignee_name: str | None, now: datetime, *, for_agent: bool) -> TicketView:
    """The head of a ticket, contacts masked."""
    titles = texts_vi.STATUS_TITLES_FOR_AGENTS if for_agent else texts_vi.STATUS_TITLES
    return TicketView(
        code=ticket.code,
        status=ticket.status,
        status_title=titles[ticket.status],
        version=ticket.version,
        channel=ticket.channel,
        topic=ticket.topic,
        group=ticket.group,
        priority=ticket.priority,
        summary=ticket.summary,
        entry_id=ticket.entry_id,
        name=ticket.name,
        phone_shown=privacy.show_phone(ticket.phone),
        email_shown=privacy.show_email(ticket.email),
        reach_by=ticket.reach_by,
        assignee_id=ticket.assignee_id if for_agent else None,
        assignee_name=assignee_name if for_agent else None,
        resolution=ticket.resolution,
        has_conversation=ticket.conversation_id is not None,
        opened_at=ticket.opened_at,
        updated_at=ticket.updated_at,
        due_at=ticket.due_at,
        overdue=is_overdue(ticket, now),
        callback_said=callback_said(ticket),
    )


def queue_row(ticket: Ticket, assignee_name: str | None, now: datetime) -> QueueRow:
    """One line of the agents' queue."""
    return QueueRow(
        code=ticket.code,
        status=ticket.status,
        status_title=texts_vi.STATUS_TITLES_FOR_AGENTS[ticket.status],
        priority=ticket.priority,
        topic=ticket.topic,
        channel=ticket.channel,
        group=ticket.group,
        summary=shorten(ticket.summary, SUMMARY),
        assignee_id=ticket.assignee_id,
        assignee_name=assignee_name,
        opened_at=ticket.opened_at,
        updated_at=ticket.updated_at,
        due_at=ticket.due_at,
        overdue=is_overdue(ticket, now),
    )


def citizen_row(ticket: Ticket) -> CitizenTicketRow:
    """One line of a citizen's own list."""
    return CitizenTicketRow(
        ticket.code, ticket.status, status_title(ticket.status), ticket.opened_at, ticket.updated_at
    )


def callback_said(ticket: Ticket) -> str | None:
    """When the citizen wants to be called: "Sáng thứ Tư 25/11, 8:00 đến 12:00"."""
    if ticket.callback_from is None or ticket.callback_until is None:
        return None
    return slot_said(ticket.callback_from, ticket.callback_until)


def expected_said(ticket: Ticket, now: datetime) -> str:
    """When an answer is due, to be read after "Bạn sẽ được trả lời "."""
    slot = callback_said(ticket)
    if slot:
        return texts_vi.EXPECTED_CALL.format(slot=slot[0].lower() + slot[1:])
    return texts_vi.EXPECTED_BEFORE.format(moment=moment_said(ticket.due_at, now))


def is_overdue(ticket: Ticket, now: datetime) -> bool:
    """Whether the first answer is late."""
    waiting = ticket.first_reply_at is None and ticket.status in {status.value for status in WORKING}
    return waiting and ticket.due_at < now
