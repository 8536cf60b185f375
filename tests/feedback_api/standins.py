"""Stand-ins for the desk's neighbours: real HTTP servers on free loopback ports, answering as the contract samples say."""

from __future__ import annotations

import asyncio
import copy
import json
import socket
import threading
import time
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route

CONTRACT = Path(__file__).parent.parent / "contract"


def sample(name: str):
    return json.loads((CONTRACT / f"{name}.json").read_text(encoding="utf-8"))


class Served:
    """An ASGI application served by a thread; `url` is where."""

    def __init__(self, app) -> None:
        self.listener = socket.socket()
        self.listener.bind(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        config = uvicorn.Config(app, log_config=None, ws="none", timeout_graceful_shutdown=2)
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(
            target=self.server.run, kwargs={"sockets": [self.listener]}, daemon=True
        )

    def __enter__(self):
        self.thread.start()
        deadline = time.monotonic() + 30
        while not self.server.started:
            assert self.thread.is_alive()
            assert time.monotonic() < deadline
            time.sleep(0.01)
        return self

    def __exit__(self, *exc):
        self.server.should_exit = True
        self.thread.join(15)
        self.listener.close()


class RasaStandIn:
    """Rasa's REST channel. `reply` is the list it answers, `delay` seconds before, `raw` a body that is no JSON."""

    def __init__(self) -> None:
        self.app = Starlette(
            routes=[
                Route("/", lambda _: PlainTextResponse("Hello from Rasa")),
                Route("/webhooks/rest/webhook", self.webhook, methods=["POST"]),
            ]
        )
        self.reset()

    def reset(self) -> None:
        self.reply = sample("rasa_reply_answer")
        self.delay = 0.0
        self.status = 200
        self.raw: str | None = None
        self.seen: list[dict] = []
        self.before = None  # coroutine function called with the request's body

    async def webhook(self, request):
        body = await request.json()
        self.seen.append(body)
        reply = copy.deepcopy(self.reply)
        if self.before:
            reply = await self.before(body) or reply
        await asyncio.sleep(self.delay)
        if self.raw is not None:
            return PlainTextResponse(self.raw, self.status)
        return JSONResponse(reply, self.status)


class SearchStandIn:
    """Search. `reply` is what it answers; `status` other than 200 makes every answer an error."""

    def __init__(self) -> None:
        self.reset()
        self.app = Starlette(
            routes=[
                Route("/v1/search", self.search),
                Route("/v1/entries/{entry_id}", self.entry),
                Route("/v1/health", lambda _: JSONResponse({**sample("search_health"), "status": "ok"})),
            ]
        )

    def reset(self) -> None:
        self.reply = sample("search_answer")
        self.status = 200
        self.seen: list[str] = []

    async def search(self, request):
        self.seen.append(request.query_params["q"])
        if self.status != 200:
            return JSONResponse(sample("search_unavailable"), self.status)
        return JSONResponse(self.reply)

    async def entry(self, request):
        entry = sample("entry")
        if request.path_params["entry_id"] != entry["id"]:
            return JSONResponse({"error": {"code": "unknown_entry", "message": "?"}}, 404)
        return JSONResponse(entry)
