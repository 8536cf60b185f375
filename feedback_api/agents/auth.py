"""Who is signed in: the dependency of every console route, and the console's cookie."""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request

from feedback_api import texts_vi
from feedback_api.agents import repository
from feedback_api.database import SessionDep
from feedback_api.errors import DeskError, NotSignedIn
from feedback_api.models import Agent, Role, utc_now
from feedback_api.policy import policy_of
from feedback_api.state import desk_of
from feedback_api.tokens import hash_token

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import Response
    from sqlalchemy.orm import Session

    from feedback_api.models import AgentSession
    from feedback_api.settings import Settings

AGENT_COOKIE = "vssid_agent"
TOUCH_AFTER = timedelta(minutes=1)
_TOUCHING = Lock()


def current_agent(request: Request, session: SessionDep) -> Agent:
    """The signed-in agent; each call keeps the session alive.

    :raises NotSignedIn: without a live session.
    """
    signed_in, agent = find_agent(request, session)
    now = utc_now()
    if now - signed_in.last_seen_at > TOUCH_AFTER:
        _touch(request, session, signed_in, now)
    return agent


def find_agent(request: Request, session: Session) -> tuple[AgentSession, Agent]:
    """The live session of the request's cookie, and its agent; changes nothing.

    :raises NotSignedIn: without one.
    """
    token = request.cookies.get(AGENT_COOKIE)
    now = utc_now()
    seen_after = now - timedelta(minutes=policy_of(session).idle_minutes)
    found = repository.live_session(session, hash_token(token), seen_after) if token else None
    if found is None:
        raise NotSignedIn
    return found


AgentDep = Annotated[Agent, Depends(current_agent)]


def require_role(*roles: Role) -> Callable[[Agent], Agent]:
    """A dependency: the signed-in agent, if of one of `roles` or an administrator.

    :raises DeskError: 403 forbidden.
    """

    def allowed(agent: AgentDep) -> Agent:
        if agent.role != Role.ADMIN.value and agent.role not in {role.value for role in roles}:
            raise DeskError(texts_vi.FORBIDDEN, 403, "forbidden")
        return agent

    return allowed


def set_agent(response: Response, settings: Settings, token: str) -> None:
    """Puts the session's token into `response`; it ends with the browser, and on the server when idle."""
    response.set_cookie(
        AGENT_COOKIE, token, httponly=True, samesite="lax", secure=settings.secure_cookies, path="/"
    )


def clear_agent(response: Response) -> None:
    """Makes the browser forget its session."""
    response.delete_cookie(AGENT_COOKIE, path="/")


def _touch(request: Request, session: Session, signed_in: AgentSession, now: datetime) -> None:
    # The request of a GET may not write, so its sign of life has a transaction of its own; a write has one already
    # (a second one would wait for the first on SQLite).
    if request.method not in {"GET", "HEAD"}:
        repository.touch(session, signed_in.id, now)
    elif _TOUCHING.acquire(blocking=False):
        # One thread at most waits for the database's lock here; the others leave the sign to their next request.
        try:
            with desk_of(request.app).database.writing() as own:
                repository.touch(own, signed_in.id, now)
        finally:
            _TOUCHING.release()
