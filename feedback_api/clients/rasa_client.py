"""Rasa's REST channel (docs/contracts.md, section 3). An error, a time-out, no JSON or an empty list is `RasaDown`:

the channel answers 200 with `[]` when an action failed, and a citizen must never be left without a word.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Protocol

import httpx
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from feedback_api import logs

Status = Literal["answered", "clarified", "abstained", "needs_person", "handed_over", "error_search"]


class RasaDown(Exception):
    """Rasa gave no usable answer; `args[0]` is a short reason."""


class RasaSlow(RasaDown):
    """Rasa did not answer in time: it may hang."""


class BotButton(BaseModel):
    """A button as the bot issues it; the payload stays in the desk."""

    title: str
    payload: str


class BotOutcome(BaseModel):
    """How the question ended, as the bot says."""

    status: Status
    entry_id: str | None = None
    hits: list[dict[str, Any]] = Field(default_factory=list)
    generation: str | None = None
    ms: float = 0.0


class _Ticket(BaseModel):
    code: str


class _Feedback(BaseModel):
    entry_id: str = Field(max_length=120)
    reason: Literal["other_question", "missing_step", "unclear", "wrong_law"]


class _Vssid(BaseModel):
    outcome: BotOutcome | None = None
    card: dict[str, Any] | None = None
    ticket: _Ticket | None = None
    feedback: _Feedback | None = None


class _Custom(BaseModel):
    vssid: _Vssid | None = None


class _Message(BaseModel):
    text: str | None = None
    buttons: list[BotButton] | None = None
    custom: _Custom | None = None


@dataclass(frozen=True, slots=True)
class BotReply:
    """One turn of the bot: texts in order with their buttons, and what the one `custom.vssid` said."""

    texts: tuple[tuple[str, tuple[BotButton, ...]], ...]
    outcome: BotOutcome | None
    card: dict[str, Any] | None
    ticket_code: str | None
    feedback: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class BotRequest:
    """What the bot is told: `message` is masked text or a payload; contacts are shown masked; never the cookie."""

    sender: str
    message: str
    phone_shown: str | None = None
    email_shown: str | None = None
    pending_question: str | None = None

    def body(self) -> dict[str, Any]:
        """The JSON that goes to the REST channel."""
        contact = {"phone": self.phone_shown, "email": self.email_shown}
        metadata = {"contact": contact, "pending_question": self.pending_question}
        return {"sender": self.sender, "message": self.message, "metadata": metadata}


class RasaClient(Protocol):
    """What the desk asks of Rasa."""

    async def send(self, request: BotRequest) -> BotReply:
        """:raises RasaDown: when there is no usable answer in time."""

    async def alive(self) -> bool:
        """Whether Rasa answers at all."""

    async def close(self) -> None:
        """Releases connections."""


_MESSAGES = TypeAdapter(list[_Message])


def parse_reply(body: Any) -> BotReply:
    """The bot's turn out of the REST channel's list.

    :raises RasaDown: when it is empty, says nothing, or is not what the contract promises.
    """
    try:
        messages = _MESSAGES.validate_python(body)
    except ValidationError as error:
        raise RasaDown("malformed") from error
    texts = tuple(
        (item.text, tuple(item.buttons or ())) for item in messages if item.text and item.text.strip()
    )
    if not texts:
        raise RasaDown("empty")
    said = next((item.custom.vssid for item in messages if item.custom and item.custom.vssid), _Vssid())
    code = said.ticket.code if said.ticket else None
    feedback = (said.feedback.entry_id, said.feedback.reason) if said.feedback else None
    return BotReply(texts, said.outcome, said.card, code, feedback)


class HttpRasa:
    """The real one. Each call carries the request's id, so that logs of both sides can be laid side by side."""

    def __init__(self, url: str, timeout: float, connections: int) -> None:
        limits = httpx.Limits(max_connections=connections, max_keepalive_connections=20)
        self._http = httpx.AsyncClient(base_url=url, timeout=timeout, limits=limits, trust_env=False)

    async def send(self, request: BotRequest) -> BotReply:
        headers = {"X-Request-Id": logs.request_id.get()}
        try:
            response = await self._http.post("/webhooks/rest/webhook", json=request.body(), headers=headers)
            response.raise_for_status()
            body = response.json()
        except httpx.TimeoutException as error:
            raise RasaSlow(type(error).__name__) from error
        except (httpx.HTTPError, ValueError) as error:
            raise RasaDown(type(error).__name__) from error
        return parse_reply(body)

    async def alive(self) -> bool:
        try:
            return (await self._http.get("/", timeout=1.0)).status_code < 500
        except httpx.HTTPError:
            return False

    async def close(self) -> None:
        await self._http.aclose()


class NullRasa:
    """No Rasa: the twin for a desk that answers from search alone."""

    async def send(self, request: BotRequest) -> BotReply:
        del request
        raise RasaDown("no rasa")

    async def alive(self) -> bool:
        return False

    async def close(self) -> None:
        return None
