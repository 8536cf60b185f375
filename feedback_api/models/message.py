"""One message of a conversation. `text` is masked before it gets here; payloads of options never leave the desk."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from feedback_api.models.base import Base, Json, utc_now


class Author(StrEnum):
    """Who wrote a message."""

    CITIZEN = "citizen"
    BOT = "bot"
    AGENT = "agent"
    SYSTEM = "system"


class Message(Base):
    """A message as the citizen sees it.

    `turn_id` is the citizen's message that started the turn (its own id is found there too by repeats of `client_id`);
    `options` are `{"id", "title", "payload"}` or `{"title", "href"}`; `payload` is what a chosen option stood for.
    """

    __tablename__ = "message"
    __table_args__ = (
        Index("uq_message_conversation_id_client_id", "conversation_id", "client_id", unique=True),
        Index("ix_message_conversation_id_id", "conversation_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"))
    turn_id: Mapped[int | None] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"), index=True)
    author: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text)
    masked: Mapped[list[str]] = mapped_column(Json, default=list)
    card: Mapped[dict[str, Any] | None] = mapped_column(Json)
    options: Mapped[list[dict[str, str]]] = mapped_column(Json, default=list)
    payload: Mapped[str | None] = mapped_column(Text)
    client_id: Mapped[str | None] = mapped_column(String(64))
    ticket_code: Mapped[str | None] = mapped_column(String(16))
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
