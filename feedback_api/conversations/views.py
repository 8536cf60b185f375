"""What the pages and the JSON edge are given of a conversation: frozen, without payloads, without tokens' hashes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from feedback_api.identity.caller import ANONYMOUS, Caller
from feedback_api.models import Author

if TYPE_CHECKING:
    from datetime import datetime

    from feedback_api.models import Message


@dataclass(frozen=True, slots=True)
class OptionView:
    """A button: `id` to be sent back as `option`, or `href` to be followed. Exactly one of the two is set."""

    title: str
    id: str | None = None
    href: str | None = None


@dataclass(frozen=True, slots=True)
class MessageView:
    """A message as people see it.

    `author` is citizen | bot | agent | system; `masked` lists kinds of hidden numbers (keys of texts_vi.MASKED_KINDS);
    `card` is the chosen FAQ entry (docs/contracts.md, section 3) or None; `ticket_code` is of the ticket it speaks of.
    """

    id: int
    author: str
    text: str
    masked: tuple[str, ...]
    card: dict[str, Any] | None
    options: tuple[OptionView, ...]
    created_at: datetime
    ticket_code: str | None = None


@dataclass(frozen=True, slots=True)
class TurnInput:
    """One message of a citizen: `text` or `option` (an option's id), never both.

    `client_id` is made by the page, one per message: a repeat gives the first result. `address` is the client's
    network address, for the soft limit only; it is not stored. `caller` is who the host app says is signed in.
    """

    client_id: str
    text: str | None = None
    option: str | None = None
    address: str = ""
    caller: Caller = ANONYMOUS


@dataclass(frozen=True, slots=True)
class TurnResult:
    """What came of a turn. `token` belongs into the cookie (`cookies.set_chat`); `ticket_code` when one was opened.

    `earlier`: what agents said since the message before; `with_agent`: an agent answers here now; `person`: the host app's token names someone.
    """

    token: str
    messages: tuple[MessageView, ...]
    ticket_code: str | None = None
    replayed: bool = field(default=False)
    earlier: tuple[MessageView, ...] = ()
    with_agent: bool = False
    person: bool = False


def message_view(message: Message) -> MessageView:
    """`message` without what only the desk may know."""
    return MessageView(
        id=message.id,
        author=message.author,
        text=message.text,
        masked=tuple(message.masked),
        card=message.card,
        options=tuple(
            OptionView(title=option["title"], id=option.get("id"), href=option.get("href"))
            for option in message.options
        ),
        created_at=message.created_at,
        # A citizen's own message carries the code of the ticket it was passed on to: that is no ticket to be shown.
        ticket_code=None if message.author == Author.CITIZEN.value else message.ticket_code,
    )
