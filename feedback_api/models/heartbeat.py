"""Signs of life of processes that nobody can ask over HTTP (the mail worker)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from feedback_api.models.base import Base, utc_now


class Heartbeat(Base):
    """When a worker was last seen."""

    __tablename__ = "heartbeat"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(default=utc_now)
