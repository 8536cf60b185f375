"""Time stamps as the contract writes them: UTC, whole seconds, `+00:00` (Python 3.10, the bot's, can't read a `Z`)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from pydantic import PlainSerializer, WithJsonSchema


def written(moment: datetime) -> str:
    """`moment` as "2026-11-24T18:45:00+00:00"."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")


Stamp = Annotated[
    datetime,
    PlainSerializer(written, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}, mode="serialization"),
]
