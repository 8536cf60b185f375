"""One message through Rasa, its action server and search, as desk sends it: stock Rasa beside ours.

Both run the same model, actions and stand-in for search on free ports, one after the other in the same minute; stock is
Rasa's own check of action results and its own SQL tracker store. Prints p50/p95 of single messages, messages per second with several
conversations at once, and the ratio. `.venv-bot/bin/python benchmarks/bot_roundtrip.py [MODEL.tar.gz]`
"""

import asyncio
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

import httpx

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.bot.standins import StandIn  # noqa: E402 - the root comes onto the path first

QUESTIONS = [
    "quen mat khau vssid ma mat sim roi",
    "Thẻ BHYT hết hạn thì gia hạn ở đâu?",
    "nghỉ việc bao lâu thì rút được bảo hiểm một lần ạ",
    "e ko nhan dc ma otp",
]
OUR_STORE, STOCK_STORE = "type: bot.components.tracker_store.TrackerStore", "type: SQL\n  dialect: sqlite"
SINGLE, WARM_UP, CONVERSATIONS, EACH = 120, 20, 8, 25


class Figures(NamedTuple):
    """Milliseconds; messages per second; processor milliseconds per message of Rasa and of the actions; megabytes."""

    p50: float
    p95: float
    rate: float
    plain_p50: float
    rasa_cpu: float = 0.0
    actions_cpu: float = 0.0
    rasa_memory: float = 0.0
    actions_memory: float = 0.0


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(command: list[str], env: dict[str, str]) -> "subprocess.Popen[bytes]":
    """A process in the repository's root, silent unless BENCH_VERBOSE is set."""
    quiet = None if os.environ.get("BENCH_VERBOSE") else subprocess.DEVNULL
    return subprocess.Popen([sys.executable, "-m", *command], cwd=ROOT, env=env, stdout=quiet, stderr=quiet)


def wait_until_up(url: str, process: "subprocess.Popen[bytes]", limit: float = 180) -> None:
    """Polls `url` until it answers 200."""
    end = time.monotonic() + limit
    while time.monotonic() < end:
        if process.poll() is not None:
            raise SystemExit(
                f"{process.args!r} ended with {process.returncode}; see why with BENCH_VERBOSE=1"
            )
        try:
            if httpx.get(url, timeout=2, trust_env=False).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.2)
    raise SystemExit(f"{url} did not come up in {limit:.0f} s")


def memory_of(process: "subprocess.Popen[bytes]") -> float:
    """Resident megabytes (Linux), 0 elsewhere."""
    try:
        status = Path(f"/proc/{process.pid}/status").read_text()
    except OSError:
        return 0.0
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def cpu_of(process: "subprocess.Popen[bytes]") -> float:
    """Processor milliseconds spent so far (Linux), 0 elsewhere; unlike the clock they bear a busy machine."""
    try:
        fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


async def ask(http: httpx.AsyncClient, sender: str, text: str) -> float:
    """Milliseconds of one message; an empty or late answer ends the benchmark."""
    body: dict[str, Any] = {
        "sender": sender,
        "message": text,
        "metadata": {"contact": {}, "pending_question": None},
    }
    began = time.perf_counter()
    response = await http.post("/webhooks/rest/webhook", json=body)
    took = (time.perf_counter() - began) * 1000
    if not response.json():
        raise SystemExit(f"the bot was silent on {text!r}")
    return took


async def measure(url: str) -> Figures:
    """Figures of the Rasa at `url`."""
    async with httpx.AsyncClient(base_url=url, timeout=60, trust_env=False) as http:
        for number in range(WARM_UP):
            await ask(http, f"warm-{number % 4}", QUESTIONS[number % len(QUESTIONS)])
        single = [
            await ask(http, f"single-{number // 6}", QUESTIONS[number % len(QUESTIONS)])
            for number in range(SINGLE)
        ]
        plain = [await ask(http, f"plain-{number // 6}", "xin chào") for number in range(SINGLE // 2)]

        async def conversation(name: int) -> None:
            for number in range(EACH):
                await ask(http, f"many-{name}-{number // 6}", QUESTIONS[number % len(QUESTIONS)])

        began = time.perf_counter()
        await asyncio.gather(*(conversation(name) for name in range(CONVERSATIONS)))
        rate = CONVERSATIONS * EACH / (time.perf_counter() - began)
    ranked = sorted(single)
    return Figures(statistics.median(single), ranked[int(len(ranked) * 0.95)], rate, statistics.median(plain))


def run(model: str, search: str, *, fast: bool) -> Figures:
    """Starts actions and Rasa, measures, stops both."""
    rasa_port, actions_port = free_port(), free_port()
    with tempfile.TemporaryDirectory() as folder:
        env = {
            **os.environ,
            "BOT_FAST_ACTIONS": "1" if fast else "0",
            "BOT_SEARCH_URL": search,
            "BOT_DESK_URL": search,
            "BOT_ACTIONS_PORT": str(actions_port),
            "BOT_ACTIONS_URL": f"http://127.0.0.1:{actions_port}/webhook",
            "BOT_TRACKER_DB": str(Path(folder) / "tracker.sqlite3"),
            "RASA_TELEMETRY_ENABLED": "false",
            "TF_CPP_MIN_LOG_LEVEL": "3",
        }
        actions = start(["bot.actions_server"], env)
        endpoints = ROOT / "bot" / "endpoints.yml"
        if not fast:
            stock = endpoints.read_text(encoding="utf-8").replace(OUR_STORE, STOCK_STORE)
            endpoints = Path(folder) / "endpoints.yml"
            endpoints.write_text(stock, encoding="utf-8")
        command = ["rasa", "run", "--model", model, "--endpoints", str(endpoints)]
        command += ["--credentials", "bot/credentials.yml", "-i", "127.0.0.1", "-p", str(rasa_port)]
        rasa = start(command, env)
        try:
            wait_until_up(f"http://127.0.0.1:{actions_port}/health", actions)
            wait_until_up(f"http://127.0.0.1:{rasa_port}/", rasa)
            before = cpu_of(rasa), cpu_of(actions)
            figures = asyncio.run(measure(f"http://127.0.0.1:{rasa_port}"))
            asked = WARM_UP + SINGLE + SINGLE // 2 + CONVERSATIONS * EACH
            return figures._replace(
                rasa_cpu=(cpu_of(rasa) - before[0]) / asked,
                actions_cpu=(cpu_of(actions) - before[1]) / asked,
                rasa_memory=memory_of(rasa),
                actions_memory=memory_of(actions),
            )
        finally:
            for process in (rasa, actions):
                process.terminate()
            for process in (rasa, actions):
                process.wait(30)


def main() -> None:
    """Prints the table."""
    model = sys.argv[1] if len(sys.argv) > 1 else "var/rasa/models"
    standin = StandIn()
    try:
        stock = run(model, standin.url, fast=False)
        ours = run(model, standin.url, fast=True)
    finally:
        standin.close()
    columns = ("p50 ms", "p95 ms", "msg/s", "no action", "CPU rasa", "CPU actions", "MB rasa", "MB actions")
    print(f"{'':8}" + "".join(f"{title:>12}" for title in columns))
    for name, row in (("stock", stock), ("ours", ours)):
        print(f"{name:8}" + "".join(f"{value:12.1f}" for value in row))
    ratios = (stock.p50 / ours.p50, stock.p95 / ours.p95, ours.rate / stock.rate)
    print(f"{'ratio':8}" + "".join(f"{ratio:11.1f}x" for ratio in ratios))


if __name__ == "__main__":
    main()
