"""Lets pages of configured hosts use the chat without cookies: CORS, and the conversation's token in a header instead.

To the routes behind it such a request is one of the same origin with the chat's cookie. No cookie of the browser ever
gets through, so a host can do nothing that it was not handed the conversation's token for.
"""

from __future__ import annotations

import re
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response

from feedback_api.conversations.cookies import CHAT_COOKIE

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

CHAT_HEADER = "X-Vssid-Chat"
PATHS = frozenset(
    {"/v1/messages", "/v1/messages/clear", "/v1/suggestions", "/v1/my/tickets", "/chat/element"}
)
LINK = re.compile(r"^/v1/my/tickets/[^/]{1,20}/link$")
STATIC = "/static/"
PREFLIGHT_SECONDS = "600"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}")
_REPLACED = {b"cookie", b"origin", b"sec-fetch-site", CHAT_HEADER.lower().encode()}


class HostPages:
    """ASGI middleware; outside the cross-site check.

    :param origins: origins as browsers send them (`https://app.example.vn`, `null` for files); none: does nothing.
    """

    def __init__(self, app: ASGIApp, origins: frozenset[str]) -> None:
        self._app = app
        self._origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not self._origins or not _offered(scope["path"]):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = headers.get("origin", "")
        allowed = origin in self._origins

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                _dress(MutableHeaders(scope=message), origin if allowed else None)
            await send(message)

        if not allowed:
            await self._app(scope, receive, dressed)
        elif scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
            await _preflight()(scope, receive, dressed)
        else:
            await self._app(_as_own(scope, headers), receive, dressed)


def _offered(path: str) -> bool:
    return path in PATHS or path.startswith(STATIC) or bool(LINK.match(path))


def _as_own(scope: Scope, headers: Headers) -> Scope:
    kept = [(name, value) for name, value in headers.raw if name not in _REPLACED]
    kept.append((b"sec-fetch-site", b"same-origin"))
    token = headers.get(CHAT_HEADER, "")
    if _TOKEN.fullmatch(token):
        kept.append((b"cookie", f"{CHAT_COOKIE}={token}".encode("ascii")))
    return {**scope, "headers": kept}


def _dress(headers: MutableHeaders, origin: str | None) -> None:
    headers.add_vary_header("Origin")
    if origin is None:
        return
    for cookie in headers.getlist("set-cookie"):
        held = SimpleCookie(cookie).get(CHAT_COOKIE)
        if held is not None:
            headers[CHAT_HEADER] = held.value  # empty: the conversation is forgotten
    del headers["set-cookie"]
    headers["Access-Control-Allow-Origin"] = origin
    headers["Access-Control-Expose-Headers"] = f"{CHAT_HEADER}, Retry-After"
    headers["Cross-Origin-Resource-Policy"] = "cross-origin"


def _preflight() -> Response:
    return Response(
        status_code=204,
        headers={
            "Access-Control-Allow-Methods": "GET, POST",
            "Access-Control-Allow-Headers": f"Content-Type, Authorization, {CHAT_HEADER}",
            "Access-Control-Max-Age": PREFLIGHT_SECONDS,
        },
    )
