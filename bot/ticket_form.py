"""The ticket form's decisions; pure. Slots in order: what happened, how to reach, when to call, confirmed.

`None` as a result means "not for the form": the message is a question or "stop" and is answered by its own rule;
the form then goes on where it was. Contact data are never in a slot, only which of the two known ones to use.
"""

import re
from dataclasses import dataclass, field, replace
from typing import Any, Dict, Optional

from bot import hours, texts_vi
from bot.memory import Memory
from bot.text import QUERY_LIMIT, fold, has_words
from bot.turn import Turn

TEXT, REACH, TIME, CONFIRMED = "ticket_text", "ticket_reach", "ticket_time", "ticket_confirmed"
# What these say is not for the ticket: each has a rule of its own inside the form.
INTERRUPTS = {
    "cancel", "wants_person", "ticket_status", "choose_entry", "choose_option", "none_of_these", "repeat", "simpler",
    "suspected_scam", "emergency", "bot_challenge",
}  # fmt: skip
QUESTIONS = {"ask_faq", "nlu_fallback", None}
CHATTER = {
    "greet",
    "thanks",
    "goodbye",
    "affirm",
    "deny",
    "small_talk",
    "abuse",
    "new_ticket",
    "correct",
    "reach_by",
    "rephrase",
    "why_not",
    "call_at",
}
# Labels that desk puts in place of a number which the citizen typed (docs/contracts.md, section 3).
_PHONE_LABEL, _EMAIL_LABEL = "[số điện thoại đã ẩn]", "[email đã ẩn]"
_TRIED_CONTACT = re.compile(r"@|\d{5,}|(?:\d[ .\-]?){6,}|đã ẩn\]")
_SHORTEST_TEXT = 8
_LONGEST_CALL = 20  # words of "gọi lại cho tôi"; more is what happened
# A "yes" that holds one of these is asked again: a ticket is never sent by a misunderstanding ("ok bỏ qua đi").
_DOUBT = re.compile(
    r"\b(?:huy|khong|ko|thoi|khoi|chua|sai|sua|nham|dung lai|dung gui|bo qua|bo di|bo|stop|cancel)\b"
)


@dataclass(frozen=True)
class Step:
    """Slots to set (None asks again), the memory afterwards, and a sentence to say before the next question."""

    slots: Dict[str, Any] = field(default_factory=dict)
    memory: Optional[Memory] = None
    lead: Optional[str] = None


def opening(turn: Turn) -> Step:
    """The form starts: the unresolved question and a single known contact are filled in."""
    question = turn.memory.question or turn.pending_question
    slots: Dict[str, Any] = {TEXT: question, REACH: _only_contact(turn), TIME: None, CONFIRMED: None}
    key = f"{turn.sender}:{turn.message_id}"
    wish = turn.text if turn.intent == "callback" and _says_when(turn) else None
    return Step(
        slots, replace(turn.memory, correcting=False, expecting=None, ticket_key=key, times=(), wish=wish)
    )


def answer(turn: Turn) -> Optional[Step]:
    """What the citizen's message means for the open form; None leaves it to the rules."""
    if turn.requested == REACH and turn.intent == "wants_person" and _way(turn):
        return Step({REACH: _way(turn)})  # "gọi cho tôi" answers the question here
    if turn.requested == TIME:
        return _time(turn)
    if turn.intent == "callback" and not (turn.requested == TEXT and len(turn.text.split()) > _LONGEST_CALL):
        return _callback(turn)
    if turn.intent in INTERRUPTS:
        return None
    part = {TEXT: _text, REACH: _reach}.get(str(turn.requested), _confirm)
    return part(turn)


def _says_when(turn: Turn) -> bool:
    return hours.names_time(turn.text, turn.today, _LONGEST_CALL)


def _callback(turn: Turn) -> Step:
    """A call is asked for while the form is open: how and when, never what happened."""
    requested = str(turn.requested)
    wish = turn.text if _says_when(turn) else turn.memory.wish
    slots: Dict[str, Any] = {REACH: "phone"} if turn.phone and requested != TEXT else {}
    if requested not in slots:
        slots[requested] = None
    if wish and requested == CONFIRMED:
        slots[TIME] = None
    lead = texts_vi.CALL_BACK if requested == TEXT else None
    return Step(slots, replace(turn.memory, wish=wish, correcting=False), lead)


def _text(turn: Turn) -> Step:
    enough = has_words(turn.text) and len(turn.text) >= _SHORTEST_TEXT
    if turn.text.startswith("/") or not enough or (turn.intent in CHATTER and len(turn.text) < 25):
        return Step({TEXT: None}, lead=texts_vi.TEXT_TOO_SHORT)
    slots: Dict[str, Any] = {TEXT: turn.text[:QUERY_LIMIT]}
    if not turn.slots.get(REACH):
        slots[REACH] = _only_contact(turn)
    return Step(slots, replace(turn.memory, question=turn.text[:QUERY_LIMIT]))


def _reach(turn: Turn) -> Optional[Step]:
    way = _way(turn)
    if way:
        return Step({REACH: way})
    if _TRIED_CONTACT.search(turn.text):
        return Step({REACH: None}, lead=texts_vi.BAD_CONTACT)
    if turn.intent in QUESTIONS and len(turn.text.split()) > 2:
        return None
    return Step({REACH: None})


