"""JSON between the bot's action server and the desk (docs/contracts.md, section 4)."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from feedback_api.stamps import Stamp


class OpenTicketBody(BaseModel):
    """A ticket that the citizen confirmed in the chat. Contacts are not in it: the desk takes them from its own draft."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "conversation": "b-5f0c6a7e",
                    "text": "Tôi mất cả email lẫn số điện thoại, không vào được VssID.",
                    "reach_by": "email",
                    "topic": "vssid-tai-khoan",
                    "entry_id": None,
                    "consent_version": "2026-11",
                    "idempotency_key": "b-5f0c6a7e:3",
                }
            ]
        }
    )

    conversation: str = Field(max_length=40)
    text: str = Field(max_length=20_000)
    reach_by: str = Field(max_length=16)
    topic: str | None = Field(default=None, max_length=64)
    entry_id: str | None = Field(default=None, max_length=120)
    consent_version: str = Field(max_length=20)
    idempotency_key: str = Field(min_length=1, max_length=100)


class OpenedTicketBody(BaseModel):
    """The ticket, as the bot may tell of it; no secret."""

    code: str
    status: str
    reach_by: str
    contact_shown: str
    opened_at: Stamp


class TicketRow(BaseModel):
    """One ticket of a conversation."""

    code: str
    status: str
    status_title: str
    opened_at: Stamp
    updated_at: Stamp


class TicketRows(BaseModel):
    """Youngest first."""

    tickets: list[TicketRow]
