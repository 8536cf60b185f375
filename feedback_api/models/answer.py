"""What came of one question: the closed set of outcomes from which every chart and list derives. Holds no text."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from feedback_api.models.base import Base, Json, utc_now


class Outcome(StrEnum):
    """How a question ended (DESIGN rule 5)."""

    ANSWERED = "answered"
    CLARIFIED = "clarified"
    ABSTAINED = "abstained"
    NEEDS_PERSON = "needs_person"
    HANDED_OVER = "handed_over"
    ERROR_SEARCH = "error_search"
    ERROR_BOT = "error_bot"


class Answer(Base):
    """One outcome. It outlives its conversation (the ids become NULL), so that counts stay true after a purge."""

    __tablename__ = "answer"

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int | None] = mapped_column(
        ForeignKey("conversation.id", ondelete="SET NULL"), index=True
    )
    turn_id: Mapped[int | None] = mapped_column(ForeignKey("message.id", ondelete="SET NULL"), index=True)
    outcome: Mapped[str] = mapped_column(String(16))
    entry_id: Mapped[str | None] = mapped_column(String(120), index=True)
    hits: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    generation: Mapped[str | None] = mapped_column(String(64))
    ms: Mapped[float] = mapped_column(default=0.0)
    resolved: Mapped[bool | None]
    unsolved_reason: Mapped[str | None] = mapped_column(String(24))
    created_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
