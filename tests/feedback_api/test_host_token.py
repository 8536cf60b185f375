"""The host app's tokens: only good ones name a person, and a person sees own tickets and no others."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from starlette.testclient import TestClient

from feedback_api.app import create_app, make_desk
from feedback_api.conversations.service import find_conversation
from feedback_api.identity.host_token import BadToken, HostTokens
from feedback_api.models import Conversation, Ticket
from feedback_api.settings import SettingsError

from .conftest import SAME_ORIGIN, make_settings
from .factories import make_ticket
from .standins import sample
from .test_bot_api import BEARER

SECRET = "a-shared-secret-of-the-tests-with-40-bytes"
ISSUER = "https://app.example.vn"


@pytest.fixture(scope="session")
def rsa_key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(scope="session")
def pem(rsa_key):
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return rsa_key.public_key().public_bytes(serialization.Encoding.PEM, form)


def claims(**changes):
    now = int(time.time())
    values = {"iss": ISSUER, "aud": "vssid-support", "sub": "0123456789", "iat": now, "exp": now + 300}
    return {key: value for key, value in {**values, **changes}.items() if value is not None}


def hs(secret=SECRET, headers=None, **changes):
    return jwt.encode(claims(**changes), secret, algorithm="HS256", headers=headers)


def with_token(token):
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def host_settings(sqlite_url, tmp_path, pem):
    (tmp_path / "host.pem").write_bytes(pem)

    def make(database_url=sqlite_url, **changes):
        values = {
            "host_jwt_secret": SECRET,
            "host_jwt_public_key": tmp_path / "host.pem",
            "host_jwt_issuer": ISSUER,
        }
        return make_settings(database_url, tmp_path, **{**values, **changes})

    return make


@pytest.fixture
def tokens(host_settings):
    return HostTokens(host_settings())


def test_good_tokens_of_both_kinds_name_the_same_person(tokens, rsa_key):
    subject = tokens.subject(hs())
    assert len(subject) == 64
    assert "0123456789" not in subject
    assert tokens.subject(jwt.encode(claims(), rsa_key, algorithm="RS256")) == subject
    assert tokens.subject(hs(sub="9876543210")) != subject
    assert tokens.subject(hs(aud=["other", "vssid-support"])) == subject


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": int(time.time()) - 120},
        {"exp": None},
        {"iss": "https://evil.example"},
        {"iss": None},
        {"aud": "another-app"},
        {"aud": None},
        {"sub": None},
        {"sub": "   "},
        {"sub": "x" * 300},
        {"nbf": int(time.time()) + 600},
        {"secret": "another-secret-of-at-least-32-bytes-long"},
    ],
)
def test_bad_claims_are_refused(tokens, changes):
    with pytest.raises(BadToken):
        tokens.subject(hs(**changes))


def test_nobody_chooses_the_key(tokens, pem, rsa_key, host_settings):
    """No `none`, no public key taken for a secret, no other algorithm, no unknown key."""
    none = jwt.encode(claims(), None, algorithm="none")
    head, body = (
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=")
        for part in ({"alg": "HS256", "typ": "JWT"}, claims())
    )
    mac = hmac.new(pem, head + b"." + body, hashlib.sha256).digest()
    confused = b".".join([head, body, base64.urlsafe_b64encode(mac).rstrip(b"=")]).decode()
    other_algorithm = jwt.encode(claims(), SECRET + SECRET, algorithm="HS512")
    stranger = jwt.encode(
        claims(), rsa.generate_private_key(public_exponent=65537, key_size=2048), algorithm="RS256"
    )
    unknown = jwt.encode(claims(), rsa_key, algorithm="RS384")
    for token in (none, confused, other_algorithm, stranger, unknown, "", "a.b.c", "x" * 9000, hs() + "x"):
        with pytest.raises(BadToken):
            tokens.subject(token)
    without_keys = HostTokens(host_settings(host_jwt_secret="", host_jwt_public_key=None))
    with pytest.raises(BadToken):
        without_keys.subject(hs())


def test_keys_are_changed_by_a_jwks_file(host_settings, tmp_path, rsa_key):
    young = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    to_jwk = jwt.get_algorithm_by_name("RS256").to_jwk
    keys = [
        {**json.loads(to_jwk(key.public_key())), "kid": kid} for key, kid in ((rsa_key, "a"), (young, "b"))
    ]
    path = tmp_path / "keys.json"
    path.write_text(json.dumps({"keys": keys}))
    tokens = HostTokens(host_settings(host_jwt_public_key=path))

    def signed(key, kid):
        return jwt.encode(claims(), key, algorithm="RS256", headers={"kid": kid} if kid else None)

    assert tokens.subject(signed(rsa_key, "a")) == tokens.subject(signed(young, "b"))
    for key, kid in ((rsa_key, "b"), (young, "c"), (young, None)):
        with pytest.raises(BadToken):
            tokens.subject(signed(key, kid))


def test_nonsense_refuses_the_start(host_settings, tmp_path, rsa_key):
    private = rsa_key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (tmp_path / "private.pem").write_bytes(private)
    (tmp_path / "no.pem").write_text("nonsense")
    for name in ("private.pem", "no.pem", "missing.pem"):
        with pytest.raises(SettingsError, match="DESK_HOST_JWT_PUBLIC_KEY"):
            HostTokens(host_settings(host_jwt_public_key=tmp_path / name))
    for changes in ({"host_jwt_issuer": ""}, {"host_jwt_secret": "short"}):
        with pytest.raises(ValueError, match=next(iter(changes))):
            host_settings(**changes)


@pytest.fixture
def app(host_settings, database_url, rasa):
    settings = host_settings(database_url, rasa_url=rasa.url)
    desk = make_desk(settings)
    with TestClient(
        create_app(settings, desk), headers=SAME_ORIGIN, raise_server_exceptions=False
    ) as browser:
        yield browser, desk


def talk(client, text, token=None):
    body = {"text": text, "client_id": f"id-{time.monotonic_ns()}"}
    return client.post("/v1/messages", json=body, headers=with_token(token) if token else {})


def test_own_tickets_are_listed_and_opened(app):
    client, desk = app
    assert talk(client, "goi toi nam@example.org", hs()).json()["person"] is True
    with desk.database.reading() as session:
        sender = find_conversation(session, client.cookies["vssid_chat"]).bot_sender
    body = {**sample("bot_open_ticket"), "conversation": sender}
    code = client.post("/v1/bot/tickets", json=body, headers=BEARER).json()["code"]
    with desk.database.writing() as session:
        strangers, _ = make_ticket(session)
    client.cookies.clear()
    mine = client.get("/v1/my/tickets", headers=with_token(hs())).json()["tickets"]
    assert [row["code"] for row in mine] == [code]
    assert client.get("/v1/my/tickets", headers=with_token(hs(sub="khac"))).json() == {"tickets": []}
    assert client.get(f"/tickets/{code}").status_code == 404
    assert client.post(f"/v1/my/tickets/{code}/open", headers=with_token(hs())).status_code == 204
    assert code in client.get(f"/tickets/{code}").text
    client.cookies.clear()
    for token, wanted in ((hs(sub="khac"), code), (hs(), strangers.code), (hs(), "VS-0000-0000")):
        reply = client.post(f"/v1/my/tickets/{wanted}/open", headers=with_token(token))
        assert (reply.status_code, reply.json()["error"]["code"]) == (404, "ticket_not_found")
        assert "set-cookie" not in reply.headers


@pytest.mark.parametrize("token", [None, "nonsense", hs(exp=int(time.time()) - 120)])
def test_without_a_good_token_nothing_is_listed(app, token):
    client, _ = app
    headers = with_token(token) if token else {}
    reply = client.get("/v1/my/tickets", headers=headers)
    assert (reply.status_code, reply.json()["error"]["code"]) == (401, "bad_token")
    assert reply.headers["www-authenticate"] == "Bearer"
    if token:
        assert client.get("/v1/messages", headers=headers).status_code == 401
        assert talk(client, "chao", token).status_code == 401
    assert talk(client, "chao").json()["person"] is False


def test_another_person_on_the_same_phone_gets_a_fresh_chat(app):
    client, desk = app
    talk(client, "chuyen rieng cua toi", hs())
    first = client.cookies["vssid_chat"]
    other = with_token(hs(sub="nguoi khac"))
    assert client.get("/v1/messages", headers=other).json()["messages"] == []
    talk(client, "toi la nguoi khac", hs(sub="nguoi khac"))
    assert client.cookies["vssid_chat"] != first
    texts = [item["text"] for item in client.get("/v1/messages", headers=other).json()["messages"]]
    assert "chuyen rieng cua toi" not in texts
    with desk.database.reading() as session:
        assert len({item.subject for item in session.query(Conversation)}) == 2


def test_an_anonymous_chat_becomes_the_persons(app):
    client, desk = app
    talk(client, "toi chua dang nhap")
    talk(client, "toi da dang nhap", hs())
    with desk.database.reading() as session:
        assert session.query(Conversation).one().subject
        assert session.query(Ticket).count() == 0


def test_tickets_of_the_chat_before_signing_in_become_the_persons(app):
    client, desk = app
    talk(client, "toi chua dang nhap")
    with desk.database.writing() as session:
        conversation = find_conversation(session, client.cookies["vssid_chat"])
        ticket, _ = make_ticket(session, conversation=conversation, channel="chat")
        make_ticket(session)
    assert client.get("/v1/my/tickets", headers=with_token(hs())).json()["tickets"] == []
    talk(client, "toi da dang nhap", hs())
    mine = client.get("/v1/my/tickets", headers=with_token(hs())).json()["tickets"]
    assert [row["code"] for row in mine] == [ticket.code]
