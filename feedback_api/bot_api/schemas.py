"""JSON between the bot's action server and the desk (docs/contracts.md, section 4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from feedback_api.stamps import Stamp

if TYPE_CHECKING:
    from feedback_api.tickets.views import CitizenTicketRow


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
    callback_slot: str | None = Field(default=None, max_length=40)
    idempotency_key: str = Field(min_length=1, max_length=100)


class OpenedTicketBody(BaseModel):
    """The ticket, as the bot may tell of it; no secret. `expected` is read after "Bạn sẽ được trả lời "."""

    code: str
    status: str
    reach_by: str
    contact_shown: str
    opened_at: Stamp
    expected: str


class TicketRow(BaseModel):
    """One ticket of a conversation."""

    code: str
    status: str
    status_title: str
    opened_at: Stamp
    updated_at: Stamp

    @classmethod
    def of(cls, row: CitizenTicketRow) -> TicketRow:
        return cls(
            code=row.code,
            status=row.status,
            status_title=row.status_title,
            opened_at=row.opened_at,
            updated_at=row.updated_at,
        )


class TicketRows(BaseModel):
    """Youngest first."""

    tickets: list[TicketRow]


class StatusBody(BaseModel):
    """A ticket's code as it was typed; the contact is the one that was typed into the conversation."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"code": "VS-7K2M-9QXD"}]})

    code: str = Field(max_length=100)


class SlotRow(BaseModel):
    """A time to be called, `title` ready to be shown."""

    id: str
    title: str


class Hours(BaseModel):
    """`open`: people work now; `text` is read after "Cán bộ làm việc "; `slots` have not begun, soonest first."""

    open: bool
    text: str
    slots: list[SlotRow]
