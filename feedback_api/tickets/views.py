"""What pages and the JSON edge are given of tickets: frozen, contact data masked until revealed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

    from feedback_api.models import Conversation


@dataclass(frozen=True, slots=True)
class TicketRequest:
    """A new ticket. Contact fields left None are taken from the conversation's draft when there is a conversation.

    `reach_by` is phone | email; `channel` is chat | web | email | phone | callback; `topic` is an FAQ topic or None;
    `callback_slot` the id of a slot of the calendar, for `reach_by` phone only.
    """

    text: str
    name: str | None
    phone: str | None
    email: str | None
    reach_by: str
    channel: str
    conversation: Conversation | None
    topic: str | None
    entry_id: str | None
    consent_version: str
    callback_slot: str | None = None


@dataclass(frozen=True, slots=True)
class OpenedTicket:
    """`secret` belongs to the citizen alone: show it once, never in a query string. `replayed`: the key was used before."""

    code: str
    secret: str
    replayed: bool


@dataclass(frozen=True, slots=True)
class Contact:
    """How to reach a citizen, unmasked. Phone is E.164."""

    name: str | None
    phone: str | None
    email: str | None


@dataclass(frozen=True, slots=True)
class AttachmentView:
    """A picture of an event; `url` opens for who may read the ticket, `size` is in bytes."""

    name: str
    kind: str
    size: int
    url: str


@dataclass(frozen=True, slots=True)
class EventView:
    """One event of the thread.

    `kind` and `title` say what happened; `author` is citizen | agent | system, `agent_name` only in agents' views;
    `internal` events exist in agents' views only.
    """

    id: int
    kind: str
    title: str
    author: str
    agent_name: str | None
    internal: bool
    text: str | None
    status_to: str | None
    created_at: datetime
    attachments: tuple[AttachmentView, ...] = ()


@dataclass(frozen=True, slots=True)
class TicketView:
    """The head of a ticket. Contacts are shown masked ("09•• ••• 678"); `assignee_*` is None in the citizen's view.

    `callback_said` is when the citizen wants to be called, in words.
    """

    code: str
    status: str
    status_title: str
    version: int
    channel: str
    topic: str
    group: str
    priority: int
    summary: str
    entry_id: str | None
    name: str | None
    phone_shown: str | None
    email_shown: str | None
    reach_by: str
    assignee_id: int | None
    assignee_name: str | None
    resolution: str | None
    has_conversation: bool
    opened_at: datetime
    updated_at: datetime
    due_at: datetime
    overdue: bool
    callback_said: str | None = None


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which tickets: `view` is todo (new, open) | mine | unassigned | waiting | done | all; `agent_id` is needed for mine."""

    view: str = "todo"
    agent_id: int | None = None
    group: str | None = None
    code: str | None = None
    limit: int = 100


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One line of the queue, most urgent first. `summary` is cut to about 140 characters."""

    code: str
    status: str
    status_title: str
    priority: int
    topic: str
    channel: str
    group: str
    summary: str
    assignee_id: int | None
    assignee_name: str | None
    opened_at: datetime
    updated_at: datetime
    due_at: datetime
    overdue: bool


@dataclass(frozen=True, slots=True)
class CitizenTicketRow:
    """One ticket in a citizen's own list."""

    code: str
    status: str
    status_title: str
    opened_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class DayOutcomes:
    """Outcomes of one day (Vietnam's calendar): outcome name -> count, only names that occurred."""

    day: date
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class DeskCounts:
    """Figures for charts: tickets per status (every status, zeros too), the last 14 days' outcomes (every day, oldest first)."""

    tickets_by_status: dict[str, int]
    outcomes_by_day: tuple[DayOutcomes, ...]
    overdue: int
    mail_dead: int
