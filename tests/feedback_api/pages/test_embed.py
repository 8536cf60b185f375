"""Hosts' pages: CORS for the configured origins alone, no cookie in either direction, the token in a header."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from feedback_api.app import create_app, make_desk
from feedback_api.chat.embed import CHAT_HEADER
from feedback_api.conversations.service import find_conversation
from feedback_api.models import TicketAccessToken
from tests.feedback_api.conftest import make_settings
from tests.feedback_api.factories import make_ticket
from tests.feedback_api.test_host_token import ISSUER, SECRET, hs

from .conftest import Page, ask

HOST = "https://app.example.vn"


@pytest.fixture
def served(database_url, tmp_path, rasa, search):
    settings = make_settings(
        database_url, tmp_path, search_url=search.url, rasa_url=rasa.url, embed_origins=f"{HOST}, null"
    )
    desk = make_desk(settings)
    with TestClient(create_app(settings, desk), raise_server_exceptions=False) as browser:
        yield browser


def say(browser, text, origin=HOST, token=None, **headers):
    known = {CHAT_HEADER: token} if token else {}
    return browser.post(
        "/v1/messages",
        json={"text": text, "client_id": str(uuid.uuid4())},
        headers={"Origin": origin, "Sec-Fetch-Site": "cross-site", **known, **headers},
    )


@pytest.mark.parametrize("origin", [HOST, "null"])
def test_a_host_talks_with_a_token_in_a_header(served, origin):
    first = say(served, "câu một", origin)
    assert first.status_code == 200
    assert first.headers["access-control-allow-origin"] == origin
    assert CHAT_HEADER in first.headers["access-control-expose-headers"]
    assert "set-cookie" not in first.headers
    token = first.headers[CHAT_HEADER]
    say(served, "câu hai", origin, token)
    told = served.get("/v1/messages", headers={"Origin": origin, CHAT_HEADER: token}).json()["messages"]
    assert [one["text"] for one in told if one["author"] == "citizen"] == ["câu một", "câu hai"]
    cleared = served.post("/v1/messages/clear", headers={"Origin": origin, CHAT_HEADER: token})
    assert (cleared.status_code, cleared.headers[CHAT_HEADER]) == (204, "")
    left = served.get("/v1/messages", headers={"Origin": origin, CHAT_HEADER: token}).json()
    assert left["messages"] == []


def test_the_browsers_own_conversation_is_out_of_a_hosts_reach(served):
    served.headers["Sec-Fetch-Site"] = "same-origin"
    ask(served, "chuyện riêng trên trang của bàn hỗ trợ")
    assert "vssid_chat" in served.cookies
    told = served.get("/v1/messages", headers={"Origin": HOST, "Sec-Fetch-Site": "cross-site"}).json()
    assert told["messages"] == []


@pytest.mark.parametrize("origin", ["https://evil.example", "http://app.example.vn", f"{HOST}.evil.example"])
def test_other_origins_get_nothing(served, origin):
    reply = say(served, "câu một", origin, Cookie="a=b")
    assert reply.status_code == 403
    assert "access-control-allow-origin" not in reply.headers
    asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    assert "access-control-allow-origin" not in served.options("/v1/messages", headers=asked).headers


def test_own_tickets_are_read_by_a_link_that_opens_them_alone(database_url, tmp_path, rasa):
    settings = make_settings(
        database_url,
        tmp_path,
        rasa_url=rasa.url,
        embed_origins=HOST,
        host_jwt_secret=SECRET,
        host_jwt_issuer=ISSUER,
    )
    desk = make_desk(settings)
    own, foreign = {"Authorization": f"Bearer {hs()}"}, {"Authorization": f"Bearer {hs(sub='khac')}"}
    with TestClient(create_app(settings, desk), raise_server_exceptions=False) as host:
        token = say(host, "chào", **own).headers[CHAT_HEADER]
        with desk.database.writing() as session:
            ticket, _ = make_ticket(
                session, conversation=find_conversation(session, token), channel="chat", text="Việc của tôi"
            )
        where = f"/v1/my/tickets/{ticket.code}/link"
        from_host = {"Origin": HOST, "Sec-Fetch-Site": "cross-site"}
        assert host.post(where, headers={**from_host, **foreign}).status_code == 404
        assert host.post(where, headers=from_host).status_code == 401
        reply = host.post(where, headers={**from_host, **own})
        assert reply.headers["access-control-allow-origin"] == HOST
        assert "set-cookie" not in reply.headers
        page, _, pair = reply.json()["path"].partition("#")
        code, _, secret = pair.partition(".")
        assert (page, code) == ("/tickets/status", ticket.code)
        browser = {"Sec-Fetch-Site": "same-origin"}
        host.cookies.clear()
        opened = host.post(page, data={"code": code, "secret": secret}, headers=browser)
        assert "Việc của tôi" in opened.text
        with desk.database.reading() as session:
            newest = session.query(TicketAccessToken).order_by(TicketAccessToken.id.desc()).first()
            assert newest.expires_at - newest.created_at <= timedelta(hours=12)
        refused = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site", **own}
        assert "access-control-allow-origin" not in host.post(where, headers=refused).headers


@pytest.mark.parametrize("path", ["/tickets", "/console/login", "/chat", "/chat/clear", "/v1/bot/tickets"])
def test_hosts_reach_the_chat_alone(served, path):
    reply = served.post(path, headers={"Origin": HOST, "Sec-Fetch-Site": "cross-site", "Cookie": "a=b"})
    assert reply.status_code in {401, 403}
    assert "access-control-allow-origin" not in reply.headers


def test_a_preflight_allows_what_the_element_sends(served):
    reply = served.options(
        "/v1/messages",
        headers={
            "Origin": HOST,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type,x-vssid-chat",
        },
    )
    assert reply.status_code == 204
    assert CHAT_HEADER.lower() in reply.headers["access-control-allow-headers"].lower()
    assert "POST" in reply.headers["access-control-allow-methods"]


def test_without_the_setting_nobody_is_a_host(client):
    reply = say(client, "câu một", Cookie="a=b")
    assert reply.status_code == 403
    assert (
        "access-control-allow-origin"
        not in client.get("/static/vssid-chat.js", headers={"Origin": HOST}).headers
    )


def test_the_insides_come_without_a_conversation(served):
    served.headers["Sec-Fetch-Site"] = "same-origin"
    ask(served, "chuyện riêng")
    reply = served.get("/chat/element", headers={"Origin": HOST})
    page = Page(reply.text)
    assert reply.headers["access-control-allow-origin"] == HOST
    assert "<html" not in reply.text
    assert "chuyện riêng" not in page.text
    assert len(page.all("button", name="text")) == 6
    assert page.all("textarea", id="text")
    assert "1900.9068" in page.text
    assert page.dangers() == []


def test_the_module_may_be_loaded_by_hosts_and_caches_keep_origins_apart(served):
    for name in ("vssid-chat.js", "chat-parts.js", "desk.css"):
        reply = served.get(f"/static/{name}", headers={"Origin": "null"})
        assert reply.status_code == 200, name
        assert reply.headers["access-control-allow-origin"] == "null"
        assert "origin" in reply.headers["vary"].lower()
    assert "origin" in served.get("/static/desk.css").headers["vary"].lower()
