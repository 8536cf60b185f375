"""Outbox row -> EmailMessage. Refuses events that are not for citizens: a note can't leave, whatever went wrong before."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from feedback_api import texts_vi
from feedback_api.models import Audience, TicketEvent, utc_now

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from feedback_api.models import OutboxMail, Ticket

TEMPLATES = Path(__file__).parent / "templates"


class NotForCitizens(Exception):
    """A mail would have told of an internal event."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who mails: `address` is 'Name <address>', `public_url` the desk's address that citizens reach."""

    address: str
    public_url: str

    @property
    def domain(self) -> str:
        """The right half of Message-IDs."""
        return (
            parseaddr(self.address)[1].rpartition("@")[2] or urlsplit(self.public_url).hostname or "localhost"
        )


def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )


def render(session: Session, mail: OutboxMail, ticket: Ticket, secret: str, sender: Sender) -> EmailMessage:
    """The mail of an outbox row. The secret is only in the link's fragment, which browsers send to no server.

    :raises NotForCitizens: when the row points at an event without audience `citizen`.
    """
    text = citizen_text(session, mail)
    values = {
        "code": ticket.code,
        "text": text,
        "link": f"{sender.public_url}/tickets/status#{ticket.code}.{secret}",
        "hotline": texts_vi.HOTLINE,
    }
    environment = _environment()

    def part(name: str) -> str:
        return environment.get_template(f"{mail.template}/{name}").render(values).strip()

    message = EmailMessage()
    message["From"] = sender.address
    message["To"] = mail.recipient
    message["Subject"] = " ".join(part("subject.txt").split())
    message["Date"] = format_datetime(utc_now())
    # The same for every attempt, so that a mail sent twice can be recognised.
    message["Message-ID"] = f"<{ticket.code}.{mail.id}@{sender.domain}>"
    # Replies of one ticket are shown as one thread.
    message["References"] = f"<{ticket.code}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message["Precedence"] = "bulk" if mail.template == "ticket_opened" else "list"
    message.set_content(part("body.txt") + "\n")
    message.add_alternative(part("body.html") + "\n", subtype="html")
    return message


def citizen_text(session: Session, mail: OutboxMail) -> str | None:
    """The agent's words that the mail carries, or None.

    :raises NotForCitizens: see `render`.
    """
    if mail.template == "ticket_opened" or mail.event_id is None:
        return None  # no echo of what a stranger may have typed under someone's address
    event = session.get_one(TicketEvent, mail.event_id)
    answer_id = event.data.get("answer")
    if answer_id is not None:
        event = session.get_one(TicketEvent, answer_id)
    if event.audience != Audience.CITIZEN.value or event.ticket_id != mail.ticket_id:
        raise NotForCitizens
    return event.text
