"""The ways a mail leaves: SMTP when it is set, else files in a folder. Failures say whether trying again can help."""

from __future__ import annotations

import smtplib
import ssl
from typing import TYPE_CHECKING, Protocol
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from email.message import EmailMessage
    from pathlib import Path

    from feedback_api.settings import Settings

TIMEOUT = 20.0  # seconds


class MailTemporary(Exception):
    """Not sent; a later try may succeed. `args[0]` is a short reason without addresses."""


class MailPermanent(Exception):
    """Not sent; the server refused it for good."""


class Mailer(Protocol):
    """Sends one mail at a time."""

    def send(self, message: EmailMessage) -> None:
        """:raises MailTemporary, MailPermanent: when it did not leave."""


class SmtpMailer:
    """SMTP by URL: smtp://, smtp+starttls:// or smtps://, with user:password@ where needed. Certificates are checked."""

    def __init__(self, url: str, context: ssl.SSLContext | None = None) -> None:
        parts = urlsplit(url)
        self._scheme = parts.scheme
        self._host = parts.hostname or ""
        self._port = parts.port or {"smtps": 465, "smtp+starttls": 587}.get(parts.scheme, 25)
        self._user = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password or "")
        self._context = context or ssl.create_default_context()

    def send(self, message: EmailMessage) -> None:
        try:
            with self._connect() as server:
                if self._scheme == "smtp+starttls":
                    server.starttls(context=self._context)
                if self._user:
                    server.login(self._user, self._password)
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            self._refused(max(codes, default=450), error)
        except smtplib.SMTPAuthenticationError as error:
            # A wrong password is the operator's to mend; the mail itself is fine.
            raise MailTemporary(f"login {error.smtp_code}") from error
        except smtplib.SMTPResponseException as error:
            self._refused(error.smtp_code, error)
        except (smtplib.SMTPException, OSError) as error:
            raise MailTemporary(type(error).__name__) from error

    def _connect(self) -> smtplib.SMTP:
        if self._scheme == "smtps":
            return smtplib.SMTP_SSL(self._host, self._port, timeout=TIMEOUT, context=self._context)
        return smtplib.SMTP(self._host, self._port, timeout=TIMEOUT)

    @staticmethod
    def _refused(code: int, error: Exception) -> None:
        if 500 <= code < 600:
            raise MailPermanent(f"refused {code}") from error
        raise MailTemporary(f"deferred {code}") from error


class EmlMailer:
    """Writes each mail as a file `<Message-ID>.eml`: the twin for development, read by any mail program."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, message: EmailMessage) -> None:
        name = str(message["Message-ID"]).strip("<>").partition("@")[0]
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            draft = self._folder / f".{name}.part"
            draft.write_bytes(bytes(message))
            draft.replace(self._folder / f"{name}.eml")
        except OSError as error:
            raise MailTemporary(type(error).__name__) from error


def make_mailer(settings: Settings) -> Mailer:
    """The mailer that the settings ask for."""
    return SmtpMailer(settings.smtp_url) if settings.smtp_url else EmlMailer(settings.mail_dir)
