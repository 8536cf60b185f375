"""The bot's bearer token."""

from __future__ import annotations

import hmac

from fastapi import Request

from feedback_api import texts_vi
from feedback_api.errors import DeskError
from feedback_api.state import desk_of


def require_service(request: Request) -> None:
    """Lets the bot's action server pass; the token is compared in constant time.

    :raises DeskError: 401 unauthorised.
    """
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    wanted = desk_of(request.app).settings.service_token.get_secret_value()
    if scheme.lower() != "bearer" or not hmac.compare_digest(given.strip().encode(), wanted.encode()):
        raise DeskError(texts_vi.UNAUTHORISED_SERVICE, 401, "unauthorised", {"WWW-Authenticate": "Bearer"})
