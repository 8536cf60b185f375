"""Everything one running desk shares between its requests, in one typed place instead of loose attributes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import FastAPI

    from feedback_api.chat.live_questions import LiveQuestions
    from feedback_api.clients.breaker import Breaker
    from feedback_api.clients.faq_client import FaqClient
    from feedback_api.clients.rasa_client import RasaClient
    from feedback_api.clients.search_client import SearchClient
    from feedback_api.console.topics import TopicTitles
    from feedback_api.conversations.turns import TurnGate
    from feedback_api.database import Database
    from feedback_api.identity.host_token import HostTokens
    from feedback_api.rate_limits import Limiter
    from feedback_api.settings import Settings
    from feedback_api.tickets.routing import Routing


@dataclass(frozen=True, slots=True)
class Desk:
    """One desk: settings, database, neighbours, limits, routing rules, topic titles, suggestions, the gate that keeps
    turns in order, the host app's keys, and the breaker that leaves a hanging bot alone.
    """

    settings: Settings
    database: Database
    search: SearchClient
    faq: FaqClient
    rasa: RasaClient
    limiter: Limiter
    routing: Routing
    gate: TurnGate
    topics: TopicTitles
    host_tokens: HostTokens
    breaker: Breaker
    questions: LiveQuestions


def desk_of(app: FastAPI) -> Desk:
    """The desk that `create_app` put on `app`."""
    desk = app.state.desk
    assert isinstance(desk, Desk)
    return desk
