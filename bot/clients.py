"""The only HTTP out of the bot: search and desk. Connections are kept alive, every call has a time-out.

A read is tried once more when the connection broke; a write never is, its idempotency key makes a later repeat safe.
"""

import logging
import time
from typing import Any, Dict, List, Optional

import httpx

from bot.hours import Hours
from bot.hours import read as read_hours
from bot.settings import Settings

logger = logging.getLogger(__name__)
HITS = 5
_HOURS_TIMEOUT = 1.0  # seconds; working hours are a courtesy that nobody shall wait for
_LIMITS = httpx.Limits(max_connections=64, max_keepalive_connections=16, keepalive_expiry=30)


class Unreachable(Exception):
    """Search or desk did not answer usefully in time; `args[0]` says which and why, without any text of the citizen."""


class Refused(Exception):
    """Search or desk answered with an error of its own: `status` (HTTP) and the contract's `code`."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code


class SearchClient:
    """Search (docs/contracts.md, section 2)."""

    def __init__(self, settings: Settings) -> None:
        self._http = httpx.AsyncClient(
            base_url=settings.search_url, timeout=settings.search_timeout, limits=_LIMITS, trust_env=False
        )

    async def search(self, text: str, group: Optional[str] = None) -> Dict[str, Any]:
        """The decision and the hits for `text` (1..2,000 characters); `group` is searched first.

        :raises Refused: when search finds the text unusable (422) or knows no generation (503).
        :raises Unreachable: when there is no answer in time.
        """
        params = {"q": text, "limit": str(HITS), **({"group": group} if group else {})}
        result = await _read(self._http, "/v1/search", params)
        if "decision" not in result or "hits" not in result:
            raise Unreachable("search: not a search result")
        return result

    async def entry(self, entry_id: str) -> Optional[Dict[str, Any]]:
        """One entry, or None when there is none of this id (any more)."""
        try:
            return await _read(self._http, f"/v1/entries/{entry_id}")
        except Refused as refused:
            if refused.status == 404:
                return None
            raise

    async def close(self) -> None:
        """Closes the kept connections."""
        await self._http.aclose()


class DeskClient:
    """Desk (docs/contracts.md, section 4)."""

    def __init__(self, settings: Settings) -> None:
        self._http = httpx.AsyncClient(
            base_url=settings.desk_url,
            timeout=settings.desk_timeout,
            limits=_LIMITS,
            trust_env=False,
            headers={"Authorization": f"Bearer {settings.service_token}"},
        )

    async def open_ticket(self, body: Dict[str, Any]) -> Dict[str, Any]:
        """Opens a ticket (`bot_open_ticket.json`); a replay of the key gives the first ticket.

        :raises Refused: e.g. 422 `contact_missing`, 409 for another body with the same key.
        :raises Unreachable: when it is unknown whether the ticket was opened; the same body may be sent again.
        """
        return _checked("desk", await _send(self._http, "POST", "/v1/bot/tickets", json=body))

    async def tickets(self, sender: str) -> List[Dict[str, Any]]:
        """Tickets opened from the conversation `sender`, as desk lists them; none for an unknown conversation."""
        try:
            body = await _read(self._http, f"/v1/bot/conversations/{sender}/tickets")
        except Refused as refused:
            if refused.status == 404:
                return []
            raise
        return list(body["tickets"])

    async def ticket_status(self, sender: str, code: str) -> Dict[str, Any]:
        """One row of `bot_tickets.json`, for the ticket `code` if it belongs to the conversation's contact.

        :raises Refused: 404 `unknown_ticket`, 422 `contact_missing`, 429 `too_many`.
        """
        path = f"/v1/bot/conversations/{sender}/ticket-status"
        return _checked("desk", await _send(self._http, "POST", path, json={"code": code}))

    async def hours(self) -> Hours:
        """When people work and may call.

        :raises Refused: 404 where desk has no calendar.
        """
        body = await _read(self._http, "/v1/bot/hours", timeout=_HOURS_TIMEOUT)
        try:
            return read_hours(body)
        except (KeyError, TypeError) as error:
            raise Unreachable("desk: no working hours") from error

    async def close(self) -> None:
        """Closes the kept connections."""
        await self._http.aclose()


async def _read(
    http: httpx.AsyncClient,
    path: str,
    params: Optional[Dict[str, str]] = None,
    timeout: Optional[float] = None,  # noqa: ASYNC109 - httpx's own, for this one call
) -> Dict[str, Any]:
    name = str(http.base_url)
    more = {"params": params, **({"timeout": timeout} if timeout else {})}
    try:
        response = await _send(http, "GET", path, **more)
    except Unreachable as failure:
        # A kept connection may have been closed by the other side; a slow answer would only be slow again.
        if isinstance(failure.__cause__, httpx.TimeoutException):
            raise
        logger.info("read is tried again: %s", failure)
        response = await _send(http, "GET", path, **more)
    return _checked(name, response)


async def _send(http: httpx.AsyncClient, method: str, path: str, **kwargs: Any) -> httpx.Response:
    started = time.perf_counter()
    try:
        return await http.request(method, path, **kwargs)
    except httpx.HTTPError as error:
        waited = (time.perf_counter() - started) * 1000
        raise Unreachable(f"{http.base_url}: {type(error).__name__} after {waited:.0f} ms") from error


def _checked(name: str, response: httpx.Response) -> Dict[str, Any]:
    try:
        body = response.json()
    except ValueError as error:
        raise Unreachable(f"{name}: HTTP {response.status_code} without JSON") from error
    if response.status_code >= 400:
        fault = body.get("error") if isinstance(body, dict) else None
        raise Refused(
            response.status_code, fault.get("code", "unknown") if isinstance(fault, dict) else "unknown"
        )
    if not isinstance(body, dict):
        raise Unreachable(f"{name}: not a JSON object")
    return body
