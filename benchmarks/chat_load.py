"""200 citizens talk at once to a running desk: lost, doubled, misplaced messages, p50 and p95.

    .venv/bin/python benchmarks/chat_load.py [--citizens 200] [--messages 5] [--desks 1] [--database-url URL]
    .venv/bin/python benchmarks/chat_load.py --real [--citizens 200] [--messages 5] [--database-url URL]
    .venv/bin/python benchmarks/chat_load.py --desk-url URL --rasa-url URL

The desk runs as in production, in processes of its own. Its bot is a stand-in that answers after --rasa-ms, or with
--real the trained Rasa with actions and search, started by deploy/run.py, or with --desk-url what runs already. Times
are printed as a ratio to the bot's bare round trip under the same load. Every fifth message is sent twice at once, as
impatient people do. Exit status 1 when anything was lost, doubled, out of order, or refused.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
from chat_tally import Tally, judge, judge_real, report
from real_desk import running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parent.parent
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
PATIENCE = 120.0  # seconds
TRIES = 3  # as the page does: the same client_id again
QUESTIONS = (
    "Quên mật khẩu VssID thì lấy lại bằng cách nào?",
    "toi khong dang nhap duoc vssid",
    "Đổi số điện thoại nhận OTP ở đâu?",
    "the bhyt tren vssid dung di kham duoc khong",
    "Xem quá trình tham gia BHXH thế nào?",
    "dang ky tai khoan vssid can gi",
    "Cập nhật ảnh đại diện ở đâu?",
    "mat the bhyt thi lam sao",
    "VssID có mất phí không?",
    "lam sao doi mat khau",
)


def serve_stand_in(port: int, delay: float) -> None:
    """Rasa's REST channel: says the message back after `delay` seconds."""
    import uvicorn  # noqa: PLC0415  # only the stand-in's own process needs it
    from starlette.applications import Starlette  # noqa: PLC0415
    from starlette.requests import Request  # noqa: PLC0415, TC002
    from starlette.responses import JSONResponse, PlainTextResponse  # noqa: PLC0415
    from starlette.routing import Route  # noqa: PLC0415

    async def webhook(request: Request) -> JSONResponse:
        body = await request.json()
        await asyncio.sleep(delay)
        return JSONResponse([{"recipient_id": body["sender"], "text": f"Trả lời: {body['message']}"}])

    def root(_: Request) -> PlainTextResponse:
        return PlainTextResponse("Hello")

    routes = [Route("/", root), Route("/webhooks/rest/webhook", webhook, methods=["POST"])]
    uvicorn.run(Starlette(routes=routes), host="127.0.0.1", port=port, log_level="error", access_log=False)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def started(command: list[str], env: dict[str, str], url: str) -> Iterator[None]:
    """A process that answers at `url`, killed afterwards."""
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + PATIENCE
        while True:
            if process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"{command[1:4]} did not start")
            try:
                httpx.get(url, timeout=2)
                break
            except httpx.HTTPError:
                time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(30)


def made_up(number: int, line: int) -> str:
    """What the stand-in gives back, so that every answer can be told from every other."""
    return f"câu {line} của người {number}"


def asked(number: int, line: int) -> str:
    """Real questions, each person's in another order, none twice."""
    return QUESTIONS[(number + line) % len(QUESTIONS)]


async def citizen(
    http: httpx.AsyncClient, urls: list[str], number: int, lines: list[str], tally: Tally, *, real: bool
) -> None:
    """One person: says each line when the one before is answered, then reads what the desk has kept."""
    cookie: dict[str, str] = {}
    for line, text in enumerate(lines):
        body = {"text": text, "client_id": str(uuid.uuid4())}
        twice = (number + line) % 5 == 0 and cookie
        sent = [
            post(http, urls[(number + line + copy) % len(urls)], body, cookie, tally)
            for copy in range(2 if twice else 1)
        ]
        for reply in await asyncio.gather(*sent):
            if reply is not None and "vssid_chat" in reply.cookies:
                cookie = {"Cookie": f"vssid_chat={reply.cookies['vssid_chat']}"}
    kept = (await http.get(f"{urls[0]}/v1/messages", headers=cookie)).json()["messages"]
    said = [(item["author"], item["text"]) for item in kept if item["author"] in {"citizen", "bot"}]
    if real:
        judge_real(said, lines, tally)
    else:
        judge([text for _, text in said], lines, tally)


async def post(
    http: httpx.AsyncClient, url: str, body: dict[str, str], cookie: dict[str, str], tally: Tally
) -> httpx.Response | None:
    began = time.perf_counter()
    for _ in range(TRIES):
        try:
            reply = await http.post(f"{url}/v1/messages", json=body, headers={**SAME_ORIGIN, **cookie})
            break
        except httpx.TransportError:  # e.g. a kept connection that the other side has just closed
            tally.again += 1
    else:
        tally.cut_off += 1
        return None
    tally.seconds.append(time.perf_counter() - began)
    if reply.status_code != 200:
        tally.refused[reply.status_code] = tally.refused.get(reply.status_code, 0) + 1
        return None
    return reply


