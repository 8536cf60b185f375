"""The two short transactions of a turn. Neither makes an outside call; each is run in the thread pool by `service`.

Transaction 1 stores what the citizen said (masked), transaction 2 what the bot said and the outcome.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from feedback_api import logs, privacy, texts_vi
from feedback_api.conversations import order, replies, repository, to_ticket
from feedback_api.conversations.drafts import contact_shown, keep_contact
from feedback_api.conversations.questions import RESOLVABLE, unresolved_question
from feedback_api.conversations.views import message_view
from feedback_api.errors import DeskError
from feedback_api.models import Answer, Author, Conversation, Message, Owner, utc_now
from feedback_api.tokens import hash_token, new_token

if TYPE_CHECKING:
    from datetime import timedelta

    from sqlalchemy.orm import Session

    from feedback_api.conversations.replies import BotTurn
    from feedback_api.conversations.views import MessageView
    from feedback_api.identity.caller import Caller


@dataclass(frozen=True, slots=True)
class Typed:
    """A citizen's input after cleaning: `text` (not masked yet) or the id of an `option`.

    `holder` is a random name of this turn, for the lease; `caller` is who is signed in.
    """

    client_id: str
    text: str | None
    option: str | None
    holder: str
    caller: Caller


@dataclass(frozen=True, slots=True)
class Started:
    """What transaction 1 leaves for the rest of the turn.

    `waiting`: another process has the conversation's turn, nothing was stored; ask again. `done`: nobody needs to be
    asked: the turn is a repeat (`replayed`), or it went to the agent who owns the conversation. `earlier`: what agents
    said since the citizen's message before.
    """

    token: str
    conversation_id: int
    sender: str
    turn_id: int
    said: str
    payload: str | None
    holder: str
    phone_shown: str | None = None
    email_shown: str | None = None
    pending_question: str | None = None
    done: tuple[MessageView, ...] = ()
    earlier: tuple[MessageView, ...] = ()
    replayed: bool = False
    waiting: bool = False
    ticket_code: str | None = None
    with_agent: bool = False


@dataclass(frozen=True, slots=True)
class Finished:
    """What transaction 2 made: everything said in the turn, the ticket's code if one is true, and who answers now."""

    messages: tuple[MessageView, ...]
    earlier: tuple[MessageView, ...]
    ticket_code: str | None
    with_agent: bool


def begin(session: Session, token: str | None, typed: Typed, lease: timedelta) -> Started:
    """Transaction 1.

    :param lease: how long this turn may keep the conversation's next turn waiting.
    :raises DeskError: 409 when the option does not belong to the latest bot message.
    """
    token, conversation = _conversation(session, token, typed.caller)
    known = repository.by_client_id(session, conversation.id, typed.client_id)
    turn = repository.turn_messages(session, known) if known else []
    # Rows of the bot, or the mark of the ticket it was passed on to, say that the turn was finished; without them a
    # crash came between, and the turn is taken up again.
    if known and (known.ticket_code or any(item.author == Author.BOT.value for item in turn)):
        order.leave(session, typed.holder)
        return _done(session, conversation, token, known, turn, replayed=True)
    if not order.take(session, conversation, typed.holder, lease):
        return Started(
            token, conversation.id, conversation.bot_sender, 0, "", None, typed.holder, waiting=True
        )
    pending = unresolved_question(session, conversation)
    message = known or _store_citizen(session, conversation, typed)
    conversation.last_seen_at = utc_now()
    if to_ticket.pass_on(session, conversation, message):
        order.give_back(conversation, typed.holder)
        turn = repository.turn_messages(session, message)
        return _done(session, conversation, token, message, turn, replayed=False)
    phone, email = contact_shown(session, conversation)
    return Started(
        token=token,
        conversation_id=conversation.id,
        sender=conversation.bot_sender,
        turn_id=message.id,
        said=message.text,
        payload=message.payload,
        holder=typed.holder,
        phone_shown=phone,
        email_shown=email,
        pending_question=pending,
    )


def finish(session: Session, started: Started, turn: BotTurn) -> Finished:
    """Transaction 2: the bot's messages and the outcome, unless an agent took the conversation in the meantime."""
    conversation = repository.lock(session, started.conversation_id)
    citizen = session.get(Message, started.turn_id)
    if conversation is None or citizen is None:  # cleared by the citizen while the bot was thinking
        raise DeskError(texts_vi.UNKNOWN_CONVERSATION, 404, "unknown_conversation")
    order.give_back(conversation, started.holder)
    stored = repository.turn_messages(session, citizen)
    if citizen.ticket_code or any(item.author == Author.BOT.value for item in stored):
        return _finished(session, conversation, stored, None)
    # A ticket that the bot opened in this turn must be told of whoever owns the conversation by now.
    if turn.ticket_code is None and to_ticket.pass_on(session, conversation, citizen):
        logs.event("bot_kept_quiet", conversation=conversation.id)
        return _finished(session, conversation, repository.turn_messages(session, citizen), None)
    turn = replies.with_person(_only_true_codes(session, started, turn))
    if turn.to_person:
        turn = replies.with_hours(turn, to_ticket.people_away(session))
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
    if turn.feedback:
        repository.note_reason(session, started.conversation_id, *turn.feedback)
    session.flush()
    return _finished(session, conversation, stored, turn.ticket_code)


def release(session: Session, started: Started) -> None:
    """Ends a turn that came to nothing, so that the next one need not wait."""
    conversation = repository.lock(session, started.conversation_id)
    if conversation is not None:
        order.give_back(conversation, started.holder)


def _conversation(session: Session, token: str | None, caller: Caller) -> tuple[str, Conversation]:
    """The cookie's conversation, locked; a new one where there is none, or where it is another signed-in person's."""
    found = repository.by_token_hash(session, hash_token(token), locked=True) if token else None
    if token is None or found is None or not caller.may_use(found.subject):
        token = new_token()
        found = Conversation(token_hash=hash_token(token), bot_sender=f"b-{secrets.token_hex(8)}")
        session.add(found)
    if caller.subject and found.subject is None:
        found.subject = caller.subject
        if found.id is not None:
            repository.claim_tickets(session, found.id, caller.subject)
    session.flush()
    return token, found


def _done(
    session: Session,
    conversation: Conversation,
    token: str,
    citizen: Message,
    turn: list[Message],
    *,
    replayed: bool,
) -> Started:
    return Started(
        token=token,
        conversation_id=conversation.id,
        sender=conversation.bot_sender,
        turn_id=citizen.id,
        said=citizen.text,
        payload=citizen.payload,
        holder="",
        done=tuple(message_view(item) for item in turn),
        earlier=_earlier(session, citizen),
        replayed=replayed,
        ticket_code=next((item.ticket_code for item in turn if item.author == Author.BOT.value), None),
        with_agent=_with_agent(conversation),
    )


def _finished(
    session: Session, conversation: Conversation, stored: list[Message], code: str | None
) -> Finished:
    messages = tuple(message_view(item) for item in stored)
    return Finished(messages, _earlier(session, stored[0]), code, _with_agent(conversation))


def _earlier(session: Session, citizen: Message) -> tuple[MessageView, ...]:
    said = repository.said_between(session, citizen.conversation_id, citizen.id)
    return tuple(message_view(item) for item in said)


def _with_agent(conversation: Conversation) -> bool:
    return conversation.owner == Owner.AGENT.value


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
