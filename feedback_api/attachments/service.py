"""Takes a clean picture into a ticket's thread, and gives it to those who may read the ticket."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from feedback_api import logs, texts_vi
from feedback_api.attachments import repository
from feedback_api.errors import DeskError
from feedback_api.models import Attachment, Audience, EventKind
from feedback_api.tickets import citizen_side, events
from feedback_api.tickets import repository as tickets
from feedback_api.tokens import hash_body

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from feedback_api.attachments.images import Picture
    from feedback_api.models import Agent, Ticket


def attach(session: Session, ticket: Ticket, picture: Picture, key: str, at_most: int) -> int:
    """The picture into the thread, as words of the citizen are; the event's id. A replay of the key gives the first one.

    :param at_most: pictures a ticket may have.
    :raises DeskError: 409 too_many_files, illegal_move (merged, spam), same_key_other_body.
    """
    scope = f"attach:{ticket.id}"
    result, first = events.once(session, scope, key, hash_body(picture.content.hex()))
    if not first:
        return int(result["event_id"])
    tickets.lock(session, ticket)
    if repository.count(session, ticket.id) >= at_most:
        raise DeskError(texts_vi.TOO_MANY_FILES.format(number=at_most), 409, "too_many_files")
    event = citizen_side.add_event(session, ticket, EventKind.ATTACHED, None)
    session.add(
        Attachment(
            ticket_id=ticket.id,
            event_id=event.id,
            name=f"anh-{secrets.token_hex(12)}.{picture.ending}",
            kind=picture.kind,
            size=len(picture.content),
            content=picture.content,
        )
    )
    events.keep(session, scope, key, {"event_id": event.id})
    logs.event("picture_attached", ticket=ticket.code, bytes=len(picture.content))
    return event.id


def remove(session: Session, ticket: Ticket, agent: Agent, name: str) -> None:
    """Deletes a picture for good, e.g. of an identity card; thread and log say who did. A repeat changes nothing."""
    tickets.lock(session, ticket)
    if not repository.remove(session, ticket.id, name[:40]):
        return
    data = {"name": name[:40]}
    events.write(session, ticket, EventKind.PICTURE_REMOVED, Audience.CITIZEN, by=agent, data=data)
    logs.event("picture_removed", ticket=ticket.code, agent=agent.id)


def content_of(session: Session, ticket: Ticket, name: str) -> tuple[str, bytes]:
    """Content type and bytes of a ticket's picture.

    :raises DeskError: 404 not_found, also for pictures of other tickets.
    """
    found = repository.by_name(session, ticket.id, name[:40])
    if found is None:
        raise DeskError(texts_vi.HTTP_ERRORS[404], 404, "not_found")
    return found.kind, found.content
