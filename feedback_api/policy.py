"""What services must know of the settings: it travels with every session, so that their signatures stay about their job."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from feedback_api.settings import Settings
    from feedback_api.tickets.routing import Routing
    from feedback_api.workhours.calendar import Calendar

KEY = "policy"


@dataclass(frozen=True, slots=True)
class Policy:
    """`access_days` a ticket's secret lives, `draft_hours` a typed contact is kept, `idle_minutes` of agents' sessions.

    `waiting_days` a ticket waits for its citizen before the desk ends it; `silent_hours` of work a citizen waits for an
    agent's answer before the bot answers in the meantime.
    """

    routing: Routing
    calendar: Calendar
    access_days: int
    draft_hours: int
    idle_minutes: int
    waiting_days: int
    silent_hours: int
    ack_mails_per_day: int = 5

    @classmethod
    def of(cls, settings: Settings, routing: Routing, calendar: Calendar) -> Policy:
        """The policy that the settings ask for."""
        return cls(
            routing,
            calendar,
            access_days=settings.access_days,
            draft_hours=settings.draft_hours,
            idle_minutes=settings.agent_idle_minutes,
            waiting_days=settings.waiting_days,
            silent_hours=settings.agent_silent_hours,
        )


def policy_of(session: Session) -> Policy:
    """The policy that the desk's `Database` gave to `session`."""
    policy = session.info[KEY]
    assert isinstance(policy, Policy)
    return policy
