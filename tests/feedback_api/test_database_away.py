"""A database that is full, locked or away: 503 with words that help, and sending again is safe. SQLite, in one process."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import event
from sqlalchemy.exc import TimeoutError as WaitedTooLong
from starlette.testclient import TestClient

from feedback_api import database, texts_vi
from feedback_api.app import create_app, make_desk

from .conftest import SAME_ORIGIN, make_settings
from .factories import say


@pytest.fixture
def sqlite_desk(sqlite_url, tmp_path, rasa, search):
    settings = make_settings(sqlite_url, tmp_path, rasa_url=rasa.url, search_url=search.url)
    desk = make_desk(settings)
    app = create_app(settings, desk)
    with TestClient(app, headers=SAME_ORIGIN, raise_server_exceptions=False) as browser:
        yield browser, desk


def test_a_full_disk_is_told_of_and_the_same_message_is_taken_later(sqlite_desk):
    client, desk = sqlite_desk
    say(client, "bat dau")

    def limit(connection, record, proxy):
        del record, proxy
        connection.execute("PRAGMA max_page_count = 1")  # as many as there are: none may be added

    event.listen(desk.database.engine, "checkout", limit)
    refused = None
    for number in range(15):
        refused = f"11111111-aaaa-bbbb-cccc-{number:012}"
        reply = say(client, f"tin {number} " + "dài " * 200, client_id=refused)
        if reply.status_code != 200:
            break
    event.remove(desk.database.engine, "checkout", limit)
    assert (reply.status_code, reply.headers["retry-after"]) == (503, "5")
    error = {"code": "database_away", "message": texts_vi.MESSAGE_KEPT}
    assert reply.json() == {"error": error}

    desk.database.dispose()  # the limit belongs to the connections
    with desk.database.writing() as session:  # the lease of the turn that came to nothing
        session.connection().exec_driver_sql("UPDATE conversation SET turn_holder = NULL")
    again = say(client, f"tin {number} " + "dài " * 200, client_id=refused)
    assert again.status_code == 200
    kept = [
        one["text"] for one in client.get("/v1/messages").json()["messages"] if one["author"] == "citizen"
    ]
    assert len(kept) == len(set(kept)) == number + 2


def test_who_waits_behind_a_lock_hears_of_it(sqlite_desk, monkeypatch):
    client, desk = sqlite_desk
    monkeypatch.setattr(database, "TURN_SECONDS", 0.05)

    async def wait():
        async with desk.database.turn():
            with pytest.raises(WaitedTooLong):
                async with desk.database.turn():
                    pass
        async with desk.database.turn():  # and the turn is not lost
            pass

    asyncio.run(wait())
    assert say(client, "bat dau").status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "words"),
    [
        ("GET", "/tickets/VS-7K2M-9QXD", texts_vi.DATABASE_AWAY),
        ("POST", "/tickets", texts_vi.NOT_SAVED),
        ("POST", "/chat", texts_vi.NOT_SAVED),
        ("POST", "/v1/messages", texts_vi.MESSAGE_KEPT),
        ("GET", "/v1/messages", texts_vi.DATABASE_AWAY),
    ],
)
def test_each_way_has_its_words(tmp_path, method, path, words):
    """Nobody listens where the database should be."""
    settings = make_settings(f"postgresql://desk@/desk?host={tmp_path}", tmp_path)
    with TestClient(
        create_app(settings),
        headers=SAME_ORIGIN,
        cookies={"vssid_chat": "x" * 43},
        raise_server_exceptions=False,
    ) as client:
        body = {"text": "chào", "client_id": "11111111-aaaa-bbbb-cccc-000000000001"}
        form = {"idempotency_key": "k1", "text": "Tôi cần giúp", "phone": "0912345678", "reach_by": "phone"}
        told = {"json": body} if path.startswith("/v1") else {"data": {**form, "consent": "yes", **body}}
        reply = client.request(method, path, **(told if method == "POST" else {}))
    assert reply.status_code == 503
    assert reply.headers["retry-after"] == "5"
    assert words in reply.text
    if not path.startswith("/v1"):
        assert "tel:19009068" in reply.text
