"""What the bot says: search results and ticket states turned into texts, buttons and the outcome; pure.

Every number, amount and link it shows comes from the chosen entry or from `texts_vi`, never from anywhere else.
"""

import json
import re
from dataclasses import dataclass, field
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

from bot import texts_vi
from bot.facets import Question, title_of
from bot.hours import ANY, Times

Button = Dict[str, str]
CHOICES = 4
RELATED = 3
REASONS = {  # what a citizen may say of an answer that did not help: the contract's names, in the buttons' order
    "other_question": texts_vi.OTHER_QUESTION,
    "missing_step": texts_vi.MISSING_STEP,
    "unclear": texts_vi.UNCLEAR,
    "wrong_law": texts_vi.WRONG_LAW,
}
QUOTE_LIMIT = 300
_DIGITS = re.compile(r"\d(?:[ .\-]?\d){5,}")


@dataclass(frozen=True)
class Outcome:
    """How a question ended; `hits` are all candidates with their scores, also those that were not shown."""

    status: str
    entry_id: Optional[str] = None
    hits: Tuple[Dict[str, Any], ...] = ()
    generation: Optional[str] = None
    ms: float = 0

    def to_json(self) -> Dict[str, Any]:
        """The contract's `outcome`."""
        return {
            "status": self.status,
            "entry_id": self.entry_id,
            "hits": list(self.hits),
            "generation": self.generation,
            "ms": self.ms,
        }


@dataclass(frozen=True)
class Said:
    """One text with the buttons below it."""

    text: str
    buttons: Tuple[Button, ...] = ()


@dataclass(frozen=True)
class Reply:
    """One turn of an action: at least one text, and what desk stores with it."""

    said: Tuple[Said, ...]
    outcome: Optional[Outcome] = None
    card: Optional[Mapping[str, Any]] = None
    ticket_code: Optional[str] = None
    feedback: Optional[Mapping[str, str]] = None  # why an answer did not help
    quiet: bool = field(default=False)  # says something, but leaves `custom.vssid` to the action that follows

    def custom(self) -> Dict[str, Any]:
        """The contract's `custom.vssid` of this turn."""
        told = custom(self.outcome, self.card, self.ticket_code)
        if self.feedback:
            told["vssid"]["feedback"] = dict(self.feedback)
        return told


def custom(
    outcome: Optional[Outcome] = None, card: Optional[Mapping[str, Any]] = None, code: Optional[str] = None
) -> Dict[str, Any]:
    """`{"vssid": {"outcome", "card", "ticket"}}`, all null for small talk and form turns."""
    return {
        "vssid": {
            "outcome": outcome.to_json() if outcome else None,
            "card": dict(card) if card else None,
            "ticket": {"code": code} if code else None,
        }
    }


def say(text: str, *buttons: Button, outcome: Optional[Outcome] = None) -> Reply:
    """One canned text."""
    return Reply((Said(text, buttons),), outcome)


def button(title: str, intent: str, **values: str) -> Button:
    """A button that desk issues; the payload never reaches the browser."""
    return {
        "title": title,
        "payload": f"/{intent}" + (json.dumps(values, ensure_ascii=False) if values else ""),
    }


TICKET = button(texts_vi.NEW_TICKET, "new_ticket")
SOLVED = (button(texts_vi.SOLVED, "affirm"), button(texts_vi.NOT_SOLVED, "deny"))


def outcome_of(result: Mapping[str, Any], status: str, entry: Optional[Mapping[str, Any]] = None) -> Outcome:
    """The outcome of a search result (`tests/contract/search_*.json`)."""
    hits = tuple({"id": hit["id"], "score": hit["score"]} for hit in result["hits"])
    return Outcome(status, entry["id"] if entry else None, hits, result["generation"], result["ms"])


def related_ids(entry: Mapping[str, Any]) -> Tuple[str, ...]:
    """The related questions that are shown as buttons below the entry's answer."""
    return tuple(other["id"] for other in (entry.get("related") or [])[:RELATED])


def answered(entry: Mapping[str, Any], outcome: Outcome, *, in_form: bool, lead: str = "") -> Reply:
    """The entry's own answer with yes/no and related questions; inside the ticket form alone: yes would mean "send"."""
    further = [
        button(other["question"], "choose_entry", entry_id=other["id"])
        for other in (entry.get("related") or [])[:RELATED]
    ]
    # With a lead the card alone holds the answer: desk puts it below the first text.
    return Reply((Said(lead or entry["answer"], () if in_form else (*SOLVED, *further)),), outcome, entry)


def clarified(hits: Sequence[Mapping[str, Any]], outcome: Outcome, text: str = texts_vi.CLARIFY) -> Reply:
    """The candidates' questions as buttons."""
    choices = [button(hit["question"], "choose_entry", entry_id=hit["id"]) for hit in hits[:CHOICES]]
    return Reply((Said(text, (*choices, button(texts_vi.NONE_OF_THESE, "none_of_these"))),), outcome)


def ask_facet(asked: Question, outcome: Outcome) -> Reply:
    """One short question that tells the candidates apart; its values are buttons, a way out and a person below them."""
    values = [button(title_of(asked.key, value), "choose_facet", facet=value) for value, *_ in asked.values]
    below = (button(texts_vi.NONE_OF_THOSE, "none_of_these"), button(texts_vi.MEET_PERSON, "wants_person"))
    return Reply((Said(asked.text, (*values, *below)),), outcome)


