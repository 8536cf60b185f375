"""What every response carries, how large a request may be, and one log line per request (route, never its text)."""

from __future__ import annotations

import re
import secrets
import time
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request

from feedback_api import logs, texts_vi
from feedback_api.errors import DeskError, error_response

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BODY = 64 * 1024  # bytes
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: under it browsers send `Origin: null` with plain forms, which the cross-site check must refuse
    # where Sec-Fetch-Site is missing (old WebViews, plain http). To other sites nothing is sent either way.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_UPLOAD = re.compile(r"^/tickets/[^/]{1,20}/attachments$")
_REQUEST_ID = re.compile(r"^[A-Za-z0-9-]{8,64}$")


class Envelope:
    """ASGI middleware: request id, security headers, no caching of what is personal, the log line."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        logs.request_id.set(given if _REQUEST_ID.match(given) else secrets.token_hex(8))
        status, began = 500, time.perf_counter()

        async def dressed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers["X-Request-Id"] = logs.request_id.get()
                if not scope["path"].startswith("/static/"):
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        try:
            await self._app(scope, receive, dressed)
        finally:
            route = getattr(scope.get("route"), "path", None) or (
                "/static" if scope["path"].startswith("/static/") else "-"
            )
            ms = round((time.perf_counter() - began) * 1000, 1)
            logs.event("request", method=scope["method"], route=route, status=status, ms=ms)


class LimitBody:
    """ASGI middleware: answers 413 to a body above MAX_BODY, announced or counted.

    :param uploads: bytes that a request with a picture may have.
    """

    def __init__(self, app: ASGIApp, uploads: int = MAX_BODY) -> None:
        self._app = app
        self._uploads = uploads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._uploads if _UPLOAD.match(scope["path"]) else MAX_BODY
        announced = Headers(scope=scope).get("content-length", "0")
        if not announced.isdigit() or int(announced) > limit:
            await self._refuse(scope, receive, send)
            return
        counted, started, refused = 0, False, False

        async def counting() -> Message:
            nonlocal counted, refused
            message = await receive()
            counted += len(message.get("body", b""))
            if counted > limit:
                refused = True
                # Reported as a broken connection: whoever reads stops reading; what it then answers is replaced below.
                return {"type": "http.disconnect"}
            return message

        async def guarded(message: Message) -> None:
            nonlocal started
            if refused and not started:
                return
            started = True
            await send(message)

        try:
            await self._app(scope, counting, guarded)
        except Exception:
            if not refused or started:
                raise
        if refused and not started:
            await self._refuse(scope, receive, send)

    @staticmethod
    async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
        response = error_response(Request(scope, receive), DeskError(texts_vi.TOO_LARGE, 413, "too_large"))
        await response(scope, receive, send)
