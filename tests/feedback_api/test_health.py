"""What operators are told."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text

from feedback_api.clients.smtp_client import EmlMailer
from feedback_api.mail.worker import MailWorker
from feedback_api.models import OutboxMail, utc_now

from .factories import make_ticket


def test_everything_works(full_desk, tmp_path):
    client, desk, _, _ = full_desk
    assert client.get("/live").json() == {"status": "ok"}
    MailWorker(desk.database, EmlMailer(tmp_path), desk.settings).step()
    ready = client.get("/ready")
    assert (ready.status_code, ready.json()["status"]) == (200, "ok")


def test_neighbours_away_is_degraded(client):
    ready = client.get("/ready")
    assert ready.status_code == 200
    assert ready.json() == {
        "status": "degraded",
        "database": "ok",
        "search": "away",
        "rasa": "away",
        "mail_worker": "silent",
        "mail_age": 0,
        "mail_dead": 0,
    }


def test_late_mail_is_seen(client, desk):
    with desk.database.writing() as session:
        make_ticket(session)
        session.query(OutboxMail).one().available_at = utc_now() - timedelta(minutes=10)
    assert client.get("/ready").json()["mail_age"] >= 600


def test_a_broken_database_is_unavailable(client, desk):
    with desk.database.writing() as session:
        session.execute(text("DROP TABLE heartbeat"))
    ready = client.get("/ready")
    assert (ready.status_code, ready.json()["status"]) == (503, "unavailable")
    assert client.get("/live").status_code == 200
