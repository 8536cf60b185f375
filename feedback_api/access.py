"""Who may call a route. Every route declares it with `@access(...)`; a test walks the route table and refuses silence."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

F = TypeVar("F", bound="Callable[..., Any]")


class Access(StrEnum):
    """The rule of a route.

    PUBLIC: anyone, shows nothing personal. CONVERSATION: the holder of the `vssid_chat` cookie, own conversation only.
    TICKET: who knows code and secret, or the conversation that opened the ticket. AGENT: a signed-in person of the
    hotline. SIGNED_IN: a person whom the host app's token names, own tickets only. SERVICE: the bot's action server with the bearer SERVICE_TOKEN.
    """

    PUBLIC = "public"
    CONVERSATION = "conversation"
    TICKET = "ticket"
    AGENT = "agent"
    SERVICE = "service"
    SIGNED_IN = "signed_in"


def access(rule: Access) -> Callable[[F], F]:
    """Declares the rule of an endpoint; put it below the route decorator."""

    def mark(endpoint: F) -> F:
        endpoint.__access__ = rule  # type: ignore[attr-defined]  # functions carry attributes; Callable has no type for it
        return endpoint

    return mark


def declared(endpoint: Callable[..., Any]) -> Access | None:
    """The rule of `endpoint`, or None when it declares none."""
    rule = getattr(endpoint, "__access__", None)
    return rule if isinstance(rule, Access) else None
