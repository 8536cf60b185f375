"""The two short transactions of a turn. Neither makes an outside call; each is run in the thread pool by `service`.

Transaction 1 stores what the citizen said (masked), transaction 2 what the bot said and the outcome.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from feedback_api import logs, privacy, texts_vi
from feedback_api.conversations import replies, repository
from feedback_api.conversations.drafts import contact_shown, keep_contact
from feedback_api.conversations.questions import RESOLVABLE, unresolved_question
from feedback_api.conversations.views import message_view
from feedback_api.errors import DeskError
from feedback_api.models import Answer, Author, Conversation, Message, Owner, utc_now
from feedback_api.tokens import hash_token, new_token

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from feedback_api.conversations.replies import BotTurn
    from feedback_api.conversations.views import MessageView


@dataclass(frozen=True, slots=True)
class Typed:
    """A citizen's input after cleaning: `text` (not masked yet) or the id of an `option`."""

    client_id: str
    text: str | None
    option: str | None


@dataclass(frozen=True, slots=True)
class Started:
    """What transaction 1 leaves for the rest of the turn. `message` is what the bot gets; None when it has nothing to say."""

    token: str
    conversation_id: int
    sender: str
    turn_id: int
    said: str
    payload: str | None
    quiet: bool
    phone_shown: str | None
    email_shown: str | None
    pending_question: str | None
    done: tuple[MessageView, ...] = ()
    ticket_code: str | None = None


def begin(session: Session, token: str | None, typed: Typed) -> Started:
    """Transaction 1.

    :raises DeskError: 409 when the option does not belong to the latest bot message.
    """
    conversation = _conversation(session, token)
    if conversation is None:
        token = new_token()
        conversation = Conversation(token_hash=hash_token(token), bot_sender=f"b-{secrets.token_hex(8)}")
        session.add(conversation)
        session.flush()
    assert token is not None
    known = repository.by_client_id(session, conversation.id, typed.client_id)
    pending = unresolved_question(session, conversation)
    message = known or _store_citizen(session, conversation, typed)
    conversation.last_seen_at = utc_now()
    turn = repository.turn_messages(session, message) if known else []
    # Rows of the bot say that the turn was finished; without them a crash came between, and the turn is taken up again.
    finished = any(item.author == Author.BOT.value for item in turn)
    phone, email = contact_shown(session, conversation)
    return Started(
        token=token,
        conversation_id=conversation.id,
        sender=conversation.bot_sender,
        turn_id=message.id,
        said=message.text,
        payload=message.payload,
        quiet=conversation.owner == Owner.AGENT.value,
        phone_shown=phone,
        email_shown=email,
        pending_question=pending,
        done=tuple(message_view(item) for item in turn) if finished else (),
        ticket_code=next((item.ticket_code for item in turn if item.ticket_code), None),
    )


def finish(
    session: Session, started: Started, turn: BotTurn | None
) -> tuple[tuple[MessageView, ...], str | None]:
    """Transaction 2: the bot's messages and the outcome; everything said in the turn, and the ticket's code if one is true."""
    citizen = session.get(Message, started.turn_id)
    if citizen is None:  # the citizen cleared the conversation while the bot was thinking
        raise DeskError(texts_vi.UNKNOWN_CONVERSATION, 404, "unknown_conversation")
    stored = repository.turn_messages(session, citizen)
    if turn is None or any(item.author == Author.BOT.value for item in stored):
        return tuple(message_view(item) for item in stored), None
    turn = replies.with_person(_only_true_codes(session, started, turn))
    for said in turn.said:
        stored.append(
            Message(
                conversation_id=started.conversation_id,
                turn_id=started.turn_id,
                author=Author.BOT.value,
                text=said.text,
                card=said.card,
                options=[_issued(option) for option in said.options],
                masked=[],
                ticket_code=turn.ticket_code,
            )
        )
        session.add(stored[-1])
        session.flush()  # one by one: ids in the order in which things were said
    if turn.result:
        told = turn.result
        session.add(
            Answer(
                conversation_id=started.conversation_id,
                turn_id=started.turn_id,
                outcome=told.outcome,
                entry_id=told.entry_id,
                hits=list(told.hits),
                generation=told.generation,
                ms=told.ms,
            )
        )
    session.flush()
    return tuple(message_view(item) for item in stored), turn.ticket_code


def _conversation(session: Session, token: str | None) -> Conversation | None:
    return repository.by_token_hash(session, hash_token(token)) if token else None


def _store_citizen(session: Session, conversation: Conversation, typed: Typed) -> Message:
    """The citizen's message, masked, and below it the notice of what was hidden."""
    payload, found = None, privacy.mask(typed.text or "")
    if typed.option is not None:
        option = _chosen(session, conversation, typed.option)
        payload, found = option["payload"], privacy.Masked(option["title"], ())
    message = Message(
        conversation_id=conversation.id,
        author=Author.CITIZEN.value,
        text=found.text,
        masked=list(found.kinds),
        options=[],
        payload=payload,
        client_id=typed.client_id,
    )
    session.add(message)
    session.flush()
    keep_contact(session, conversation, found)
    if found.kinds:
        session.add(
            Message(
                conversation_id=conversation.id,
                turn_id=message.id,
                author=Author.SYSTEM.value,
                text=replies.masked_notice(found.kinds),
                masked=[],
                options=[],
            )
        )
        session.flush()
    return message


def _chosen(session: Session, conversation: Conversation, option_id: str) -> dict[str, str]:
    """The option of the latest bot message; a yes or no about an answer is noted with that answer."""
    latest = repository.latest_bot_message(session, conversation.id)
    options = latest.options if latest else []
    option = next((item for item in options if item.get("id") == option_id and "payload" in item), None)
    if option is None or latest is None:
        raise DeskError(texts_vi.STALE_OPTION, 409, "stale_option")
    if option["payload"] in {"/affirm", "/deny"} and latest.turn_id:
        answer = repository.answer_of_turn(session, latest.turn_id)
        if answer is not None and answer.outcome in RESOLVABLE and answer.entry_id:
            answer.resolved = option["payload"] == "/affirm"
    return option


def _only_true_codes(session: Session, started: Started, turn: BotTurn) -> BotTurn:
    """A code is shown only when its ticket is stored and of this conversation (DESIGN: a code that is true)."""
    if turn.ticket_code is None or repository.ticket_belongs(
        session, started.conversation_id, turn.ticket_code
    ):
        return turn
    logs.event("untrue_code", conversation=started.conversation_id)
    return replies.all_down()


def _issued(option: dict[str, str]) -> dict[str, str]:
    return option if "href" in option else {"id": f"o-{secrets.token_hex(4)}", **option}
