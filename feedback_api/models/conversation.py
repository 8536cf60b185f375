"""A citizen's conversation. The cookie's token is kept as a hash; the bot knows the conversation by `bot_sender` only.

`owner` changes by compare-and-set in `conversations/handover.py` alone; `turn_*` in `conversations/order.py` alone.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from feedback_api.models.base import Base, utc_now


class Owner(StrEnum):
    """Who answers in a conversation."""

    BOT = "bot"
    AGENT = "agent"


class Conversation(Base):
    """One chat of one browser.

    `owner_ticket` is the code of the ticket whose agent answers here; `subject` the hashed name of the signed-in person;
    `turn_holder` the process in whose hands the present turn is, until `turn_until` at the latest.
    """

    __tablename__ = "conversation"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    bot_sender: Mapped[str] = mapped_column(String(40), unique=True)
    owner: Mapped[str] = mapped_column(String(16), default=Owner.BOT.value)
    owner_ticket: Mapped[str | None] = mapped_column(String(16))
    subject: Mapped[str | None] = mapped_column(String(64), index=True)
    turn_holder: Mapped[str | None] = mapped_column(String(40))
    turn_until: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    last_seen_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
