"""What the bot remembers between the turns of one conversation: one frozen value in one Rasa slot; pure.

Never holds contact data: those stay in the desk.
"""

from dataclasses import asdict, dataclass, fields
from typing import Any, Dict, Optional, Tuple

from bot.hours import Times

SLOT = "memory"
_TUPLES = ("offered", "related", "times", "facet")
MISSES_BEFORE_PERSON = 2  # the second miss offers a person with a ready-made ticket


@dataclass(frozen=True)
class Memory:
    """`question` is the last question asked, kept until it is solved; `expecting` is what the next word would answer."""

    misses: int = 0
    question: Optional[str] = None
    topic: Optional[str] = None
    entry_id: Optional[str] = None
    offered: Tuple[str, ...] = ()
    related: Tuple[str, ...] = ()  # further questions shown below the last answer
    expecting: Optional[str] = None  # resolved | reason | ticket | retry | code | code_contact | facet
    facet_key: Optional[str] = None  # what was asked to tell the offered entries apart, with
    facet: Tuple[Tuple[str, ...], ...] = ()  # each of its values and the entries that it leaves
    about: Optional[str] = None  # the question of the entry shown last: what "ở đâu?" leans on, solved or not
    code: Optional[str] = None  # of the ticket whose state was asked for and waits for a contact
    ticket_key: Optional[str] = None  # idempotency key of the ticket being written
    contact_seen: Optional[str] = None
    correcting: bool = False
    times: Times = ()  # callback slots on offer
    wish: Optional[str] = None  # when to call, in the citizen's words, until slots are on offer

    @property
    def out_of_tries(self) -> bool:
        """Whether the next word must be the offer of a person."""
        return self.misses >= MISSES_BEFORE_PERSON

    def to_slot(self) -> Dict[str, Any]:
        """JSON for the slot; only what differs from the defaults, so that events stay small."""
        values = asdict(self)
        for key in _TUPLES:
            values[key] = [list(item) if isinstance(item, tuple) else item for item in values[key]]
        return {key: value for key, value in values.items() if value not in (None, 0, [], False)}


def from_slot(value: Any) -> Memory:
    """The memory out of the slot; unknown keys of older versions are dropped."""
    known = {field.name for field in fields(Memory)}
    kept = {key: item for key, item in (value or {}).items() if key in known}
    for key in _TUPLES:
        kept[key] = tuple(tuple(item) if isinstance(item, list) else item for item in kept.get(key, ()))
    return Memory(**kept)
