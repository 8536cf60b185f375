"""One turn at a time per conversation, in the order of arrival, across all processes of the desk.

A lease in the conversation's row, not a database lock: a lock would hold its connection while the bot thinks. Turns
that find the lease taken queue up in `turn_waiter`. A process that dies loses its lease and its place by the clock.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from feedback_api.conversations import repository
from feedback_api.models import TurnWaiter, utc_now

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from feedback_api.models import Conversation

WAITER_LIFE = timedelta(seconds=5)  # a waiting turn asks again far more often


def take(session: Session, conversation: Conversation, holder: str, lease: timedelta) -> bool:
    """Gives the conversation's turn to `holder` until it is given back, or `lease` is over; False: wait and ask again.

    :param conversation: its row, locked by this transaction.
    """
    now = utc_now()
    until = conversation.turn_until
    busy = conversation.turn_holder not in {None, holder} and until is not None and until > now
    mine = repository.waiter(session, holder)
    ahead = repository.waits_ahead(session, conversation.id, now, mine.id if mine else None)
    if not busy and not ahead:
        conversation.turn_holder, conversation.turn_until = holder, now + lease
        if mine:
            session.delete(mine)
        return True
    if mine is None:
        mine = TurnWaiter(conversation_id=conversation.id, holder=holder, until=now)
        session.add(mine)
    mine.until = now + WAITER_LIFE
    session.flush()
    return False


def leave(session: Session, holder: str) -> None:
    """Gives up the place of `holder` among those who wait."""
    mine = repository.waiter(session, holder)
    if mine is not None:
        session.delete(mine)


def give_back(conversation: Conversation, holder: str) -> None:
    """Ends the turn of `holder`; a lease that has passed to someone else stays theirs."""
    if conversation.turn_holder == holder:
        conversation.turn_holder = conversation.turn_until = None
