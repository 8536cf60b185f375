"""Jobs that one of several processes does at a time: whoever moves `next_at` on has the job."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from feedback_api.models.base import Base


class Job(Base):
    """When a job is due next."""

    __tablename__ = "job"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    next_at: Mapped[datetime]
