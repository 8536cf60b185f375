"""What the desk itself says when the bot can't; pure. Also turns the bot's reply into the messages that are stored.

It says nothing that is not in the chosen entry or in `texts_vi`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from feedback_api import texts_vi

if TYPE_CHECKING:
    from feedback_api.clients.rasa_client import BotReply
    from feedback_api.clients.search_client import SearchResult

Option = dict[str, str]  # {"title", "payload"} or {"title", "href"}
PERSON: Option = {"title": texts_vi.PERSON_OPTION, "href": texts_vi.PERSON_HREF}
STATUS: Option = {"title": texts_vi.STATUS_OPTION, "href": texts_vi.STATUS_HREF}
SOLVED: tuple[Option, ...] = (
    {"title": texts_vi.SOLVED_OPTION, "payload": "/affirm"},
    {"title": texts_vi.NOT_SOLVED_OPTION, "payload": "/deny"},
)


@dataclass(frozen=True, slots=True)
class Said:
    """One message of the bot before it is stored."""

    text: str
    card: dict[str, Any] | None = None
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of a question, as stored with the turn."""

    outcome: str
    entry_id: str | None = None
    hits: tuple[dict[str, Any], ...] = ()
    generation: str | None = None
    ms: float = 0.0


@dataclass(frozen=True, slots=True)
class BotTurn:
    """All that the bot says in one turn; `result` is None for small talk and forms.

    `feedback`: (entry id, reason) when the citizen said why an answer did not help. `to_person`: the desk's own words
    send the citizen to a person (the bot says itself when people work).
    """

    said: tuple[Said, ...]
    result: Result | None = None
    ticket_code: str | None = None
    feedback: tuple[str, str] | None = None
    to_person: bool = False


def from_bot(reply: BotReply) -> BotTurn:
    """The bot's own reply. All its buttons go below its last message, the only one whose options are valid."""
    card = _card(reply.card)
    buttons = tuple(
        {"title": item.title, "payload": item.payload} for _, items in reply.texts for item in items
    )
    last = len(reply.texts) - 1
    said = tuple(
        Said(text, card if number == 0 else None, buttons if number == last else ())
        for number, (text, _) in enumerate(reply.texts)
    )
    told = reply.outcome
    result = Result(told.status, told.entry_id, tuple(told.hits), told.generation, told.ms) if told else None
    return BotTurn(said, result, reply.ticket_code, reply.feedback)


def from_search(found: SearchResult) -> BotTurn:
    """What search found, for a turn in which the bot was silent: outcome `error_bot`, with all hits."""
    hits = tuple({"id": hit["id"], "score": hit["score"]} for hit in found.hits)
    best = found.hits[0] if found.hits else None
    if found.decision == "answer" and best:
        said = Said(best["answer"], _card(best), SOLVED)
    elif found.decision == "clarify":
        said = Said(texts_vi.CLARIFY, None, _choices(found.hits[:4]))
    elif found.decision == "needs_person":
        said = Said(texts_vi.NEEDS_PERSON, _card(best))
    else:
        said = Said(texts_vi.ABSTAIN)
    entry = best["id"] if best and said.card else None
    result = Result("error_bot", entry, hits, found.generation, found.ms)
    return BotTurn((said,), result, to_person=found.decision not in {"answer", "clarify"})


def from_entry(entry: dict[str, Any]) -> BotTurn:
    """A chosen entry, for a turn in which the bot was silent."""
    said = Said(entry["answer"], _card(entry), SOLVED)
    return BotTurn((said,), Result("error_bot", entry["id"], ({"id": entry["id"], "score": None},)))


def from_payload(payload: str) -> BotTurn:
    """What a button means without the bot; `/choose_entry` is not handled here."""
    name = payload.partition("{")[0]
    said = {
        "/none_of_these": Said(texts_vi.ABSTAIN),
        "/wants_person": Said(texts_vi.WANTS_PERSON),
        "/new_ticket": Said(texts_vi.WANTS_PERSON),
        "/ticket_status": Said(texts_vi.TICKET_STATUS, options=(STATUS,)),
        "/affirm": Said(texts_vi.GLAD),
        "/deny": Said(texts_vi.SORRY),
        "/cancel": Said(texts_vi.CANCELLED),
    }.get(name, Said(texts_vi.HELP))
    return BotTurn((said,), Result("error_bot"), to_person=PERSON["title"] in said.text)


def all_down() -> BotTurn:
    """Neither bot nor search answers: a ticket and the hotline are left."""
    return BotTurn((Said(texts_vi.ALL_DOWN),), Result("error_bot"), to_person=True)


def only_symbols() -> BotTurn:
    """Emoji or signs alone: asked for words, no search."""
    return BotTurn((Said(texts_vi.ONLY_SYMBOLS),))


def chosen_entry(payload: str) -> str | None:
    """The entry id of `/choose_entry{"entry_id": "ID"}`, or None for every other payload."""
    name, _, rest = payload.partition("{")
    if name != "/choose_entry":
        return None
    try:
        entry_id = json.loads("{" + rest).get("entry_id")
    except (ValueError, AttributeError):
        return None
    return entry_id if isinstance(entry_id, str) else None


def masked_notice(kinds: tuple[str, ...]) -> str:
    """Tells the citizen what was hidden."""
    names = ", ".join(texts_vi.MASKED_KINDS[kind] for kind in kinds)
    notice = texts_vi.MASKED_NOTICE.format(kinds=names)
    return f"{notice} {texts_vi.OTP_WARNING}" if "otp" in kinds else notice


def with_person(turn: BotTurn) -> BotTurn:
    """`turn` with the way to a person, and to the ticket when one was opened, below its last message. A way that
    the bot has offered under the same words is not offered again.
    """
    *first, last = turn.said
    # The page of a ticket opens to the conversation's own cookie, so its address needs no secret.
    ticket = {"title": texts_vi.STATUS_OPTION, "href": f"/tickets/{turn.ticket_code}"}
    extra = [*([ticket] if turn.ticket_code else []), PERSON]
    offered = {option["title"] for option in last.options}
    options = (*last.options, *(option for option in extra if option["title"] not in offered))
    return replace(turn, said=(*first, replace(last, options=options)))


def with_hours(turn: BotTurn, away: str | None) -> BotTurn:
    """`turn` with the sentence `away` (when people work) after its last message; unchanged while they work."""
    *first, last = turn.said
    return replace(turn, said=(*first, replace(last, text=f"{last.text} {away}"))) if away else turn


def _choices(hits: tuple[dict[str, Any], ...]) -> tuple[Option, ...]:
    choices: list[Option] = [
        {"title": hit["question"], "payload": "/choose_entry" + json.dumps({"entry_id": hit["id"]})}
        for hit in hits
    ]
    return (*choices, {"title": texts_vi.NONE_OPTION, "payload": "/none_of_these"})


def _card(entry: dict[str, Any] | None) -> dict[str, Any] | None:
    return {key: value for key, value in entry.items() if key != "score"} if entry else None