async def bare(url: str, citizens: int, messages: int, text: Callable[[int, int], str]) -> list[float]:
    """The bot's own round trips under the same load."""
    seconds: list[float] = []
    run_id = f"bare-{secrets.token_hex(4)}"  # conversations that no earlier run has begun

    async def one(http: httpx.AsyncClient, number: int) -> None:
        for line in range(messages):
            began = time.perf_counter()
            body = {"sender": f"{run_id}-{number}", "message": text(number, line), "metadata": {}}
            (await http.post(f"{url}/webhooks/rest/webhook", json=body)).raise_for_status()
            seconds.append(time.perf_counter() - began)

    async with client(citizens) as http:
        await asyncio.gather(*(one(http, number) for number in range(citizens)))
    return seconds


async def talk(urls: list[str], citizens: int, messages: int, *, real: bool = False) -> Tally:
    tally, text = Tally(), asked if real else made_up
    async with client(citizens * 2) as http:
        everybody = (
            citizen(http, urls, number, [text(number, line) for line in range(messages)], tally, real=real)
            for number in range(citizens)
        )
        await asyncio.gather(*everybody)
    return tally


def client(connections: int) -> httpx.AsyncClient:
    limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
    return httpx.AsyncClient(timeout=PATIENCE, limits=limits, trust_env=False)


def run(arguments: argparse.Namespace) -> int:
    with tempfile.TemporaryDirectory(prefix="chat-load-") as folder:
        rasa = f"http://127.0.0.1:{free_port()}"
        env = {
            **os.environ,
            "SERVICE_TOKEN": secrets.token_hex(16),
            "DESK_DATABASE_URL": arguments.database_url or f"sqlite:///{folder}/desk.sqlite3",
            "DESK_RASA_URL": rasa,
            "DESK_RASA_TIMEOUT": "60",
            "DESK_CHAT_SLOTS": "500",
            "DESK_SEARCH_URL": f"http://127.0.0.1:{free_port()}",
            "DESK_LOG_LEVEL": "WARNING",
        }
        subprocess.run([sys.executable, "-m", "feedback_api", "migrate"], cwd=ROOT, env=env, check=True)
        stand_in = [
            sys.executable,
            __file__,
            "--serve-rasa",
            rasa.rpartition(":")[2],
            "--rasa-ms",
            str(arguments.rasa_ms),
        ]
        ports = [free_port() for _ in range(arguments.desks)]
        urls = [f"http://127.0.0.1:{port}" for port in ports]
        with started(stand_in, env, rasa):
            alone = asyncio.run(bare(rasa, arguments.citizens, arguments.messages, made_up))
            serve = [sys.executable, "-m", "feedback_api", "serve"]
            tally, wall = with_desks(serve, env, urls, arguments)
        report(tally, alone, wall)
        return 1 if tally.wrong else 0


def run_real(desk: str, rasa: str, arguments: argparse.Namespace) -> int:
    """The whole way: page, desk, Rasa, actions, search and back, beside Rasa's own."""
    asyncio.run(bare(rasa, 2, len(QUESTIONS), asked))  # the first calls load what later ones have
    alone = asyncio.run(bare(rasa, arguments.citizens, arguments.messages, asked))
    began = time.perf_counter()
    tally = asyncio.run(talk([desk], arguments.citizens, arguments.messages, real=True))
    report(tally, alone, time.perf_counter() - began)
    return 1 if tally.wrong else 0


def with_desks(
    serve: list[str], env: dict[str, str], urls: list[str], arguments: argparse.Namespace, at: int = 0
) -> tuple[Tally, float]:
    """Starts one desk after the other, then lets everybody talk."""
    if at == len(urls):
        began = time.perf_counter()
        tally = asyncio.run(talk(urls, arguments.citizens, arguments.messages))
        return tally, time.perf_counter() - began
    port = urls[at].rpartition(":")[2]
    with started(serve, {**env, "DESK_PORT": port}, f"{urls[at]}/live"):
        return with_desks(serve, env, urls, arguments, at + 1)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--citizens", type=int, default=200)
    parser.add_argument("--messages", type=int, default=5, help="of each citizen, at most 10 (rate limits)")
    parser.add_argument("--rasa-ms", type=float, default=150, help="what the stand-in takes to answer")
    parser.add_argument(
        "--desks", type=int, default=1, help="processes of the desk, each message to the next one"
    )
    parser.add_argument("--database-url", default="", help="an empty database; default: a fresh SQLite file")
    parser.add_argument("--real", action="store_true", help="start the whole desk with the trained Rasa")
    parser.add_argument("--desk-url", default="", help="a desk that runs already, with its --rasa-url")
    parser.add_argument("--rasa-url", default="http://127.0.0.1:5005")
    parser.add_argument("--serve-rasa", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve_rasa:
        serve_stand_in(arguments.serve_rasa, arguments.rasa_ms / 1000)
        return 0
    if arguments.messages > len(QUESTIONS):
        parser.error(f"--messages: at most {len(QUESTIONS)}")
    if arguments.desk_url:
        return run_real(arguments.desk_url.rstrip("/"), arguments.rasa_url.rstrip("/"), arguments)
    if arguments.real:
        database = {"DESK_DATABASE_URL": arguments.database_url} if arguments.database_url else {}
        patient = {"DESK_RASA_TIMEOUT": "60", "DESK_CHAT_SLOTS": "500", "DESK_LOG_LEVEL": "WARNING"}
        with running([free_port() for _ in range(4)], **patient, **database) as (desk, rasa):
            return run_real(desk, rasa, arguments)
    return run(arguments)


if __name__ == "__main__":
    sys.exit(main())
