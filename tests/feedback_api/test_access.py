"""Who may call what, generated from the route table: a route that declares no rule fails, so does one that breaks its rule."""

from __future__ import annotations

import re

import pytest
from fastapi.routing import APIRoute, _IncludedRouter
from starlette.routing import Mount
from starlette.testclient import TestClient

from feedback_api.access import Access, declared
from feedback_api.agents.auth import AGENT_COOKIE
from feedback_api.conversations.service import find_conversation
from feedback_api.guard import guard

from .factories import make_agent, make_ticket, say

STARLETTES_OWN = {"/v1/openapi.json"}


def routes(app):
    """(path, method, endpoint, dependencies' functions) of every route; included routers are walked."""
    found = []

    def walk(items):
        for item in items:
            if isinstance(item, _IncludedRouter):
                walk(item.effective_candidates())
                walk(item.effective_low_priority_routes())
            elif hasattr(item, "original_route") or isinstance(item, APIRoute):
                route = getattr(item, "original_route", item)
                path = getattr(item, "path", route.path)
                dependant = getattr(item, "dependant", None) or route.dependant
                found.extend(
                    (path, method, route.endpoint, calls_of(dependant)) for method in sorted(route.methods)
                )
            elif isinstance(item, Mount) or getattr(item, "path", None) in STARLETTES_OWN:
                continue
            else:
                raise AssertionError(f"unknown kind of route: {item!r}")

    walk(app.routes)
    return found


def calls_of(dependant):
    return {one.call for one in dependant.dependencies} | {
        call for one in dependant.dependencies for call in calls_of(one)
    }


def with_values(path, values):
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda match: values.get(match.group(1), "x"), path)


def test_every_route_declares_a_rule(desk_app):
    silent = [
        f"{method} {path}" for path, method, endpoint, _ in routes(desk_app) if declared(endpoint) is None
    ]
    assert silent == []
    assert len(routes(desk_app)) >= 5


def test_the_guard_stands_before_every_route(desk_app):
    assert [path for path, _, _, calls in routes(desk_app) if guard not in calls] == []
    open_console = [
        path
        for path, _, endpoint, _ in routes(desk_app)
        if path.startswith("/console") and declared(endpoint) is Access.PUBLIC
    ]
    assert [path for path in open_console if path not in {"/console/login", "/console/logout"}] == []


@pytest.mark.parametrize("cookie", [None, "wrong"])
def test_agents_and_service_routes_refuse_strangers(client, desk, desk_app, cookie):
    with desk.database.writing() as session:
        make_agent(session)
        ticket, _ = make_ticket(session)
        code = ticket.code
    if cookie:
        client.cookies.set(AGENT_COOKIE, cookie)
    for path, method, endpoint, _ in routes(desk_app):
        if declared(endpoint) not in {Access.AGENT, Access.SERVICE, Access.SIGNED_IN}:
            continue
        url = with_values(path, {"code": code, "sender": "b-1"})
        reply = client.request(method, url, follow_redirects=False)
        refused = reply.status_code in {401, 403} or (
            reply.status_code in {302, 303} and "/console/login" in reply.headers["location"]
        )
        assert refused, (method, path, reply.status_code)
        assert code not in reply.text.replace(url, "")


def test_a_ticket_is_shown_to_nobody_who_only_knows_its_code(client, desk, desk_app):
    """Every route of citizens is asked for a stranger's ticket, from another conversation, with a wrong secret."""
    say(client, "cua nguoi khac")
    with desk.database.writing() as session:
        owner = find_conversation(session, client.cookies["vssid_chat"])
        ticket, _ = make_ticket(session, conversation=owner, text="BI-MAT-CUA-PHIEU", channel="chat")
        code = ticket.code
    client.cookies.clear()
    say(client, "toi la nguoi la")
    forms = {
        "code": code,
        "secret": "sai-bi-mat",
        "text": "toi muon xem",
        "key": "k1",
        "idempotency_key": "k1",
    }
    for path, method, endpoint, _ in routes(desk_app):
        if declared(endpoint) not in {Access.TICKET, Access.CONVERSATION, Access.PUBLIC, Access.SIGNED_IN}:
            continue
        url = with_values(path, {"code": code})
        data = {"data": forms} if method == "POST" else {}
        reply = client.request(method, url, follow_redirects=True, **data)
        assert "BI-MAT-CUA-PHIEU" not in reply.text, (method, path)
        assert "cua nguoi khac" not in reply.text, (method, path)
        if "{code}" in path:
            assert reply.status_code in {401, 403, 404, 405, 422}, (method, path, reply.status_code)
    with desk.database.reading() as session:
        assert session.get(type(ticket), ticket.id).version == ticket.version


def test_a_route_that_declares_nothing_is_refused(desk_app):
    @desk_app.get("/v1/forgotten")
    def forgotten():
        return {"secret": 1}

    with TestClient(desk_app) as client:
        assert client.get("/v1/forgotten").status_code == 403
