"""Enforces what `@access` declares, before a route reads anything else: a rule that is declared can't be forgotten.

A route without a declaration is refused to everybody (DESIGN: unknown and forbidden look the same to strangers).
"""

from __future__ import annotations

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from feedback_api import logs, texts_vi
from feedback_api.access import Access, declared
from feedback_api.agents.auth import find_agent
from feedback_api.bot_api.auth import require_service
from feedback_api.errors import DeskError
from feedback_api.identity.auth import require_signed_in
from feedback_api.state import desk_of


async def guard(request: Request) -> None:
    """The app's first dependency. Conversations and tickets are checked by their services: it takes their data.

    :raises NotSignedIn: for agents' routes without a live session.
    :raises DeskError: 401 unauthorised for the bot's routes, 403 forbidden for undeclared ones.
    """
    rule = declared(request.scope["endpoint"])
    if rule is Access.SERVICE:
        require_service(request)
    elif rule is Access.AGENT:
        await run_in_threadpool(_signed_in, request)
    elif rule is Access.SIGNED_IN:
        require_signed_in(request)
    elif rule is None:
        logs.event("undeclared_route")
        raise DeskError(texts_vi.FORBIDDEN, 403, "forbidden")


def _signed_in(request: Request) -> None:
    with desk_of(request.app).database.reading() as session:
        find_agent(request, session)
