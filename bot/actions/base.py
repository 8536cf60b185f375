"""What every action shares: it never fails towards Rasa and is never silent.

When an action fails, Rasa drops its events and the REST channel answers an empty list; so whatever goes wrong here
is logged and becomes the offer of a person. This is the bot's only broad `except`.
"""

import logging
from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Dict, List, Mapping, Optional, Tuple

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot import detours, memory, replies, texts_vi, turn
from bot.memory import Memory
from bot.replies import Reply
from bot.turn import Turn

logger = logging.getLogger(__name__)
Event = Dict[str, Any]


@dataclass(frozen=True)
class Acted:
    """What an action did: a reply (None only where another action of the same turn speaks) and Rasa events."""

    reply: Optional[Reply] = None
    events: Tuple[Event, ...] = ()


class SafeAction(Action, ABC):
    """An action by the name `action_name`; subclasses write `act` and nothing else."""

    action_name: ClassVar[str]
    others: Mapping[str, "SafeAction"] = {}  # every action of the server by name, for `bot.detours`

    def name(self) -> str:
        return self.action_name

    @abstractmethod
    async def act(self, turn: Turn) -> Acted:
        """The action itself; may raise anything."""

    def after_failure(self, turn: Turn) -> Tuple[Event, ...]:
        """Events that leave a usable state after `act` failed."""
        del turn
        return ()

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> List[Event]:
        """Runs `act`; on any failure hands over to a person instead."""
        del domain
        now: Optional[Turn] = None
        try:
            now = turn.read(tracker)
            meant = self.others.get(detours.instead_of(self.action_name, now) or "", self)
            acted = await meant.act(now)
        except Exception:
            logger.exception("action failed: %s, conversation %s", self.action_name, tracker.sender_id)
            acted = Acted(
                replies.say(texts_vi.HAND_OVER, replies.button(texts_vi.NEW_TICKET, "new_ticket")),
                self.after_failure(now) if now else (),
            )
        if acted.reply is not None:
            _utter(dispatcher, acted.reply, told=bool(now and now.told))
        return list(acted.events)


def _utter(dispatcher: CollectingDispatcher, reply: Reply, *, told: bool) -> None:
    """Texts in order; the contract's `custom` part last and only once in a turn."""
    for said in reply.said:
        dispatcher.utter_message(text=said.text, buttons=list(said.buttons))
    if not told and not reply.quiet:
        dispatcher.utter_message(json_message=reply.custom())


def remember(was: Memory, **changes: Any) -> Event:
    """The event that stores `was` with `changes`. A facet is forgotten once something else is expected."""
    now = replace(was, **changes)
    if now.expecting != "facet":
        now = replace(now, facet_key=None, facet=())
    event: Event = SlotSet(memory.SLOT, now.to_slot())
    return event
