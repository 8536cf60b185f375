"""The cookie with which a browser reads its tickets: codes and secrets, HttpOnly, sent to /tickets only.

Holds the latest few tickets, newest first; a second short-lived cookie says which ticket was opened just now.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedback_api.tickets import codes

if TYPE_CHECKING:
    from fastapi import Request, Response

    from feedback_api.settings import Settings

ACCESS_COOKIE = "ticket_access"
FRESH_COOKIE = "ticket_fresh"
PATH = "/tickets"
AT_MOST = 8
FRESH_SECONDS = 600


def known(request: Request) -> dict[str, str]:
    """Code -> secret of the tickets this browser has opened; whatever is malformed is left out."""
    found: dict[str, str] = {}
    for pair in request.cookies.get(ACCESS_COOKIE, "").split("|")[:AT_MOST]:
        typed, _, secret = pair.partition(".")
        code = codes.normalise(typed)
        if code and secret:
            found.setdefault(code, secret)
    return found


def remember(
    request: Request, response: Response, settings: Settings, code: str, secret: str, *, fresh: bool
) -> None:
    """Adds a ticket in front; `fresh` lets the next page show the secret once."""
    tickets = {code: secret, **{other: kept for other, kept in known(request).items() if other != code}}
    value = "|".join(f"{each}.{kept}" for each, kept in list(tickets.items())[:AT_MOST])
    days = settings.access_days
    _set(response, settings, ACCESS_COOKIE, value, days * 24 * 3600)
    if fresh:
        _set(response, settings, FRESH_COOKIE, code, FRESH_SECONDS)


def is_fresh(request: Request, code: str) -> bool:
    """Whether `code` was opened by this browser just now and its secret not shown yet."""
    return request.cookies.get(FRESH_COOKIE) == code


def shown(response: Response) -> None:
    """The secret is on the page: not again."""
    response.delete_cookie(FRESH_COOKIE, path=PATH)


def forget(response: Response) -> None:
    """Makes the browser forget its tickets."""
    response.delete_cookie(ACCESS_COOKIE, path=PATH)
    response.delete_cookie(FRESH_COOKIE, path=PATH)


def _set(response: Response, settings: Settings, name: str, value: str, seconds: int) -> None:
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        httponly=True,
        samesite="lax",
        secure=settings.secure_cookies,
        path=PATH,
    )
