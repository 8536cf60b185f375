"""The first result of a write that may be repeated: same key and body give it again, another body is refused."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from feedback_api.models.base import Base, Json, utc_now


class IdempotencyKey(Base):
    """One remembered write. `result` holds ids and codes only."""

    __tablename__ = "idempotency_key"
    __table_args__ = (Index("uq_idempotency_key_scope_key", "scope", "key", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    scope: Mapped[str] = mapped_column(String(60))
    key: Mapped[str] = mapped_column(String(100))
    body_hash: Mapped[str] = mapped_column(String(64))
    result: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    created_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
