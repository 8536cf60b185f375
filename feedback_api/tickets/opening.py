"""Opens tickets, and hands out the secrets with which citizens read them."""

from __future__ import annotations

import hmac
from datetime import timedelta
from typing import TYPE_CHECKING

from feedback_api import logs, outbox, privacy, texts_vi
from feedback_api import text as text_rules
from feedback_api.conversations import repository as conversations
from feedback_api.conversations.drafts import contact_of
from feedback_api.errors import DeskError
from feedback_api.models import Audience, Author, EventKind, Ticket, TicketAccessToken, utc_now
from feedback_api.policy import policy_of
from feedback_api.tickets import codes, contacts, events, mapping, repository
from feedback_api.tickets.lifecycle import Status
from feedback_api.tickets.views import OpenedTicket
from feedback_api.tokens import hash_body, hash_token, new_token

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from feedback_api.models import Conversation
    from feedback_api.rate_limits import Limiter
    from feedback_api.tickets.views import CitizenTicketRow, TicketRequest
    from feedback_api.workhours.calendar import Calendar, Slot

ACKNOWLEDGEMENT = "ticket_opened"
MINE_AT_MOST = 50


def open_ticket(session: Session, request: TicketRequest, idempotency_key: str) -> OpenedTicket:
    """Opens a ticket with its event and, where there is an address with budget left, the acknowledgement's outbox row.

    A replay of the key gives the same code and a fresh secret.

    :raises DeskError: 422 empty_text, text_too_long, contact_missing, bad_phone, bad_email, bad_reach_by, no_consent,
        bad_slot; 409 same_key_other_body.
    """
    scope = f"ticket:{request.conversation.id}" if request.conversation else f"ticket:{request.channel}"
    fingerprint = hash_body(
        request.text,
        request.name,
        request.phone,
        request.email,
        request.reach_by,
        request.topic,
        request.entry_id,
        *([request.callback_slot] if request.callback_slot else []),
    )
    result, first = events.once(session, scope, idempotency_key, fingerprint)
    if not first:
        known = repository.by_code(session, result["code"])
        assert known is not None
        return OpenedTicket(known.code, mint_access(session, known), replayed=True)
    ticket = _new_ticket(session, request)
    opened = events.write(
        session, ticket, EventKind.OPENED, Audience.CITIZEN, by=Author.CITIZEN, text=ticket.summary
    )
    if (
        ticket.email
        and outbox.sent_today(session, ticket.email, ACKNOWLEDGEMENT) < policy_of(session).ack_mails_per_day
    ):
        outbox.enqueue(session, ACKNOWLEDGEMENT, ticket, opened)
    if request.conversation:
        conversations.delete_draft(session, request.conversation.id)
    events.keep(session, scope, idempotency_key, {"code": ticket.code})
    logs.event(
        "ticket_opened", ticket=ticket.code, channel=ticket.channel, group=ticket.group, topic=ticket.topic
    )
    return OpenedTicket(ticket.code, mint_access(session, ticket), replayed=False)


def checked_text(typed: str) -> str:
    """What a citizen wrote, cleaned and masked.

    :raises DeskError: 422 empty_text, text_too_long.
    """
    cleaned = text_rules.clean(typed)
    if not text_rules.has_words(cleaned):
        raise DeskError(texts_vi.EMPTY_TEXT, 422, "empty_text")
    if len(cleaned) > text_rules.TICKET_LIMIT:
        raise DeskError(texts_vi.TEXT_TOO_LONG.format(limit=text_rules.TICKET_LIMIT), 422, "text_too_long")
    return privacy.mask(cleaned).text


def mint_access(session: Session, ticket: Ticket, life: timedelta | None = None) -> str:
    """A new secret for `ticket`, for `life` or as long as the policy says; earlier ones stay valid until they expire."""
    secret = new_token()
    now = utc_now()
    expires = now + (life or timedelta(days=policy_of(session).access_days))
    session.add(
        TicketAccessToken(
            ticket_id=ticket.id, token_hash=hash_token(secret), created_at=now, expires_at=expires
        )
    )
    session.flush()
    return secret


def revoke_access(session: Session, ticket: Ticket) -> None:
    """Makes all secrets of `ticket` worthless."""
    repository.revoke_secrets(session, ticket.id, utc_now())


