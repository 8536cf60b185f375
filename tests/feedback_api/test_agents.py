"""Accounts, sign-in, sessions and roles."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from feedback_api.agents import service as agents
from feedback_api.agents.auth import AGENT_COOKIE, current_agent, require_role
from feedback_api.errors import DeskError, NotSignedIn
from feedback_api.models import AgentSession, Role, utc_now

from .factories import PASSWORD, make_agent


@pytest.fixture
def session(desk):
    with desk.database.writing() as opened:
        yield opened


def request_with(desk_app, token, method="POST"):
    return SimpleNamespace(cookies={AGENT_COOKIE: token} if token else {}, method=method, app=desk_app)


def test_signs_in_and_out(session, desk, desk_app):
    agent = make_agent(session)
    token = agents.sign_in(session, desk.limiter, " LAN ", PASSWORD, "10.0.0.1")
    request = request_with(desk_app, token)
    assert current_agent(request, session) is agent
    stored = session.scalars(select(AgentSession)).one()
    assert token not in stored.token_hash
    assert PASSWORD not in agent.password_hash
    assert agent.password_hash.startswith("$argon2id$")
    agents.sign_out(session, token)
    with pytest.raises(NotSignedIn):
        current_agent(request, session)


@pytest.mark.parametrize("token", [None, "", "wrong"])
def test_without_a_session(session, desk_app, token):
    with pytest.raises(NotSignedIn):
        current_agent(request_with(desk_app, token), session)


def test_idle_sessions_end_and_used_ones_live(session, desk, desk_app):
    make_agent(session)
    token = agents.sign_in(session, desk.limiter, "lan", PASSWORD, "a")
    stored = session.scalars(select(AgentSession)).one()
    stored.last_seen_at = utc_now() - timedelta(minutes=59)
    session.flush()
    current_agent(request_with(desk_app, token), session)
    session.refresh(stored)
    assert utc_now() - stored.last_seen_at < timedelta(minutes=1)
    stored.last_seen_at = utc_now() - timedelta(minutes=61)
    session.flush()
    with pytest.raises(NotSignedIn):
        current_agent(request_with(desk_app, token), session)


def test_a_get_keeps_the_session_alive_too(desk, desk_app):
    with desk.database.writing() as session:
        make_agent(session)
        token = agents.sign_in(session, desk.limiter, "lan", PASSWORD, "a")
        session.scalars(select(AgentSession)).one().last_seen_at = utc_now() - timedelta(minutes=30)
    with desk.database.reading() as session:
        current_agent(request_with(desk_app, token, "GET"), session)
    with desk.database.reading() as session:
        assert utc_now() - session.scalars(select(AgentSession)).one().last_seen_at < timedelta(minutes=1)


def test_signing_out_everywhere_and_switching_off(session, desk, desk_app):
    agent = make_agent(session)
    tokens = [agents.sign_in(session, desk.limiter, "lan", PASSWORD, "a") for _ in range(2)]
    agents.sign_out_everywhere(session, agent)
    for token in tokens:
        with pytest.raises(NotSignedIn):
            current_agent(request_with(desk_app, token), session)
    agents.set_active(session, agent, active=False)
    with pytest.raises(DeskError):
        agents.sign_in(session, desk.limiter, "lan", PASSWORD, "a")


def test_guessing_passwords_is_stopped(session, desk):
    make_agent(session)
    make_agent(session, login="minh")
    messages = set()
    for number in range(10):
        with pytest.raises(DeskError) as error:
            agents.sign_in(session, desk.limiter, "lan", f"sai-{number}", f"10.0.0.{number}")
        messages.add((error.value.status, error.value.message_vi))
    with pytest.raises(DeskError) as error:
        agents.sign_in(session, desk.limiter, "ai-do", "sai", "b")
    messages.add((error.value.status, error.value.message_vi))
    assert len(messages) == 1
    with pytest.raises(DeskError) as error:
        agents.sign_in(session, desk.limiter, "lan", PASSWORD, "c")
    assert (error.value.status, error.value.code) == (429, "too_many")
    agents.sign_in(session, desk.limiter, "minh", PASSWORD, "c")


def test_roles(session):
    agent, lead, admin = (
        make_agent(session, login=f"x-{role}", role=role) for role in ("agent", "lead", "admin")
    )
    allowed = require_role(Role.LEAD)
    assert allowed(lead) is lead
    assert allowed(admin) is admin
    with pytest.raises(DeskError) as error:
        allowed(agent)
    assert error.value.status == 403


@pytest.mark.parametrize(
    "changes",
    [{"role": "boss"}, {"login": "x"}, {"login": "có dấu"}, {"name": " "}, {"password": "short"}],
)
def test_bad_accounts_are_refused(session, changes):
    values = {"role": "agent", "name": "Lan", "login": "lan", "password": PASSWORD, **changes}
    with pytest.raises(agents.AccountError):
        agents.create_agent(session, **values)


def test_a_login_is_unique_and_the_first_admin_is_made_once(session):
    made = agents.ensure_admin(session)
    assert made
    assert made[0].role == "admin"
    assert len(made[1]) == 24
    assert agents.ensure_admin(session) is None
    with pytest.raises(agents.AccountError, match="taken"):
        make_agent(session, login="ADMIN")


def test_a_new_password_ends_sessions(session, desk, desk_app):
    agent = make_agent(session)
    token = agents.sign_in(session, desk.limiter, "lan", PASSWORD, "a")
    agents.change_password(session, agent, "mot-mat-khau-khac")
    with pytest.raises(NotSignedIn):
        current_agent(request_with(desk_app, token), session)
    agents.sign_in(session, desk.limiter, "lan", "mot-mat-khau-khac", "a")
