"""Outbox to inbox: against a real SMTP server, with failures, crashes and two workers."""

from __future__ import annotations

import email
import email.policy
import os
import re
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import select

from feedback_api.clients.smtp_client import EmlMailer, MailPermanent, MailTemporary, SmtpMailer, make_mailer
from feedback_api.mail.render import NotForCitizens, Sender, render
from feedback_api.mail.worker import MailWorker, backoff
from feedback_api.models import EventKind, OutboxMail, TicketEvent, utc_now
from feedback_api.tickets import service as tickets

from .conftest import ROOT, free_port
from .factories import make_agent, make_ticket


class Inbox:
    """aiosmtpd's handler: keeps what comes, or answers `refusal`."""

    def __init__(self) -> None:
        self.mails = []
        self.refusal = None

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  # aiosmtpd's name
        if self.refusal:
            return self.refusal
        self.mails.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return "250 OK"


@pytest.fixture
def smtp():
    inbox = Inbox()
    controller = Controller(inbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    inbox.url = f"smtp://127.0.0.1:{controller.port}"
    yield inbox
    controller.stop()


@pytest.fixture
def opened(desk):
    """(code, secret) of a ticket with an agent's reply waiting to be mailed."""
    with desk.database.writing() as session:
        agent = make_agent(session)
        ticket, secret = make_ticket(session, text="Nội dung người dân gõ")
        tickets.add_note(session, ticket, agent, "GHI-CHU-MAT")
        tickets.reply(session, ticket, agent, "Bạn bấm <Quên mật khẩu> nhé", ticket.version, "k")
        tickets.add_note(session, ticket, agent, "GHI-CHU-MAT-2")
        tickets.resolve(session, ticket, agent, "personal_case", None, "Xong rồi nhé")
        return ticket.code, secret


def states(desk):
    with desk.database.reading() as session:
        return [
            (row.template, row.state, row.attempts)
            for row in session.scalars(select(OutboxMail).order_by(OutboxMail.id))
        ]


def drain(worker):
    while worker.step():
        pass


def test_mails_arrive_by_smtp_and_open_the_ticket(desk, settings, smtp, opened):
    drain(MailWorker(desk.database, SmtpMailer(smtp.url), settings))
    assert [state for _, state, _ in states(desk)] == ["sent"] * 3
    first, reply, done = smtp.mails
    code, _ = opened
    for mail in smtp.mails:
        assert mail["To"] == "nam@example.org"
        assert mail["From"] == "Hỗ trợ VssID <hotro@example.org>"
        assert code in mail["Subject"]
        assert mail["Auto-Submitted"] == "auto-generated"
        assert mail["Message-ID"].endswith("@example.org>")
        assert len(mail["Subject"]) < 100
        bodies = mail.get_body(("plain",)).get_content() + mail.get_body(("html",)).get_content()
        assert "GHI-CHU-MAT" not in bodies
        assert "Nội dung người dân gõ" not in bodies
        assert "Nguyễn Thị Lan" not in bodies
        link = re.search(r"http://testserver/tickets/status#(VS-\w{4}-\w{4})\.([\w-]+)", bodies)
        assert "?" not in link.group(0)
        with desk.database.reading() as session:
            assert tickets.find_for_citizen(session, link.group(1), link.group(2)).code == code
    assert "đã nhận yêu cầu" in first.get_body(("plain",)).get_content()
    assert "Bạn bấm <Quên mật khẩu> nhé" in reply.get_body(("plain",)).get_content()
    assert "Bạn bấm &lt;Quên mật khẩu&gt; nhé" in reply.get_body(("html",)).get_content()
    assert "Xong rồi nhé" in done.get_body(("plain",)).get_content()


def test_without_smtp_mails_are_files(desk, settings, opened):
    mailer = make_mailer(settings)
    assert isinstance(mailer, EmlMailer)
    drain(MailWorker(desk.database, mailer, settings))
    files = sorted(settings.mail_dir.glob("*.eml"))
    assert len(files) == 3
    assert {email.message_from_bytes(path.read_bytes())["To"] for path in files} == {"nam@example.org"}
    assert not list(settings.mail_dir.glob(".*"))


def test_a_note_can_not_leave(desk, opened):
    with desk.database.writing() as session:
        mail = session.scalars(select(OutboxMail).where(OutboxMail.template == "agent_replied")).one()
        note = session.scalars(select(TicketEvent).where(TicketEvent.kind == EventKind.NOTE.value)).first()
        mail.event_id = note.id
        session.flush()
        ticket = tickets.find_for_agent(session, opened[0])
        with pytest.raises(NotForCitizens):
            render(session, mail, ticket, "secret", Sender("a@b.vn", "http://testserver"))


def test_temporary_failures_are_tried_again_then_parked(desk, settings, smtp, opened):
    smtp.refusal = "451 later"
    worker = MailWorker(desk.database, SmtpMailer(smtp.url), settings)
    drain(worker)
    assert {(state, attempts) for _, state, attempts in states(desk)} == {("pending", 1)}
    with desk.database.writing() as session:
        for row in session.scalars(select(OutboxMail)):
            assert row.available_at > utc_now() + timedelta(seconds=15)
            assert row.last_error == "deferred 451"
            row.available_at = utc_now()
            row.attempts = settings.mail_attempts - 1
    drain(worker)
    assert {state for _, state, _ in states(desk)} == {"dead"}
    with desk.database.reading() as session:
        assert tickets.counts(session).mail_dead == 3


def test_a_refusal_for_good_is_parked_at_once(desk, settings, smtp, opened):
    smtp.refusal = "550 no such user"
    drain(MailWorker(desk.database, SmtpMailer(smtp.url), settings))
    assert {(state, attempts) for _, state, attempts in states(desk)} == {("dead", 1)}


def test_the_backoff_grows_and_ends():
    waits = [backoff(attempt) for attempt in range(1, 20)]
    assert 20 <= waits[0] <= 40
    assert waits[3] > waits[0]
    assert max(waits) <= 6 * 3600 * 1.25


def test_smtp_away_and_wrong():
    message = email.message.EmailMessage()
    message["To"] = message["From"] = "a@example.org"
    with pytest.raises(MailTemporary):
        SmtpMailer(f"smtp://127.0.0.1:{free_port()}").send(message)


def test_a_server_without_starttls_never_sees_the_mail(smtp):
    message = email.message.EmailMessage()
    message["To"] = message["From"] = "a@example.org"
    with pytest.raises((MailTemporary, MailPermanent)):
        SmtpMailer(smtp.url.replace("smtp://", "smtp+starttls://")).send(message)
    assert smtp.mails == []


def test_two_workers_send_each_mail_once(desk, settings, smtp):
    with desk.database.writing() as session:
        for number in range(12):
            make_ticket(session, email=f"n{number}@example.org")
    workers = [MailWorker(desk.database, SmtpMailer(smtp.url), settings) for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(drain, workers))
    assert sorted(mail["To"] for mail in smtp.mails) == sorted(
        f"n{number}@example.org" for number in range(12)
    )


def test_a_worker_killed_while_sending_loses_nothing(desk, settings, process_env, opened, tmp_path):
    """A real worker process claims a mail, hangs at a server that says nothing, and is killed."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        env = {**process_env, "DESK_SMTP_URL": f"smtp://127.0.0.1:{silent.getsockname()[1]}"}
        process = subprocess.Popen(
            [sys.executable, "-m", "feedback_api", "mail-worker"], cwd=ROOT, env=env, stdout=subprocess.PIPE
        )
        silent.settimeout(60)
        connection, _ = silent.accept()
        assert [state for _, state, _ in states(desk)].count("claimed") == 1
        os.kill(process.pid, signal.SIGKILL)
        process.communicate(timeout=15)
        connection.close()
    worker = MailWorker(desk.database, EmlMailer(tmp_path / "out"), settings)
    drain(worker)
    assert [state for _, state, _ in states(desk)].count("claimed") == 1  # its claim is respected for a while
    with desk.database.writing() as session:
        for row in session.scalars(select(OutboxMail).where(OutboxMail.state == "claimed")):
            row.claimed_at -= timedelta(minutes=6)
    drain(worker)
    assert {state for _, state, _ in states(desk)} == {"sent"}
    assert len(list((tmp_path / "out").glob("*.eml"))) == 3


def test_the_worker_process_sends_and_stops_when_told(desk, process_env, opened, tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-m", "feedback_api", "mail-worker"],
        cwd=ROOT,
        env=process_env,
        stdout=subprocess.PIPE,
    )
    deadline = time.monotonic() + 60
    while len(list((tmp_path / "mail").glob("*.eml"))) < 3:
        assert time.monotonic() < deadline
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGTERM)
    output, _ = process.communicate(timeout=20)
    assert process.returncode == 0
    assert b"nam@example.org" not in output
    assert b"mail_sent" in output


def test_one_bad_mail_does_not_stop_the_next(desk, settings, opened, tmp_path):
    with desk.database.writing() as session:
        session.scalars(select(OutboxMail).order_by(OutboxMail.id)).first().template = "no_such_template"
    drain(MailWorker(desk.database, EmlMailer(tmp_path / "out"), settings))
    assert [state for _, state, _ in states(desk)] == ["pending", "sent", "sent"]
