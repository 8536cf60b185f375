"""Rasa's SQL tracker store with less work per message, and tuned for SQLite.

Every event is still written before the answer leaves. What is saved: counting the stored events again (the store knows
how many it read), and, with SQLite, reading back a conversation that this one process wrote a moment ago. A power cut
may lose the last second of a dialogue's state, never its integrity; tickets live in the desk and are not affected.
"""

import itertools
import json
from collections import OrderedDict
from pathlib import Path
from typing import Any, Dict, List, Optional

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain, SessionConfig
from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy import create_engine, event
from sqlalchemy.pool import QueuePool

from bot import settings

KEPT = 500  # conversations in memory; a longer one is read back from the database


class TrackerStore(SQLTrackerStore):
    """`db` is a path relative to the working directory, or a whole database URL (PostgreSQL; nothing is kept then,

    because several Rasa processes may share it).
    """

    def __init__(
        self,
        domain: Optional[Domain] = None,
        event_broker: Optional[EventBroker] = None,
        db: str = "",
        **kwargs: Any,
    ) -> None:
        self.engine: Any
        self._kept: "OrderedDict[str, DialogueStateTracker]" = OrderedDict()
        self._stored: Dict[str, int] = {}
        self._alone = "://" not in db
        self._session_minutes = settings.session_minutes()
        if not self._alone:
            super().__init__(domain, host=db, event_broker=event_broker, **kwargs)
            return
        Path(db).parent.mkdir(parents=True, exist_ok=True)
        super().__init__(domain, dialect="sqlite", db=db, event_broker=event_broker, **kwargs)
        # Rasa's engine opens the file anew for every message, and SQLite tidies up at each close; a pool keeps it open.
        self.engine = create_engine(
            self.engine.url, poolclass=QueuePool, connect_args={"check_same_thread": False}
        )
        event.listen(self.engine, "connect", _tune)
        self.sessionmaker.configure(bind=self.engine)

    @property
    def domain(self) -> Domain:
        """The model's domain; setting another one forgets the kept conversations, whose slots belong to the old one.

        It is the object that Rasa asks whether a session is over, so the operator's setting goes in here: a model need
        not be trained anew for it.
        """
        return self._domain

    @domain.setter
    def domain(self, domain: Optional[Domain]) -> None:
        self._kept.clear()
        self._domain = domain or Domain.empty()
        carry = self._domain.session_config.carry_over_slots
        self._domain.session_config = SessionConfig(self._session_minutes, carry)

    async def retrieve(self, sender_id: str) -> Optional[DialogueStateTracker]:
        """The conversation's current session. A kept one is handed out once: if its turn fails, the database counts."""
        tracker = self._kept.pop(sender_id, None) or await super().retrieve(sender_id)
        self._stored[sender_id] = len(tracker.events) if tracker else 0
        return tracker

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Writes the events since `retrieve`."""
        await self.stream_events(tracker)
        stored = self._stored.pop(tracker.sender_id, None)
        with self.session_scope() as session:
            if stored is None:  # saved without having been read: ask the database
                fresh: List[Event] = list(self._additional_events(session, tracker))
            else:
                fresh = list(itertools.islice(tracker.events, stored, None))
            session.bulk_insert_mappings(self.SQLEvent, [_row(tracker.sender_id, item) for item in fresh])
            session.commit()
        self._stored[tracker.sender_id] = len(tracker.events)
        self._keep(tracker)

    def _keep(self, tracker: DialogueStateTracker) -> None:
        if self._alone:
            self._kept[tracker.sender_id] = tracker
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        while len(self._stored) > KEPT:
            self._stored.pop(next(iter(self._stored)))


def _row(sender_id: str, item: Event) -> Dict[str, Any]:
    data = item.as_dict()
    return {
        "sender_id": sender_id,
        "type_name": item.type_name,
        "timestamp": data.get("timestamp"),
        "intent_name": data.get("parse_data", {}).get("intent", {}).get("name"),
        "action_name": data.get("name"),
        "data": json.dumps(data),
    }


def _tune(connection: Any, _record: Any) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=5000"):
        connection.execute(f"PRAGMA {pragma}")
