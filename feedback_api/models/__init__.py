"""All tables. Importing this package registers every one of them with `Base.metadata`."""

from feedback_api.models.agent import Agent, Role
from feedback_api.models.agent_session import AgentSession
from feedback_api.models.answer import Answer, Outcome
from feedback_api.models.attachment import Attachment
from feedback_api.models.base import Base, utc_now
from feedback_api.models.conversation import Conversation, Owner
from feedback_api.models.heartbeat import Heartbeat
from feedback_api.models.idempotency_key import IdempotencyKey
from feedback_api.models.job import Job
from feedback_api.models.message import Author, Message
from feedback_api.models.outbox_mail import MailState, OutboxMail
from feedback_api.models.ticket import Ticket
from feedback_api.models.ticket_access_token import TicketAccessToken
from feedback_api.models.ticket_draft import TicketDraft
from feedback_api.models.ticket_event import Audience, EventKind, TicketEvent
from feedback_api.models.ticket_rating import TicketRating
from feedback_api.models.turn_waiter import TurnWaiter

__all__ = [
    "Agent",
    "AgentSession",
    "Answer",
    "Attachment",
    "Audience",
    "Author",
    "Base",
    "Conversation",
    "EventKind",
    "Heartbeat",
    "IdempotencyKey",
    "Job",
    "MailState",
    "Message",
    "OutboxMail",
    "Outcome",
    "Owner",
    "Role",
    "Ticket",
    "TicketAccessToken",
    "TicketDraft",
    "TicketEvent",
    "TicketRating",
    "TurnWaiter",
    "utc_now",
]
