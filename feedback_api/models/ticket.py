"""A ticket: where it stands, who has it, how to reach the citizen. The status is written together with an event, never alone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from feedback_api.models.base import Base, utc_now


class Ticket(Base):
    """One concern of one citizen. `version` grows with every change that a colleague's open form must not overwrite."""

    __tablename__ = "ticket"
    __table_args__ = (Index("ix_ticket_status_due_at", "status", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(16), unique=True)
    status: Mapped[str] = mapped_column(String(20))
    version: Mapped[int] = mapped_column(default=1)
    channel: Mapped[str] = mapped_column(String(16))
    topic: Mapped[str] = mapped_column(String(64))
    group: Mapped[str] = mapped_column("agent_group", String(40))
    priority: Mapped[int]  # 1 is the most urgent
    summary: Mapped[str] = mapped_column(Text)  # masked
    entry_id: Mapped[str | None] = mapped_column(String(120))
    name: Mapped[str | None] = mapped_column(String(120))
    phone: Mapped[str | None] = mapped_column(String(20))  # E.164
    email: Mapped[str | None] = mapped_column(String(254))
    reach_by: Mapped[str] = mapped_column(String(8))
    consent_version: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str | None] = mapped_column(String(64), index=True)  # hash of the signed-in person
    callback_from: Mapped[datetime | None]  # the slot in which the citizen wants to be called
    callback_until: Mapped[datetime | None]
    conversation_id: Mapped[int | None] = mapped_column(
        ForeignKey("conversation.id", ondelete="SET NULL"), index=True
    )
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id", ondelete="RESTRICT"), index=True)
    resolution: Mapped[str | None] = mapped_column(String(24))
    resolution_entry_id: Mapped[str | None] = mapped_column(String(120))
    opened_at: Mapped[datetime] = mapped_column(default=utc_now)
    updated_at: Mapped[datetime] = mapped_column(default=utc_now)
    due_at: Mapped[datetime]
    first_reply_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
