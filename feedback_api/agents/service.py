"""Agents: accounts, sign-in and sign-out. Passwords are argon2 hashes; sessions live on the server."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from feedback_api import logs, texts_vi
from feedback_api.agents import repository
from feedback_api.errors import DeskError
from feedback_api.models import Agent, AgentSession, Role, utc_now
from feedback_api.tokens import hash_token, new_token

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from feedback_api.rate_limits import Limiter

MIN_PASSWORD = 10
_LOGIN = re.compile(r"^[a-z0-9][a-z0-9._-]{1,62}$")
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)  # OWASP's argon2id floor
# Checked when no such login exists, so that unknown logins take as long as wrong passwords.
_NOBODY = _HASHER.hash(secrets.token_urlsafe(16))


class AccountError(Exception):
    """An account can't be made so; `args[0]` says why, for the person at the command line."""


def create_agent(session: Session, role: str, name: str, login: str, password: str) -> Agent:
    """A new account.

    :raises AccountError: for a bad role, login, name or password, or a login that is taken.
    """
    login = login.strip().lower()
    if role not in {item.value for item in Role}:
        raise AccountError(f"role must be one of {', '.join(item.value for item in Role)}")
    if not _LOGIN.match(login):
        raise AccountError("login: 2-63 characters of a-z, 0-9, dot, hyphen, underscore")
    if not name.strip():
        raise AccountError("name must not be empty")
    if len(password) < MIN_PASSWORD:
        raise AccountError(f"password: at least {MIN_PASSWORD} characters")
    if repository.by_login(session, login) is not None:
        raise AccountError(f"login {login} is taken")
    agent = Agent(
        login=login, name=" ".join(name.split())[:120], role=role, password_hash=_HASHER.hash(password)
    )
    session.add(agent)
    session.flush()
    return agent


def ensure_admin(session: Session) -> tuple[Agent, str] | None:
    """The first administrator and its password, or None when there is an administrator already."""
    if repository.count_admins(session):
        return None
    password = new_password()
    return create_agent(session, Role.ADMIN.value, "Quản trị viên", "admin", password), password


def new_password() -> str:
    """A random password that can be read out: five groups of four letters and digits, about 99 bits."""
    alphabet = "abcdefghijkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(alphabet) for _ in range(4)) for _ in range(5))


def sign_in(session: Session, limiter: Limiter, login: str, password: str, address: str) -> str:
    """The token for the cookie.

    :raises DeskError: 401 bad_login (the same for an unknown login), 429 too_many after many failures.
    """
    login = login.strip().lower()[:64]
    limiter.guard_guess("login", login)
    limiter.guard_guess("login_address", address)
    agent = repository.by_login(session, login)
    if not _matches(agent.password_hash if agent else _NOBODY, password) or agent is None or not agent.active:
        limiter.guess_failed("login", login)
        limiter.guess_failed("login_address", address)
        logs.event("login_failed")
        raise DeskError(texts_vi.BAD_LOGIN, 401, "bad_login")
    if _HASHER.check_needs_rehash(agent.password_hash):
        agent.password_hash = _HASHER.hash(password)
    token = new_token()
    agent.last_login_at = utc_now()
    session.add(AgentSession(token_hash=hash_token(token), agent_id=agent.id))
    session.flush()
    logs.event("login", agent=agent.id)
    return token


def sign_out(session: Session, token: str | None) -> None:
    """Ends the session of a cookie."""
    if token:
        repository.revoke(session, hash_token(token), utc_now())


def sign_out_everywhere(session: Session, agent: Agent) -> None:
    """Ends all sessions of `agent`."""
    repository.revoke_all(session, agent.id, utc_now())


def change_password(session: Session, agent: Agent, password: str) -> None:
    """Sets a new password and ends all sessions.

    :raises AccountError: when it is too short.
    """
    if len(password) < MIN_PASSWORD:
        raise AccountError(f"password: at least {MIN_PASSWORD} characters")
    agent.password_hash = _HASHER.hash(password)
    sign_out_everywhere(session, agent)
    session.flush()


def set_active(session: Session, agent: Agent, *, active: bool) -> None:
    """Switches an account on or off; off ends its sessions."""
    agent.active = active
    if not active:
        sign_out_everywhere(session, agent)
    session.flush()


def list_agents(session: Session) -> list[Agent]:
    """All accounts by name."""
    return repository.all_agents(session)


def _matches(password_hash: str, password: str) -> bool:
    try:
        return _HASHER.verify(password_hash, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
