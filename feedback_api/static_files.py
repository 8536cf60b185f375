"""Static files with the cache rule that fits their address: for ever under a fingerprint, else asked about each time."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from starlette.staticfiles import StaticFiles

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import Scope


class FingerprintedFiles(StaticFiles):
    """`?v=` is `templating.static_url`'s hash of the content; a module that another one imports has none."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        fingerprinted = "v" in parse_qs(scope["query_string"].decode("ascii", "replace"))
        rule = "public, max-age=31536000, immutable" if fingerprinted else "no-cache"
        response.headers["Cache-Control"] = rule
        return response
