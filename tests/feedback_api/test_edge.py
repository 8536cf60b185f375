"""What surrounds every route: cross-site writes, headers, size, errors, OpenAPI."""

from __future__ import annotations

import json
import re

import pytest
from starlette.testclient import TestClient

from feedback_api.app import create_app

from .conftest import SAME_ORIGIN, make_settings
from .factories import say

BODY = {"text": "chao", "client_id": "12345678"}


@pytest.fixture
def stranger(desk_app):
    """A client that sends nothing of its own."""
    with TestClient(desk_app, raise_server_exceptions=False) as browser:
        yield browser


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"}, 403),
        ({"Origin": "http://testserver"}, 200),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://testserver.evil.example"}, 403),
        ({"Cookie": "vssid_chat=x"}, 403),
        ({}, 200),
    ],
)
def test_writes_of_other_sites_are_refused(stranger, headers, status):
    reply = stranger.post("/v1/messages", json=BODY, headers=headers)
    assert reply.status_code == status
    if status == 403:
        assert reply.json()["error"]["code"] == "cross_site"
    assert stranger.get("/v1/messages", headers=headers).status_code == 200


@pytest.mark.parametrize("path", ["/v1/messages", "/live", "/no-such-page", "/v1/no-such-thing"])
def test_every_response_carries_the_headers(client, path):
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"
    assert re.fullmatch(r"[0-9a-f]{16}", headers["x-request-id"])


def test_a_request_id_is_carried_on_when_it_is_one(client):
    assert client.get("/live", headers={"X-Request-Id": "abcd-1234"}).headers["x-request-id"] == "abcd-1234"
    assert client.get("/live", headers={"X-Request-Id": 'a b"}'}).headers["x-request-id"] != 'a b"}'


def test_large_bodies_are_refused_announced_or_not(client):
    big = json.dumps({**BODY, "text": "a" * 70_000}).encode()
    kind = {"Content-Type": "application/json"}
    announced = client.post("/v1/messages", content=big, headers=kind)
    assert (announced.status_code, announced.json()["error"]["code"]) == (413, "too_large")
    streamed = client.post("/v1/messages", content=iter([big[:40_000], big[40_000:]]), headers=kind)
    assert (streamed.status_code, streamed.json()["error"]["code"]) == (413, "too_large")
    fine = client.post("/v1/messages", content=iter([json.dumps(BODY).encode()]), headers=kind)
    assert fine.status_code == 200


def test_unknown_paths_are_json_for_programs_and_a_page_for_people(client):
    program = client.get("/v1/nothing")
    assert (program.status_code, program.json()["error"]["code"]) == (404, "not_found")
    page = client.get("/nothing")
    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html")
    assert "Không tìm thấy" in page.text
    assert client.put("/v1/messages").json()["error"]["code"] == "method_not_allowed"


def test_openapi_tells_of_every_programs_route_with_examples(client):
    document = client.get("/v1/openapi.json").json()
    assert set(document["paths"]) == {
        "/v1/messages",
        "/v1/messages/clear",
        "/v1/suggestions",
        "/v1/my/tickets",
        "/v1/my/tickets/{code}/open",
        "/v1/my/tickets/{code}/link",
        "/v1/bot/hours",
        "/v1/bot/tickets",
        "/v1/bot/conversations/{sender}/tickets",
        "/v1/bot/conversations/{sender}/ticket-status",
        "/live",
        "/ready",
    }
    assert document["components"]["schemas"]["ErrorBody"]["example"]
    operations = [one for path in document["paths"].values() for one in path.values()]
    assert all(one["tags"] and one["summary"] for one in operations)
    assert document["components"]["schemas"]["TurnBody"]["examples"]
    assert client.get("/docs").status_code == 404


def test_cookies_are_secure_behind_https(database_url, tmp_path):
    settings = make_settings(database_url, tmp_path, public_url="https://hotro.example.org")
    with TestClient(create_app(settings), headers=SAME_ORIGIN) as browser:
        assert "Secure" in say(browser, "chao").headers["set-cookie"]