def why_not(*, out_of_tries: bool) -> Reply:
    """Not solved: one tap says why. After the second miss the person comes first, and the reason is a mere wish."""
    reasons = [button(title, "why_not", reason=name) for name, title in REASONS.items()]
    if out_of_tries:
        return say(texts_vi.OFFER_PERSON + " " + texts_vi.WHY_NOT_TOO, TICKET, *reasons)
    return say(texts_vi.WHY_NOT, *reasons, TICKET)


def missed(
    outcome: Optional[Outcome], *, out_of_tries: bool, in_form: bool, first: str = texts_vi.ABSTAIN
) -> Reply:
    """No answer: the first time a hint how to ask, then a person with the ticket half written."""
    if in_form:
        return say(first, outcome=outcome)
    return say(texts_vi.OFFER_PERSON if out_of_tries else first, TICKET, outcome=outcome)


def needs_person(entry: Optional[Mapping[str, Any]], outcome: Outcome, *, in_form: bool) -> Reply:
    """Only someone who opens the citizen's file can help: a ticket, with the helpful entry if there is one."""
    buttons = () if in_form else (TICKET,)
    if entry is None:
        return Reply((Said(texts_vi.NEEDS_PERSON, buttons),), outcome)
    return Reply((Said(entry["answer"]), Said(texts_vi.NEEDS_PERSON_WITH_ENTRY, buttons)), outcome, entry)


def search_down(ms: float = 0, *, in_form: bool = False, lead: str = "") -> Reply:
    """Search does not answer: ticket and hotline remain."""
    said = (Said(texts_vi.SEARCH_DOWN, () if in_form else (TICKET,)),)
    return Reply(((Said(lead),) if lead else ()) + said, Outcome("error_search", ms=ms))


def quote(text: str) -> str:
    """The citizen's own words, shortened; long numbers are hidden, for a wrong hotline must not be shown back."""
    shown = _DIGITS.sub(lambda match: match.group() if match.group() == texts_vi.HOTLINE else "•••", text)
    return shown if len(shown) <= QUOTE_LIMIT else shown[:QUOTE_LIMIT].rstrip() + "…"


def summary(text: str, reach_by: str, contact: Optional[str], time: Optional[str] = None) -> Reply:
    """What will be sent, to confirm; `time` says when the citizen is called."""
    pattern = texts_vi.CONTACT_PHONE if reach_by == "phone" else texts_vi.CONTACT_EMAIL
    shown = pattern.format(contact=contact) if contact else texts_vi.CONTACT_UNKNOWN
    shown += f", {time}" if time else ""
    buttons = (
        button(texts_vi.SEND, "affirm"),
        button(texts_vi.CORRECT, "deny"),
        button(texts_vi.CANCEL, "cancel"),
    )
    return Reply((Said(texts_vi.SUMMARY.format(text=quote(text), contact=shown), buttons),))


def ask_reach(phone: Optional[str], email: Optional[str]) -> Reply:
    """How to reach the citizen; contacts already known (masked) are buttons."""
    buttons: List[Button] = []
    if phone:
        buttons.append(button(texts_vi.BY_PHONE.format(contact=phone), "reach_by", way="phone"))
    if email:
        buttons.append(button(texts_vi.BY_EMAIL.format(contact=email), "reach_by", way="email"))
    text = texts_vi.ASK_REACH_KNOWN if buttons else texts_vi.ASK_REACH
    return say(text, *buttons, button(texts_vi.CANCEL, "cancel"))


def ask_time(times: Times) -> Reply:
    """When to call: slots inside working hours."""
    slots = [button(title, "call_at", slot=slot) for slot, title in times]
    last = (button(texts_vi.ANY_TIME, "call_at", slot=ANY), button(texts_vi.CANCEL, "cancel"))
    return say(texts_vi.ASK_TIME, *slots, *last)


def what_to_correct(*, with_time: bool = False) -> Reply:
    """Which part of the ticket is wrong."""
    time = (button(texts_vi.CORRECT_TIME, "correct", part="time"),) if with_time else ()
    return say(
        texts_vi.WHAT_TO_CORRECT,
        button(texts_vi.CORRECT_TEXT, "correct", part="text"),
        button(texts_vi.CORRECT_REACH, "correct", part="reach"),
        *time,
        button(texts_vi.CORRECT_NOTHING, "affirm"),
        button(texts_vi.CANCEL, "cancel"),
    )


def opened(ticket: Mapping[str, Any]) -> Reply:
    """The ticket's code, which desk has committed before it answered."""
    by_phone = ticket["reach_by"] == "phone"
    pattern = texts_vi.OPENED_BY_PHONE if by_phone else texts_vi.OPENED_BY_EMAIL
    parts = [pattern.format(code=ticket["code"])]
    if ticket.get("expected"):
        parts.append(texts_vi.EXPECTED.format(expected=ticket["expected"]))
    return Reply(
        (Said(" ".join([*parts, texts_vi.KEEP_CODE])),), Outcome("handed_over"), ticket_code=ticket["code"]
    )


def tickets(found: Sequence[Mapping[str, Any]], *, in_form: bool) -> Reply:
    """Codes and states of the conversation's tickets."""
    if not found:
        return say(texts_vi.NO_TICKETS, *(() if in_form else (TICKET,)))
    lines = [texts_vi.TICKET_LINE.format(code=item["code"], status=item["status_title"]) for item in found]
    return say("\n".join([texts_vi.TICKETS, *lines]))
