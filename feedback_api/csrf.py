"""Refuses writes that another site makes with a citizen's or agent's cookie; reads no body and needs no token in forms.

`Sec-Fetch-Site` decides where the browser sends it, else `Origin` must be the desk's own. A write with a cookie and
neither header is refused; a write without cookies (the bot's bearer token) passes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request

from feedback_api import logs, texts_vi
from feedback_api.errors import DeskError, error_response

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

SAFE = {"GET", "HEAD", "OPTIONS"}


class RefuseCrossSite:
    """ASGI middleware.

    :param public_url: the desk's own address; its origin is always allowed besides the one in `Host`.
    """

    def __init__(self, app: ASGIApp, public_url: str) -> None:
        self._app = app
        self._own = _origin(public_url)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in SAFE or self._allowed(Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        logs.event("cross_site_refused")
        error = DeskError(texts_vi.CROSS_SITE, 403, "cross_site")
        response = error_response(Request(scope, receive), error)
        await response(scope, receive, send)

    def _allowed(self, headers: Headers) -> bool:
        site = headers.get("sec-fetch-site")
        if site is not None:
            return site in {"same-origin", "none"}
        origin = headers.get("origin")
        if origin is not None:
            return origin == self._own or urlsplit(origin).netloc == headers.get("host")
        return "cookie" not in headers


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
