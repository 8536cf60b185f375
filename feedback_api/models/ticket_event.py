"""The thread of a ticket: typed events, each with an audience. Only audience `citizen` may ever leave the desk."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from feedback_api.models.base import Base, Json, utc_now


class EventKind(StrEnum):
    """What happened."""

    OPENED = "opened"
    CITIZEN_REPLIED = "citizen_replied"
    AGENT_REPLIED = "agent_replied"
    ATTACHED = "attached"
    PICTURE_REMOVED = "picture_removed"
    NOTE = "note"
    TAKEN = "taken"
    RELEASED = "released"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    CLOSED = "closed"
    CONTACT_REVEALED = "contact_revealed"


class Audience(StrEnum):
    """Who may read an event."""

    CITIZEN = "citizen"
    INTERNAL = "internal"


class TicketEvent(Base):
    """One thing that happened to a ticket."""

    __tablename__ = "ticket_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(24))
    author: Mapped[str] = mapped_column(String(16))
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id", ondelete="RESTRICT"))
    audience: Mapped[str] = mapped_column(String(16))
    text: Mapped[str | None] = mapped_column(Text)
    status_from: Mapped[str | None] = mapped_column(String(20))
    status_to: Mapped[str | None] = mapped_column(String(20))
    data: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
