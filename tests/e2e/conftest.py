"""Starts the whole desk as `make run` does, each time in a folder and on ports of its own, and a real Chromium."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from tests.e2e.sites import host_pages, open_page, site, ticket  # noqa: F401 - fixtures of the page tests

ROOT = Path(__file__).resolve().parent.parent.parent
PORT_SETTINGS = {
    "desk": "DESK_PORT",
    "search": "FAQ_PORT",
    "rasa": "BOT_RASA_PORT",
    "actions": "BOT_ACTIONS_PORT",
}


def free_ports(count: int) -> list[int]:
    """`count` different free loopback ports."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


def wait_for(condition, seconds: float, what: str):
    """Polls `condition` until it gives something true, and returns that."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.1)
    pytest.fail(f"{what}: not within {seconds:.0f} s")


@dataclass
class RunningDesk:
    """A desk that runs: its URLs, folder, and switches for its processes."""

    var: Path
    env: dict[str, str]
    process: subprocess.Popen
    output: Path
    admin_password: str = ""
    started: float = field(default_factory=time.monotonic)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.env['DESK_PORT']}"

    def port(self, name: str) -> int:
        return int(self.env[PORT_SETTINGS[name]])

    def said(self) -> str:
        return self.output.read_text(encoding="utf-8", errors="replace")

    def answers(self, name: str, path: str = "/") -> bool:
        try:
            httpx.get(f"http://127.0.0.1:{self.port(name)}{path}", timeout=2)
        except httpx.HTTPError:
            return False
        return True

    def search_is_live(self) -> bool:
        """Whether search has loaded a generation; while it loads, it answers 503."""
        try:
            return (
                httpx.get(f"http://127.0.0.1:{self.port('search')}/v1/health", timeout=2).status_code == 200
            )
        except httpx.HTTPError:
            return False

    def wait(self, *names: str, seconds: float = 120) -> None:
        """Waits until the named processes answer, and search from a loaded generation."""
        for name in names:
            ready = self.search_is_live if name == "search" else lambda name=name: self.answers(name)
            wait_for(
                lambda ready=ready: self.process.poll() is not None or ready(), seconds, f"{name} is ready"
            )
        assert self.process.poll() is None, self.said()

    def control(self, verb: str, name: str) -> None:
        """`supervisorctl stop|start NAME`."""
        program = str(ROOT / ".venv" / "bin" / "supervisorctl")
        done = subprocess.run(
            [program, "-c", str(self.var / "supervisord.conf"), verb, name],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def pid(self, name: str) -> int:
        program = str(ROOT / ".venv" / "bin" / "supervisorctl")
        done = subprocess.run(
            [program, "-c", str(self.var / "supervisord.conf"), "pid", name],
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        return int(done.stdout.strip())

    def mails(self) -> list[Path]:
        return sorted((self.var / "mail").glob("*.eml"))

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(timeout=40)
            except subprocess.TimeoutExpired:
                self.process.kill()
                raise


def start_desk(**settings: str) -> RunningDesk:
    """Starts `deploy/run.py` with embedded defaults in a new folder; `settings` win."""
    var = Path(tempfile.mkdtemp(prefix="vssid-"))
    ports = dict(zip(PORT_SETTINGS.values(), map(str, free_ports(len(PORT_SETTINGS))), strict=True))
    own = {"VSSID_VAR": str(var), "BOT_MODEL_DIR": str(ROOT / "var" / "rasa" / "models"), **ports}
    # Read-only for a desk whose FAQ does not change, so they share the index that set-up built; tests that break it name their own.
    own["FAQ_INDEX_DIR"] = str(ROOT / "var" / "index")
    own["DESK_PUBLIC_URL"] = f"http://127.0.0.1:{own['DESK_PORT']}"
    inherited = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("DESK_", "FAQ_", "BOT_", "SERVICE_"))
    }
    env = {**inherited, **own, **settings}
    output = var / "output.txt"
    with output.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "deploy/run.py"],
            cwd=ROOT,
            env=env,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return RunningDesk(var, env, process, output)


@pytest.fixture(scope="session")
def desk():
    """One desk for the tests that leave it as they found it."""
    running = start_desk()
    try:
        running.wait("desk", "search", "actions", "rasa")
        yield running
    finally:
        running.stop()
        shutil.rmtree(running.var)


@pytest.fixture
def own_desk():
    """A factory of desks that a test may break; all are stopped at its end."""
    running: list[RunningDesk] = []

    def start(**settings: str) -> RunningDesk:
        running.append(start_desk(**settings))
        return running[-1]

    yield start
    for one in running:
        one.stop()
        shutil.rmtree(one.var)


def chromium_path() -> str:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not path:
        pytest.skip("Chromium is not installed")
    return path


@pytest.fixture(scope="session")
def browser():
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only where Chromium is there

    path = chromium_path()
    with sync_playwright() as playwright:
        flags = [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ]
        running = playwright.chromium.launch(executable_path=path, args=flags)
        yield running
        running.close()


@pytest.fixture
def phone(browser):
    """A citizen's phone, 360 px wide."""
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, locale="vi-VN", has_touch=True, is_mobile=True
    )
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


@pytest.fixture
def desktop(browser):
    """An agent's screen."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="vi-VN")
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()
