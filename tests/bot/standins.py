"""A small real HTTP server in place of search and desk, answering with the contract's samples.

It keeps what it was asked, and can be told to be slow, to break or to refuse. Knows nothing of the bot.
"""

import json
import sys
import threading
import time
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple
from urllib.parse import parse_qs, urlsplit

CONTRACT = Path(__file__).resolve().parent.parent / "contract"


def sample(name: str) -> Any:
    """A fresh copy of tests/contract/NAME.json."""
    return json.loads((CONTRACT / f"{name}.json").read_text(encoding="utf-8"))


def slots_from_today() -> List[Dict[str, str]]:
    """Callback slots as desk titles them: this afternoon, and the morning and afternoon of tomorrow."""
    now = datetime.now(timezone(timedelta(hours=7)))
    days = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
    slots = []
    for ahead, half, times in (
        (0, "Chiều", ("13:30", "17:00")),
        (1, "Sáng", ("8:00", "11:30")),
        (1, "Chiều", ("13:30", "17:00")),
    ):
        day = now + timedelta(days=ahead)
        title = f"{half} {days[day.weekday()]} {day.day}/{day.month}, {times[0]} đến {times[1]}"
        slots.append({"id": f"{day:%Y-%m-%d}T{times[0].zfill(5)}/{times[1]}", "title": title})
    return slots


@dataclass
class World:
    """What the stand-in answers, and what it was asked."""

    decision: str = "answer"
    search_error: Optional[Tuple[int, Any]] = None
    desk_error: Optional[Tuple[int, Any]] = None
    delay: float = 0.0
    drop_next: int = 0  # so many requests are answered by closing the connection
    unknown_entries: bool = False
    facets: Tuple[
        Dict[str, str], ...
    ] = ()  # of the candidates; one more than the sample has is added to them
    searched: List[Dict[str, str]] = field(default_factory=list)
    entries: List[str] = field(default_factory=list)
    opened: List[Dict[str, Any]] = field(default_factory=list)
    tokens: List[Optional[str]] = field(default_factory=list)
    tickets: Dict[str, Dict[str, Any]] = field(default_factory=dict)
    hours: Optional[Dict[str, Any]] = None  # None: desk has no calendar
    owned: Dict[str, str] = field(default_factory=dict)  # code -> why desk tells nothing of it; "" tells
    expected: Optional[str] = None
    listed: Optional[List[Dict[str, Any]]] = None  # None: the sample's
    asked_codes: List[str] = field(default_factory=list)

    def search(self, query: Dict[str, str]) -> Tuple[int, Any]:
        self.searched.append(query)
        if self.search_error:
            return self.search_error
        result = sample(f"search_{self.decision}")
        if self.decision == "clarify" and self.facets:
            hits = result["hits"]
            hits += [{**hits[-1], "id": "third"}] * (len(self.facets) - len(hits))
            result["hits"] = [{**hit, "facets": found} for hit, found in zip(hits, self.facets, strict=True)]
        return 200, result

    def entry(self, entry_id: str) -> Tuple[int, Any]:
        self.entries.append(entry_id)
        if self.search_error:
            return self.search_error
        if self.unknown_entries:
            return 404, {"error": {"code": "unknown_entry", "message": "không có"}}
        return 200, {**sample("entry"), "id": entry_id}

    def open_ticket(self, body: Dict[str, Any]) -> Tuple[int, Any]:
        self.opened.append(body)
        if self.desk_error:
            return self.desk_error
        key = body["idempotency_key"]
        if key in self.tickets:
            return 200, self.tickets[key]
        self.tickets[key] = {
            **sample("bot_opened_ticket"),
            "code": f"VS-7K2M-{len(self.tickets):04d}",
            "reach_by": body["reach_by"],
            **({"expected": self.expected} if self.expected else {}),
        }
        return 201, self.tickets[key]

    def working_hours(self) -> Tuple[int, Any]:
        if self.desk_error:
            return self.desk_error
        return (200, self.hours) if self.hours else (404, {"error": {"code": "no_calendar", "message": ""}})

    def ticket_status(self, body: Dict[str, Any]) -> Tuple[int, Any]:
        self.asked_codes.append(body["code"])
        if self.desk_error:
            return self.desk_error
        code = self.owned.get(body["code"], "unknown_ticket")
        statuses = {"unknown_ticket": 404, "contact_missing": 422, "too_many": 429}
        if code:
            return statuses[code], {"error": {"code": code, "message": ""}}
        return 200, {**sample("bot_tickets")["tickets"][0], "code": body["code"]}

    def list_tickets(self) -> Tuple[int, Any]:
        tickets = sample("bot_tickets") if self.listed is None else {"tickets": self.listed}
        return self.desk_error or (200, tickets)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: "StandIn"

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        world = self.server.world
        if url.path == "/v1/search":
            self._answer(*world.search({key: values[0] for key, values in parse_qs(url.query).items()}))
        elif url.path.startswith("/v1/entries/"):
            self._answer(*world.entry(url.path.rpartition("/")[2]))
        else:
            world.tokens.append(self.headers.get("Authorization"))
            self._answer(*(world.working_hours() if url.path == "/v1/bot/hours" else world.list_tickets()))

    def do_POST(self) -> None:
        self.server.world.tokens.append(self.headers.get("Authorization"))
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        world = self.server.world
        status = self.path.endswith("/ticket-status")
        self._answer(*(world.ticket_status(body) if status else world.open_ticket(deepcopy(body))))

    def _answer(self, status: int, body: Any) -> None:
        world = self.server.world
        if world.drop_next > 0:
            world.drop_next -= 1
            self.close_connection = True
            return
        if world.delay:
            time.sleep(world.delay)
        data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args: Any) -> None:
        """Says nothing."""


class StandIn(ThreadingHTTPServer):
    """Serves `world` on a free loopback port until `close`."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.world = World()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that gave up waiting is what some tests want."""

    def join(self) -> None:
        self._thread.join()

    def close(self) -> None:
        self.shutdown()
        self.server_close()
        self._thread.join()


if __name__ == "__main__":  # as a process of its own, to be killed: `python -m tests.bot.standins PORT`
    StandIn(int(sys.argv[1])).join()
