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
SERVICE_TOKEN = "a-service-token-of-the-tests"


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


def _refuse(status, code):
    return JSONResponse({"error": {"code": code, "message": "?"}}, status)


class SearchStandIn:
    """Search. `reply` is what it answers; `status` other than 200 makes every answer an error.

    For editors it keeps entries and generations as the samples have them; withdrawing and going back change them.
    `heard` holds every write as (path, body).
    """

    def __init__(self) -> None:
        self.reset()
        self.app = Starlette(
            routes=[
                Route("/v1/search", self.search),
                Route("/v1/entries", self.entries),
                Route("/v1/entries/{entry_id}", self.entry),
                Route("/v1/entries/{entry_id}/detail", self.detail),
                Route("/v1/generations", self.generations),
                Route("/v1/rollback", self.rollback, methods=["POST"]),
                Route("/v1/withdraw", self.withdraw, methods=["POST"]),
                Route("/v1/restore", self.restore, methods=["POST"]),
                Route("/v1/health", lambda _: JSONResponse(self.health)),
            ]
        )

    def reset(self) -> None:
        self.health = {**sample("search_health"), "status": "ok"}
        self.reply = sample("search_answer")
        self.status = 200
        self.seen: list[str] = []
        self.days: list[tuple[str, str | None]] = []  # (path, day) of what was asked for as of a day
        self.catalogue = sample("search_entries")
        self.details = sample("search_entry_detail")
        self.replaced: dict[str, str] = {}
        self.history = sample("search_generations")
        self.heard: list[tuple[str, dict]] = []
        self.asked_for_entries = 0

    async def search(self, request):
        self.seen.append(request.query_params["q"])
        self._note_day(request)
        if self.status != 200:
            return JSONResponse(sample("search_unavailable"), self.status)
        return JSONResponse(self.reply)

    async def entry(self, request):
        entry = sample("entry")
        if request.path_params["entry_id"] != entry["id"]:
            return _refuse(404, "unknown_entry")
        if self.state(entry["id"])["withdrawn"]:
            return _refuse(404, "withdrawn_entry")
        return JSONResponse(entry)

    async def detail(self, request):
        self._note_day(request)
        if refused := self._stranger(request):
            return refused
        wanted = request.path_params["entry_id"]
        state = self.state(self.replaced.get(wanted, wanted))
        if state is None:
            return _refuse(404, "unknown_entry")
        entry = {**self.details["entry"], "id": state["id"], "question": state["question"]}
        return JSONResponse({**self.details, "entry": entry, "withdrawn": state["withdrawn"]})

    def _note_day(self, request):
        self.days.append((request.url.path, request.query_params.get("on")))

    def state(self, entry_id):
        return next((entry for entry in self.catalogue["entries"] if entry["id"] == entry_id), None)

    def _stranger(self, request):
        if request.headers.get("authorization") != f"Bearer {SERVICE_TOKEN}":
            return _refuse(401, "unauthorized")
        return JSONResponse(sample("search_unavailable"), self.status) if self.status != 200 else None

    async def entries(self, request):
        self.asked_for_entries += 1
        self._note_day(request)
        return self._stranger(request) or JSONResponse(self.catalogue)

    async def generations(self, request):
        return self._stranger(request) or JSONResponse(self.history)

    async def _write(self, request):
        body = await request.json()
        self.heard.append((request.url.path, body))
        return body

    async def rollback(self, request):
        if refused := self._stranger(request):
            return refused
        body = await self._write(request)
        known = {one["id"]: one for one in self.history["generations"]}
        wanted = known.get(body["generation"])
        if wanted is None:
            return _refuse(404, "unknown_generation")
        if not wanted["usable"]:
            return _refuse(409, "unusable_generation")
        for one in known.values():
            one["previous"] = one["current"]
            one["current"] = one is wanted
        self.history["held"] = True
        return JSONResponse(sample("search_health"))

    async def withdraw(self, request):
        if refused := self._stranger(request):
            return refused
        body = await self._write(request)
        if not 0 < len(body["reason"].strip()) <= 500:
            return _refuse(422, "reason_missing")
        entry = self.state(body["id"])
        if entry is None:
            return _refuse(404, "unknown_entry")
        if entry["withdrawn"]:
            return _refuse(409, "already_withdrawn")
        at = "2026-11-24T18:55:00+00:00"
        entry["withdrawn"] = {"reason": body["reason"], "at": at, "by": body["by"]}
        entry["status"] = "withdrawn"
        return JSONResponse(sample("search_health"))

    async def restore(self, request):
        if refused := self._stranger(request):
            return refused
        body = await self._write(request)
        entry = self.state(body["id"])
        if entry is None or not entry["withdrawn"]:
            return _refuse(404, "not_withdrawn")
        entry.update(withdrawn=None, status="live")
        return JSONResponse(sample("search_health"))
