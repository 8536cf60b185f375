"""Who answers in a conversation: the bot, or the agent of one ticket. One owner at a time, changed by compare-and-set.

An agent's answer takes the conversation; the end of that ticket gives it back, and so does an agent who stays silent
for too long, until the next answer. Nothing else moves it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedback_api import logs, texts_vi
from feedback_api.conversations import repository
from feedback_api.models import Author, Message

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def give_to_agent(session: Session, conversation_id: int, code: str) -> bool:
    """Makes the agent of ticket `code` the one who answers; False when someone already does."""
    taken = repository.swap_owner(session, conversation_id, taken_by=code)
    if taken:
        logs.event("handed_over", conversation=conversation_id, ticket=code)
    return taken


def give_to_bot(session: Session, conversation_id: int, code: str, told: str | None = None) -> bool:
    """Lets the bot answer again and says so (`told`, or the usual words); False when ticket `code` does not own the conversation."""
    if not repository.swap_owner(session, conversation_id, given_back_by=code):
        return False
    session.add(
        Message(
            conversation_id=conversation_id,
            author=Author.SYSTEM.value,
            text=told or texts_vi.BACK_TO_BOT.format(code=code),
            masked=[],
            options=[{"title": texts_vi.STATUS_OPTION, "href": f"/tickets/{code}"}],
            ticket_code=code,
        )
    )
    session.flush()
    logs.event("given_back", conversation=conversation_id, ticket=code)
    return True
