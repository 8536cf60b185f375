"""Makes rows the way the product does: through the services."""

from __future__ import annotations

import uuid

from feedback_api.agents import service as agents
from feedback_api.tickets import service as tickets
from feedback_api.tickets.views import TicketRequest

PASSWORD = "mot-mat-khau-dai"


def make_agent(session, login="lan", role="agent", name="Nguyễn Thị Lan"):
    return agents.create_agent(session, role, name, login, PASSWORD)


def ticket_request(**changes):
    values = {
        "text": "Tôi không vào được VssID",
        "name": "Trần Văn Nam",
        "phone": None,
        "email": "nam@example.org",
        "reach_by": "email",
        "channel": "web",
        "conversation": None,
        "topic": "vssid-tai-khoan",
        "entry_id": None,
        "consent_version": "2026-11",
    }
    return TicketRequest(**{**values, **changes})


def make_ticket(session, key=None, **changes):
    """(ticket, secret)"""
    opened = tickets.open_ticket(session, ticket_request(**changes), key or str(uuid.uuid4()))
    return tickets.find_for_agent(session, opened.code), opened.secret


def say(client, text=None, option=None, client_id=None):
    body = {"text": text} if text is not None else {"option": option}
    return client.post("/v1/messages", json={**body, "client_id": client_id or str(uuid.uuid4())})