def _time(turn: Turn) -> Optional[Step]:
    known = {slot for slot, _ in turn.memory.times} | {hours.ANY}
    wanted = turn.entities.get("slot") or hours.chosen(turn.text, turn.memory.times, turn.today)
    if wanted in known:
        return Step({TIME: wanted})
    if typed_contact(turn):
        return Step({REACH: _way(turn)})
    if hours.names_time(turn.text, turn.today):
        return Step({TIME: None}, lead=texts_vi.NO_SUCH_TIME)
    if turn.intent in INTERRUPTS or (turn.intent in QUESTIONS and len(turn.text.split()) > 2):
        return None
    return Step({TIME: hours.ANY} if turn.intent == "affirm" else {TIME: None})


def asks_for_time(turn: Turn, step: Step) -> bool:
    """Whether, after `step`, the call's time is still to be settled: a phone is chosen and no slot was."""
    if turn.requested == TIME and TIME in step.slots:
        return False
    chosen = step.slots.get(TIME, turn.slots.get(TIME))
    if step.slots.get(REACH, turn.slots.get(REACH)) != "phone":
        return False
    return chosen is None or (chosen == hours.ANY and not turn.memory.times)


def with_times(turn: Turn, step: Step, times: hours.Times) -> Step:
    """`step` with the slots on offer; without any, the question is answered: any time. So it is by an earlier wish."""
    was = step.memory or turn.memory
    memory = replace(was, times=times, wish=None)
    time = None if times else hours.ANY
    if times and was.wish:
        time = hours.chosen(was.wish, times, turn.today, _LONGEST_CALL)
        step = step if time else replace(step, lead=texts_vi.NO_SUCH_TIME)
    return replace(step, slots={**step.slots, TIME: time}, memory=memory)


def _confirm(turn: Turn) -> Optional[Step]:
    part = turn.entities.get("part") or (_part(turn.text) if turn.memory.correcting else None)
    if part:
        return _correct(turn, part)
    if typed_contact(turn):
        return Step({REACH: _way(turn), CONFIRMED: None}, replace(turn.memory, correcting=False))
    if turn.intent in QUESTIONS:
        return None
    return _yes_or_no(turn)


def _yes_or_no(turn: Turn) -> Step:
    if (
        turn.intent == "affirm" and turn.memory.correcting
    ):  # "Giữ nguyên": back to the summary, nothing is sent yet
        return Step({CONFIRMED: None}, replace(turn.memory, correcting=False))
    if turn.intent == "affirm" and not _DOUBT.search(fold(turn.text)) and "dừng" not in turn.text.lower():
        return Step({CONFIRMED: True})
    if turn.intent in ("deny", "correct"):
        return Step({CONFIRMED: None}, replace(turn.memory, correcting=True))
    return Step({CONFIRMED: None}, lead=texts_vi.PLEASE_CONFIRM)


def _correct(turn: Turn, part: str) -> Step:
    slot = {"reach": REACH, "time": TIME}.get(part, TEXT)
    return Step({slot: None, CONFIRMED: None}, replace(turn.memory, correcting=False))


def _part(text: str) -> Optional[str]:
    folded = fold(text)
    if re.search(r"\bgio\b|luc nao|khi nao|\bluc goi", folded):
        return "time"
    if re.search(r"lien he|dien thoai|email|mail|so|sdt", folded):
        return "reach"
    return "text" if re.search(r"noi dung|cau hoi|mo ta|viec", folded) else None


def contacts(turn: Turn) -> str:
    """The known contacts as one value, to notice that a new one was typed."""
    return f"{turn.phone or ''}|{turn.email or ''}"


def typed_contact(turn: Turn) -> bool:
    """Whether this message brought a contact."""
    return _PHONE_LABEL in turn.text or _EMAIL_LABEL in turn.text or _new_contact(turn)


def _new_contact(turn: Turn) -> bool:
    seen = turn.memory.contact_seen
    return seen is not None and contacts(turn) != seen and bool(turn.phone or turn.email)


def _way(turn: Turn) -> Optional[str]:
    """Phone or email, by button, by what was just typed, or by a word; never one that desk does not hold."""
    known = {"phone": turn.phone, "email": turn.email}
    wanted = turn.entities.get("way") or _typed_way(turn) or _named_way(turn)
    return wanted if wanted and known.get(wanted) else None


def _typed_way(turn: Turn) -> Optional[str]:
    if _EMAIL_LABEL in turn.text:
        return "email"
    if _PHONE_LABEL in turn.text:
        return "phone"
    if not _new_contact(turn):
        return None
    was_phone, _, _ = (turn.memory.contact_seen or "|").partition("|")
    return "phone" if turn.phone and turn.phone != was_phone else "email"


def _named_way(turn: Turn) -> Optional[str]:
    folded = fold(turn.text)
    if turn.text.startswith("/") or len(folded.split()) > (3 if turn.intent == "ask_faq" else 8):
        return None
    if re.search(r"\b(?:email|mail|thu)\b", folded):
        return "email"
    return "phone" if re.search(r"\b(?:goi|dien thoai|sdt|dt|phone)\b", folded) else None


def _only_contact(turn: Turn) -> Optional[str]:
    if bool(turn.phone) == bool(turn.email):
        return None
    return "phone" if turn.phone else "email"
