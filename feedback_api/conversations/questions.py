"""Which question of a conversation is still open: the bot offers it as a ticket's text, the form is filled with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedback_api.conversations import repository
from feedback_api.models import Outcome

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from feedback_api.models import Answer, Conversation

RESOLVABLE = frozenset({Outcome.ANSWERED.value, Outcome.NEEDS_PERSON.value, Outcome.ERROR_BOT.value})
LOOK_BACK = 12  # turns


def unresolved_question(session: Session, conversation: Conversation) -> str | None:
    """The citizen's last question (masked) that got no answer, or one that did not help; None when all is well.

    A chosen button is no question of its own: the typed question before it is taken.
    """
    open_turn = False
    for message, answer in repository.recent_questions(session, conversation.id, LOOK_BACK):
        if not open_turn:
            if is_settled(answer):
                return None
            open_turn = True
        if message.payload is None:
            return message.text
    return None


def is_settled(answer: Answer) -> bool:
    """Whether a turn left nothing to be done: a ticket was opened, or an entry was shown and not called unhelpful."""
    if answer.outcome == Outcome.HANDED_OVER.value:
        return True
    helped = answer.outcome in {Outcome.ANSWERED.value, Outcome.ERROR_BOT.value} and answer.entry_id
    return bool(helped) and answer.resolved is not False
