"""Turns that wait because another process has the conversation's turn: the smallest live id is next."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from feedback_api.models.base import Base


class TurnWaiter(Base):
    """One waiting turn; it is forgotten when its process no longer moves `until` on."""

    __tablename__ = "turn_waiter"

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(
        ForeignKey("conversation.id", ondelete="CASCADE"), index=True
    )
    holder: Mapped[str] = mapped_column(String(40), unique=True)
    until: Mapped[datetime]
