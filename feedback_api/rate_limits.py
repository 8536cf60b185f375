"""How often who may do what: strict for passwords and secrets, generous per address so that carriers' shared addresses pass.

Counts live in memory or in Redis (`DESK_RATE_LIMIT_URL`). With Redis away the desk counts in memory: it never refuses
honest people, nor lets guessers run free, because a neighbour is down.
"""

from __future__ import annotations

import ipaddress
import time
from typing import TYPE_CHECKING, TypeVar

from limits import parse
from limits.errors import StorageError
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import SlidingWindowCounterRateLimiter

from feedback_api import logs, texts_vi
from feedback_api.errors import DeskError

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from fastapi import Request
    from limits import RateLimitItem

T = TypeVar("T")

# A person types a few messages a minute; 500 honest people behind one carrier address must pass.
CHAT = (parse("20/minute"), parse("300/hour"))
CHAT_ADDRESS = (parse("2000/minute"),)
TICKETS_ADDRESS = (parse("300/hour"),)
TICKETS_CONVERSATION = (parse("10/hour"),)
GUESSES = {
    "login": parse("10/15 minutes"),
    "login_address": parse("40/15 minutes"),
    "ticket": parse("40/15 minutes"),
    "ticket_status": parse("6/15 minutes"),
    "ticket_code": parse("20/hour"),
}


class Limiter:
    """Counts hits and failed guesses.

    :param url: memory:// or redis://...
    """

    def __init__(self, url: str) -> None:
        options: dict[str, Any] = (
            {} if url.startswith("memory") else {"socket_timeout": 0.5, "socket_connect_timeout": 0.5}
        )
        self._main = SlidingWindowCounterRateLimiter(
            storage_from_string(url, wrap_exceptions=True, **options)
        )
        self._spare = SlidingWindowCounterRateLimiter(MemoryStorage())

    def hit(self, items: tuple[RateLimitItem, ...], *who: str) -> None:
        """Counts one hit of `who`.

        :raises DeskError: 429 with Retry-After when a limit of `items` is used up.
        """
        for item in items:
            if not self._ask(lambda limiter, item=item: limiter.hit(item, *who)):  # type: ignore[misc]  # default binds the loop's item
                raise self._too_many(item, who)

    def guard_guess(self, kind: str, who: str) -> None:
        """Refuses another guess after too many failed ones; `kind` is a key of GUESSES.

        :raises DeskError: 429.
        """
        item = GUESSES[kind]
        if not self._ask(lambda limiter: limiter.test(item, kind, who)):
            seconds = self._wait(item, (kind, who))
            message = texts_vi.TOO_MANY_GUESSES.format(wait=wait_said(seconds))
            raise DeskError(message, 429, "too_many", {"Retry-After": str(seconds)})

    def guess_failed(self, kind: str, who: str) -> None:
        """Counts a failed guess; right ones cost nothing, so honest people behind one address are not shut out."""
        self._ask(lambda limiter: limiter.hit(GUESSES[kind], kind, who))

    def _too_many(self, item: RateLimitItem, who: tuple[str, ...]) -> DeskError:
        seconds = self._wait(item, who)
        return DeskError(
            texts_vi.TOO_MANY.format(wait=wait_said(seconds)), 429, "too_many", {"Retry-After": str(seconds)}
        )

    def _wait(self, item: RateLimitItem, who: tuple[str, ...]) -> int:
        reset = self._ask(lambda limiter: limiter.get_window_stats(item, *who).reset_time)
        return max(1, min(item.get_expiry(), round(reset - time.time()) + 1))

    def _ask(self, question: Callable[[SlidingWindowCounterRateLimiter], T]) -> T:
        try:
            return question(self._main)
        except StorageError as error:
            logs.failure("rate_limit_storage", error)
            return question(self._spare)


def wait_said(seconds: int) -> str:
    """A waiting time as people say it; minutes and hours are rounded up: "40 giây", "5 phút", "1 giờ"."""
    if seconds <= 90:
        return f"{seconds} giây"
    minutes = -(-seconds // 60)
    return f"{minutes} phút" if minutes < 60 else f"{-(-minutes // 60)} giờ"


def client_address(request: Request) -> str:
    """The client's address as limits count it: IPv4 whole, IPv6 by its /64 network."""
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if address.version == 6:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return host
