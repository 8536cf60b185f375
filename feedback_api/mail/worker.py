"""Empties the outbox: claim, send, record. At least once: a crash between sending and recording sends a mail twice, with

the same Message-ID; nothing is ever lost. No transaction is open while a mail is being sent.
"""

from __future__ import annotations

import random
import secrets
from datetime import timedelta
from threading import Event
from typing import TYPE_CHECKING

from feedback_api import logs
from feedback_api.clients.smtp_client import MailPermanent, MailTemporary
from feedback_api.mail import repository
from feedback_api.mail.render import Sender, render
from feedback_api.models import MailState, OutboxMail, Ticket, utc_now
from feedback_api.tickets.service import mint_access

if TYPE_CHECKING:
    from email.message import EmailMessage

    from sqlalchemy.orm import Session

    from feedback_api.clients.smtp_client import Mailer
    from feedback_api.database import Database
    from feedback_api.settings import Settings

NAME = "mail"
STALE_AFTER = timedelta(minutes=5)  # longer than any SMTP time-out
IDLE = 1.0  # seconds between looks at an empty outbox
FIRST_DELAY = 30.0  # seconds
LONGEST_DELAY = 6 * 3600.0


class MailWorker:
    """One worker; any number may run beside each other.

    :param mailer: how mail leaves.
    """

    def __init__(self, database: Database, mailer: Mailer, settings: Settings) -> None:
        self._database = database
        self._mailer = mailer
        self._sender = Sender(settings.mail_from, settings.public_url)
        self._attempts = settings.mail_attempts
        self.stop = Event()

    def run(self) -> None:
        """Works until `stop` is set. A fault of one mail, or of the database, is logged and never ends the loop."""
        while not self.stop.is_set():
            try:
                busy = self.step()
            except Exception as error:  # noqa: BLE001  # the worker's loop: it must outlive everything
                logs.failure("mail_loop", error)
                busy = False
            if not busy:
                self.stop.wait(IDLE)

    def step(self) -> bool:
        """Sends one mail, if one is due; whether there was one.

        1. Claim it, mint the secret for its link, render it, and commit. 2. Send. 3. Record.
        """
        claim = secrets.token_hex(16)
        with self._database.writing() as session:
            now = utc_now()
            repository.beat(session, NAME, now)
            mail = repository.claim_next(session, claim, now, now - STALE_AFTER)
            if mail is None:
                return False
            mail_id, attempts = mail.id, mail.attempts
            if attempts > self._attempts:
                # Its claimers died each time: it is likely the cause.
                repository.settle(
                    session, mail_id, claim, state=MailState.DEAD.value, last_error="worker died"
                )
                logs.event("mail_dead", mail=mail_id, attempts=attempts)
                return True
        try:
            with self._database.writing() as session:
                message = self._message(session, mail_id)
            self._mailer.send(message)
        except MailPermanent as error:
            self._dead(mail_id, claim, str(error))
        except MailTemporary as error:
            self._later(mail_id, claim, attempts, str(error))
        except Exception as error:  # noqa: BLE001  # e.g. a broken template: the next mail must still leave
            logs.failure("mail_fault", error, mail=mail_id)
            self._later(mail_id, claim, attempts, type(error).__name__)
        else:
            self._sent(mail_id, claim, str(message["Message-ID"]))
        return True

    def _message(self, session: Session, mail_id: int) -> EmailMessage:
        mail = session.get_one(OutboxMail, mail_id)
        ticket = session.get_one(Ticket, mail.ticket_id)
        return render(session, mail, ticket, mint_access(session, ticket), self._sender)

    def _sent(self, mail_id: int, claim: str, message_id: str) -> None:
        self._settle(
            mail_id,
            claim,
            state=MailState.SENT.value,
            sent_at=utc_now(),
            message_id=message_id,
            last_error=None,
        )
        logs.event("mail_sent", mail=mail_id)

    def _dead(self, mail_id: int, claim: str, reason: str) -> None:
        self._settle(mail_id, claim, state=MailState.DEAD.value, last_error=reason[:200])
        logs.event("mail_dead", mail=mail_id, reason=reason)

    def _later(self, mail_id: int, claim: str, attempts: int, reason: str) -> None:
        if attempts >= self._attempts:
            self._dead(mail_id, claim, reason)
            return
        wait = backoff(attempts)
        available = utc_now() + timedelta(seconds=wait)
        self._settle(
            mail_id, claim, state=MailState.PENDING.value, available_at=available, last_error=reason[:200]
        )
        logs.event("mail_later", mail=mail_id, attempts=attempts, reason=reason, seconds=round(wait))

    def _settle(self, mail_id: int, claim: str, **values: object) -> None:
        with self._database.writing() as session:
            if not repository.settle(session, mail_id, claim, **values):
                logs.event("mail_claim_lost", mail=mail_id)


def backoff(attempts: int) -> float:
    """Seconds until the next try: doubling from half a minute to six hours, spread by a quarter so that tries don't bunch."""
    base: float = min(FIRST_DELAY * 2 ** (attempts - 1), LONGEST_DELAY)
    return base * random.uniform(0.75, 1.25)
