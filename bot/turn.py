"""One turn as the actions see it, read from Rasa's tracker once; pure. The only place that knows the tracker's shape."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any, Dict, List, Mapping, Optional, Tuple

from bot import memory, text
from bot.memory import Memory

FORM = "ticket_form"
VIETNAM = timezone(timedelta(hours=7))
_OWN_STEPS = {"action_listen", "action_extract_slots", "action_session_start", FORM, None}


@dataclass(frozen=True)
class Turn:
    """`text` is cleaned; `phone` and `email` are masked as desk shows them; `interrupted` means that another action
    has already answered this message while the ticket form was open; `told` that `custom.vssid` was already sent;
    `today` is Vietnam's date when the message came.
    """

    sender: str
    message_id: str
    text: str
    intent: Optional[str]
    entities: Mapping[str, str]
    phone: Optional[str]
    email: Optional[str]
    pending_question: Optional[str]
    memory: Memory
    slots: Mapping[str, Any]
    in_form: bool
    requested: Optional[str]
    interrupted: bool
    told: bool
    today: date


def read(tracker: Any) -> Turn:
    """The turn out of rasa_sdk's `Tracker`; missing parts are empty, never an error."""
    latest: Dict[str, Any] = tracker.latest_message or {}
    metadata = latest.get("metadata") or {}
    contact = metadata.get("contact") or {}
    told, actions, when = _this_turn(tracker.events)
    return Turn(
        sender=tracker.sender_id,
        message_id=str(latest.get("message_id") or ""),
        text=text.clean(latest.get("text")),
        intent=(latest.get("intent") or {}).get("name"),
        entities={item["entity"]: str(item.get("value", "")) for item in latest.get("entities") or []},
        phone=contact.get("phone"),
        email=contact.get("email"),
        pending_question=metadata.get("pending_question"),
        memory=memory.from_slot(tracker.slots.get(memory.SLOT)),
        slots=tracker.slots,
        in_form=(tracker.active_loop or {}).get("name") == FORM,
        requested=tracker.slots.get("requested_slot"),
        interrupted=any(name not in _OWN_STEPS for name in actions),
        told=told,
        today=datetime.fromtimestamp(when, VIETNAM).date() if when else datetime.now(VIETNAM).date(),
    )


def _this_turn(events: List[Dict[str, Any]]) -> Tuple[bool, List[Optional[str]], Optional[float]]:
    """Whether the contract's `custom` part was uttered since the citizen's message, which actions ran since, and when it came."""
    told, actions, when = False, [], None
    for event in reversed(events or []):
        kind = event.get("event")
        if kind == "user":
            when = event.get("timestamp")
            break
        if kind == "action":
            actions.append(event.get("name"))
        elif kind == "bot":
            custom = (event.get("data") or {}).get("custom") or {}
            told = told or "vssid" in custom
    return told, actions, when
