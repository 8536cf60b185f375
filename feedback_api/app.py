"""Puts the desk together: state, routes, middleware, error pages. No logic of its own."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import Depends, FastAPI
from starlette.middleware.gzip import GZipMiddleware

from feedback_api import errors
from feedback_api.attachments.pages import router as attachments_router
from feedback_api.attachments.pages import upload_limit
from feedback_api.bot_api.endpoints import router as bot_router
from feedback_api.chat.embed import HostPages
from feedback_api.chat.endpoints import router as chat_api_router
from feedback_api.chat.live_questions import LiveQuestions
from feedback_api.chat.pages import router as chat_router
from feedback_api.clients.breaker import Breaker
from feedback_api.clients.faq_client import HttpFaq
from feedback_api.clients.rasa_client import HttpRasa
from feedback_api.clients.search_client import HttpSearch
from feedback_api.console.pages import router as console_router
from feedback_api.console.topics import TopicTitles
from feedback_api.conversations.endpoints import router as messages_router
from feedback_api.conversations.turns import TurnGate
from feedback_api.csrf import RefuseCrossSite
from feedback_api.database import Database
from feedback_api.error_pages import error_page
from feedback_api.guard import guard
from feedback_api.health.endpoints import router as health_router
from feedback_api.identity.endpoints import router as my_router
from feedback_api.identity.host_token import HostTokens
from feedback_api.jobs.scheduler import Scheduler
from feedback_api.middleware import MAX_BODY, Envelope, LimitBody
from feedback_api.policy import KEY, Policy
from feedback_api.rate_limits import Limiter
from feedback_api.ratings.pages import router as ratings_router
from feedback_api.state import Desk
from feedback_api.static_files import FingerprintedFiles
from feedback_api.tickets.pages import router as tickets_router
from feedback_api.tickets.routing_file import load_routing
from feedback_api.workhours.calendar_file import load_calendar

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from feedback_api.settings import Settings

STATIC = Path(__file__).parent / "static"
TAGS = [
    {"name": "chat", "description": "The citizen's chat; the conversation is known by its cookie."},
    {"name": "bot", "description": "For the bot's action server, with the bearer SERVICE_TOKEN."},
    {"name": "health", "description": "For operators and process managers."},
]


def open_database(settings: Settings) -> Database:
    """The database with the rules that services need (also for the command line and the mail worker).

    :raises RoutingError: when the routing file is wrong.
    :raises CalendarError: when the calendar file is wrong.
    """
    policy = Policy.of(settings, load_routing(settings.routing_file), load_calendar(settings.calendar_file))
    return Database(settings.database_url, {KEY: policy})


def make_desk(settings: Settings) -> Desk:
    """A desk whose neighbours are the real ones.

    :raises RoutingError: when the routing file is wrong.
    """
    token = settings.service_token.get_secret_value()
    return Desk(
        settings=settings,
        database=open_database(settings),
        search=HttpSearch(settings.search_url, settings.search_timeout),
        faq=HttpFaq(settings.search_url, settings.search_timeout, token),
        rasa=HttpRasa(settings.rasa_url, settings.rasa_timeout, settings.chat_slots),
        limiter=Limiter(settings.rate_limit_url),
        routing=load_routing(settings.routing_file),
        gate=TurnGate(settings.chat_slots),
        topics=TopicTitles(),
        host_tokens=HostTokens(settings),
        breaker=Breaker(settings.breaker_timeouts, settings.breaker_seconds),
        questions=LiveQuestions(),
    )


def create_app(settings: Settings, desk: Desk | None = None) -> FastAPI:
    """The ASGI application.

    :param desk: for tests with other neighbours; made from `settings` otherwise.
    :raises RoutingError: when the routing file is wrong.
    """
    desk = desk or make_desk(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        del app
        clock = asyncio.create_task(Scheduler(desk.database, settings).run())
        yield
        clock.cancel()
        await asyncio.wait([clock])
        await desk.search.close()
        await desk.faq.close()
        await desk.rasa.close()
        desk.database.dispose()

    app = FastAPI(
        title="Bàn hỗ trợ VssID",
        version="1",
        summary="Chat, tickets and console of the VssID support desk.",
        lifespan=lifespan,
        openapi_tags=TAGS,
        openapi_url="/v1/openapi.json",
        # The built-in pages load scripts from third parties.
        docs_url=None,
        redoc_url=None,
        dependencies=[Depends(guard)],
    )
    app.state.desk = desk
    app.state.error_page = error_page
    errors.install(app)
    # The last one added is the outermost.
    app.add_middleware(RefuseCrossSite, public_url=settings.public_url)
    uploads = upload_limit(settings.attachment_mb) if settings.attachments else MAX_BODY
    app.add_middleware(LimitBody, uploads=uploads)
    app.add_middleware(HostPages, origins=settings.host_origins)
    app.add_middleware(Envelope)
    for router in (messages_router, chat_api_router, my_router, bot_router, health_router):
        app.include_router(router)
    for pages in (chat_router, tickets_router, ratings_router, attachments_router, console_router):
        app.include_router(pages, include_in_schema=False)
    # Pages are not compressed: beside their secrets they repeat what somebody typed, and lengths would tell.
    app.mount("/static", GZipMiddleware(FingerprintedFiles(directory=STATIC)), name="static")
    return app
