"""The signed-in person of a request, as a dependency. Cookies play no part here."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from feedback_api import logs, texts_vi
from feedback_api.errors import DeskError
from feedback_api.identity.caller import Caller
from feedback_api.identity.host_token import BadToken
from feedback_api.state import desk_of


def caller_of(request: Request) -> Caller:
    """Who the bearer token names; nobody without one.

    :raises DeskError: 401 bad_token.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        return Caller()
    try:
        return Caller(desk_of(request.app).host_tokens.subject(token.strip()))
    except BadToken as error:
        logs.event("bad_host_token", reason=error.args[0])
        raise _refused() from error


def require_signed_in(request: Request) -> str:
    """The signed-in person's subject.

    :raises DeskError: 401 bad_token.
    """
    subject = caller_of(request).subject
    if subject is None:
        raise _refused()
    return subject


def _refused() -> DeskError:
    return DeskError(texts_vi.SIGNED_OUT, 401, "bad_token", {"WWW-Authenticate": "Bearer"})


CallerDep = Annotated[Caller, Depends(caller_of)]
SubjectDep = Annotated[str, Depends(require_signed_in)]
