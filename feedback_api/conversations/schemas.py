"""JSON of the citizen's page (docs/contracts.md, section 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)

from feedback_api.stamps import Stamp

if TYPE_CHECKING:
    from feedback_api.conversations.views import MessageView, OptionView

EXAMPLE_ID = "6f6c1c3e-4f0b-4a1e-9a53-0c8d2b5d9e11"


class TurnBody(BaseModel):
    """A message: `text` or `option`, and a UUID made by the page for it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"text": "quen mat khau vssid", "client_id": EXAMPLE_ID}]},
    )

    text: str | None = Field(default=None, max_length=20_000)
    option: str | None = Field(default=None, max_length=40)
    client_id: str = Field(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9-]+$")

    @model_validator(mode="after")
    def _one_of_two(self) -> TurnBody:
        if (self.text is None) == (self.option is None):
            raise ValueError("either text or option")
        return self


class Option(BaseModel):
    """A button: `id` to send back, or `href` to follow."""

    title: str
    id: str | None = None
    href: str | None = None

    @model_serializer(mode="wrap")
    def _without_nulls(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {key: value for key, value in handler(self).items() if value is not None}

    @classmethod
    def of(cls, view: OptionView) -> Option:
        return cls(title=view.title, id=view.id, href=view.href)


class MessageBody(BaseModel):
    """A message as people see it; `card` is the chosen FAQ entry."""

    id: int
    author: str
    text: str
    masked: list[str]
    card: dict[str, Any] | None
    options: list[Option]
    created_at: Stamp

    @classmethod
    def of(cls, view: MessageView) -> MessageBody:
        return cls(
            id=view.id,
            author=view.author,
            text=view.text,
            masked=list(view.masked),
            card=view.card,
            options=[Option.of(option) for option in view.options],
            created_at=view.created_at,
        )


class TicketRef(BaseModel):
    """A ticket that was opened in this turn."""

    code: str


class TurnReply(BaseModel):
    """All messages of the turn, the citizen's first.

    `earlier`: what agents said since the citizen's message before; a page that has not fetched it yet shows it first.
    `with_agent`: the agent of a ticket answers here, not the bot; `person`: the host app's token names someone.
    """

    messages: list[MessageBody]
    earlier: list[MessageBody]
    ticket: TicketRef | None
    with_agent: bool
    person: bool


class Transcript(BaseModel):
    """Messages, oldest first; the rest as in a turn."""

    messages: list[MessageBody]
    with_agent: bool
    person: bool
