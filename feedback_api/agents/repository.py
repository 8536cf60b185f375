"""All SQL about agents and their sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select, update

from feedback_api.models import Agent, AgentSession, Role

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session


def by_login(session: Session, login: str) -> Agent | None:
    return session.scalar(select(Agent).where(Agent.login == login))


def all_agents(session: Session) -> list[Agent]:
    return list(session.scalars(select(Agent).order_by(Agent.name, Agent.id)))


def count_admins(session: Session) -> int:
    query = select(func.count()).where(Agent.role == Role.ADMIN.value, Agent.active.is_(True))
    return session.scalar(query) or 0


def live_session(
    session: Session, token_hash: str, seen_after: datetime
) -> tuple[AgentSession, Agent] | None:
    """The session of a token with its agent, if neither is revoked, idle too long or switched off."""
    query = (
        select(AgentSession, Agent)
        .join(Agent, Agent.id == AgentSession.agent_id)
        .where(
            AgentSession.token_hash == token_hash,
            AgentSession.revoked_at.is_(None),
            AgentSession.last_seen_at > seen_after,
            Agent.active.is_(True),
        )
    )
    row = session.execute(query).first()
    return (row[0], row[1]) if row else None


def touch(session: Session, session_id: int, now: datetime) -> None:
    session.execute(update(AgentSession).where(AgentSession.id == session_id).values(last_seen_at=now))


def revoke(session: Session, token_hash: str, now: datetime) -> None:
    session.execute(
        update(AgentSession)
        .where(AgentSession.token_hash == token_hash, AgentSession.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def revoke_all(session: Session, agent_id: int, now: datetime) -> None:
    session.execute(
        update(AgentSession)
        .where(AgentSession.agent_id == agent_id, AgentSession.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def purge_sessions(session: Session, seen_before: datetime) -> None:
    session.execute(delete(AgentSession).where(AgentSession.last_seen_at < seen_before))
