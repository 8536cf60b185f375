"""What a citizen writes while an agent owns the conversation: into the ticket's thread, in the message's own transaction.

The citizen is told where it went, and outside working hours when people read it; once, not after every line. Who has
waited too long for the agent's answer is answered by the bot in the meantime.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from feedback_api import logs, texts_vi
from feedback_api.conversations import repository
from feedback_api.models import Author, Message, Owner, utc_now
from feedback_api.policy import policy_of
from feedback_api.tickets import citizen_side, waiting
from feedback_api.workhours.calendar import moment_said

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from feedback_api.models import Conversation

TELL_AGAIN = timedelta(hours=4)


def pass_on(session: Session, conversation: Conversation, message: Message) -> bool:
    """Puts `message` (masked) into the thread of the owner's ticket; False when the bot is to answer it.

    `message.ticket_code` says from then on that it was passed on and that nobody else answers.
    """
    if conversation.owner != Owner.AGENT.value or conversation.owner_ticket is None:
        return False
    code = conversation.owner_ticket
    ticket = repository.ticket_of(session, conversation.id, code)
    if repository.stood_in(session, message.id, code):
        message.ticket_code = code  # in the thread already; while the bot was thinking the agent came back
        session.flush()
        return True
    silent = ticket is not None and waiting.agent_is_silent(session, ticket)
    if ticket is None or not citizen_side.take_words(session, ticket, message.text):
        # The ticket is gone or takes no words any more: nobody would read them, so the bot answers again.
        repository.swap_owner(session, conversation.id, given_back_by=code)
        return False
    if silent:
        _stand_in(session, conversation, message, code)
        return False
    message.ticket_code = code
    now = utc_now()
    told = repository.last_told(session, conversation.id)
    if told is None or told.author != Author.SYSTEM.value or told.created_at < now - TELL_AGAIN:
        session.add(
            Message(
                conversation_id=conversation.id,
                turn_id=message.id,
                author=Author.SYSTEM.value,
                text=where_it_went(session, code),
                masked=[],
                options=[],
                ticket_code=code,
            )
        )
    session.flush()
    return True


def _stand_in(session: Session, conversation: Conversation, message: Message, code: str) -> None:
    """The bot answers until the agent's next answer takes the conversation again; the words are in the thread."""
    repository.swap_owner(session, conversation.id, given_back_by=code)
    session.add(
        Message(
            conversation_id=conversation.id,
            turn_id=message.id,
            author=Author.SYSTEM.value,
            text=texts_vi.STANDS_IN.format(code=code),
            masked=[],
            options=[{"title": texts_vi.STATUS_OPTION, "href": f"/tickets/{code}"}],
            ticket_code=code,
        )
    )
    session.flush()
    logs.event("bot_stands_in", conversation=conversation.id, ticket=code)


def people_away(session: Session) -> str | None:
    """When people read what is sent to them now; None while they work."""
    calendar, now = policy_of(session).calendar, utc_now()
    if calendar.is_open(now):
        return None
    opens, hours = calendar.next_open(now), calendar.hours_said()
    if opens is None:
        return texts_vi.AWAY.format(hours=hours)
    return texts_vi.AWAY_UNTIL.format(hours=hours, moment=moment_said(opens, now))


def where_it_went(session: Session, code: str) -> str:
    """The sentence that tells the citizen who reads the message, and when."""
    calendar, now = policy_of(session).calendar, utc_now()
    if calendar.is_open(now):
        return texts_vi.PASSED_ON.format(code=code)
    opens = calendar.next_open(now)
    hours = calendar.hours_said()
    if opens is None:
        return texts_vi.PASSED_ON_CLOSED.format(code=code, hours=hours)
    return texts_vi.PASSED_ON_UNTIL.format(code=code, hours=hours, moment=moment_said(opens, now))
