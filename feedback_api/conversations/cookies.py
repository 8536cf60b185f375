"""The chat's cookie: opaque, HttpOnly, never in a URL."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import Response

    from feedback_api.settings import Settings

CHAT_COOKIE = "vssid_chat"
DAYS_30 = 30 * 24 * 3600


def set_chat(response: Response, settings: Settings, token: str) -> None:
    """Puts the conversation's token into `response`."""
    response.set_cookie(
        CHAT_COOKIE,
        token,
        max_age=DAYS_30,
        httponly=True,
        samesite="lax",
        secure=settings.secure_cookies,
        path="/",
    )


def clear_chat(response: Response) -> None:
    """Makes the browser forget its conversation."""
    response.delete_cookie(CHAT_COOKIE, path="/")