def find_for_citizen(session: Session, code: str, secret: str) -> Ticket:
    """The ticket of a code and one of its secrets.

    One look-up by the secret's hash whatever was typed, then a comparison in constant time: a wrong code, a wrong
    secret and an expired one all look and last the same.

    :raises DeskError: 404 ticket_not_found.
    """
    ticket = repository.by_secret_hash(session, hash_token(secret.strip()), utc_now())
    wanted = codes.normalise(code) or ""
    found = ticket.code if ticket else "VS-----------"
    if not hmac.compare_digest(wanted, found) or ticket is None:
        raise not_found()
    return ticket


def open_by_secret(session: Session, limiter: Limiter, address: str, code: str, secret: str) -> Ticket:
    """`find_for_citizen` with the limit on wrong guesses per address.

    :raises DeskError: 404 ticket_not_found, 429 too_many.
    """
    limiter.guard_guess("ticket", address)
    try:
        return find_for_citizen(session, code, secret)
    except DeskError:
        limiter.guess_failed("ticket", address)
        raise


def find_for_conversation(session: Session, conversation: Conversation, code: str) -> Ticket:
    """A ticket that was opened from this conversation.

    :raises DeskError: 404 ticket_not_found, also for tickets of others.
    """
    wanted = codes.normalise(code)
    ticket = repository.by_code(session, wanted) if wanted else None
    if ticket is None or ticket.conversation_id != conversation.id:
        raise not_found()
    return ticket


def tickets_of_conversation(session: Session, conversation: Conversation) -> list[CitizenTicketRow]:
    """Tickets opened from this conversation, youngest first."""
    return [mapping.citizen_row(ticket) for ticket in repository.of_conversation(session, conversation.id)]


def tickets_of_subject(session: Session, subject: str) -> list[CitizenTicketRow]:
    """Tickets that a signed-in person opened, youngest first.

    :param subject: the hash of `identity.host_token`.
    """
    return [mapping.citizen_row(ticket) for ticket in repository.of_subject(session, subject, MINE_AT_MOST)]


def find_for_subject(session: Session, subject: str, code: str) -> Ticket:
    """A signed-in person's own ticket.

    :raises DeskError: 404 ticket_not_found, also for tickets of others.
    """
    wanted = codes.normalise(code)
    ticket = repository.by_code(session, wanted) if wanted else None
    if ticket is None or ticket.subject is None or not hmac.compare_digest(ticket.subject, subject):
        raise not_found()
    return ticket


def not_found() -> DeskError:
    """The one answer to unknown and forbidden."""
    return DeskError(texts_vi.TICKET_NOT_FOUND, 404, "ticket_not_found")


def _new_ticket(session: Session, request: TicketRequest) -> Ticket:
    draft = contact_of(session, request.conversation) if request.conversation else (None, None)
    contact = contacts.checked(request, draft)
    policy = policy_of(session)
    route = policy.routing.route(request.topic, request.channel)
    now = utc_now()
    slot = _slot(request, policy.calendar, now)
    ticket = Ticket(
        code=_free_code(session),
        status=Status.NEW.value,
        version=0,
        channel=request.channel,
        topic=request.topic or "khac",
        group=route.group,
        priority=route.priority,
        summary=checked_text(request.text),
        entry_id=request.entry_id,
        name=contact.name,
        phone=contact.phone,
        email=contact.email,
        reach_by=request.reach_by,
        consent_version=request.consent_version[:20],
        conversation_id=request.conversation.id if request.conversation else None,
        opened_at=now,
        updated_at=now,
        subject=request.conversation.subject if request.conversation else None,
        callback_from=slot.starts_at if slot else None,
        callback_until=slot.ends_at if slot else None,
        # Nobody answers at night: what falls due then is due an hour after people come back.
        due_at=slot.ends_at if slot else policy.calendar.at_work(now + timedelta(hours=route.hours)),
    )
    session.add(ticket)
    session.flush()
    return ticket


def _slot(request: TicketRequest, calendar: Calendar, now: datetime) -> Slot | None:
    if not request.callback_slot:
        return None
    slot = calendar.slot(request.callback_slot, now) if request.reach_by == "phone" else None
    if slot is None:
        raise DeskError(texts_vi.BAD_SLOT, 422, "bad_slot")
    return slot


def _free_code(session: Session) -> str:
    # 40 random bits: a collision is rare, so a look before the insert is enough; the unique index has the last word.
    while repository.code_taken(session, code := codes.new_code()):
        pass
    return code
