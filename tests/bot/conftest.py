"""Fixtures of the bot's tests: a stand-in for search and desk, the real action server, a really trained model.

The model is trained once per content of its inputs (var/rasa/test-models) by the very command that set-up uses.
"""

import asyncio
import hashlib
import itertools
import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional

import pytest

from tests.bot.processes import QUIET, ROOT, Running, free_port
from tests.bot.standins import StandIn, World

# ruff: noqa: PLC0415 - Rasa takes seconds to import: only the tests that need it shall pay

INPUTS = [
    "bot/config.yml",
    "bot/domain.yml",
    "bot/data",
    "bot/components",
    "bot/text.py",
    "requirements/bot-py310.txt",
]
# Warnings of libraries that Rasa 3.6.21 pins; nothing of ours can mend them. Everything else stays an error.
FOREIGN_WARNINGS = [
    "ignore:pkg_resources is deprecated:DeprecationWarning",  # rasa.shared.utils.validation
    "ignore:Deprecated call to `pkg_resources.declare_namespace:DeprecationWarning",  # its namespaces
    "ignore:pkg_resources is deprecated:UserWarning",
    "ignore:distutils Version classes are deprecated:DeprecationWarning",  # sanic_cors
    "ignore:jax.xla_computation is deprecated:DeprecationWarning",  # tensorflow 2.12
    "ignore:'?(setParseAction|parseString|resetCache|setName|oneOf|enablePackrat).*:DeprecationWarning",  # matplotlib
    "ignore:.*deprecated - use:DeprecationWarning",  # matplotlib with pyparsing 3.3
    "ignore:.*Deprecated API features detected:sqlalchemy.exc.MovedIn20Warning",  # rasa.core.tracker_store
    "ignore:Calling URL\\(\\) directly is deprecated:sqlalchemy.exc.SADeprecationWarning",
    "ignore:Slot auto-fill has been removed:UserWarning",  # Rasa says so for every domain
    "ignore:the load_module\\(\\) method is deprecated:DeprecationWarning",  # pykwalify
    "ignore:the imp module is deprecated:DeprecationWarning",
    "ignore:There is no current event loop:DeprecationWarning",  # rasa's asyncio on 3.10
    "ignore::DeprecationWarning:(sanic|rasa|rasa_sdk|tensorflow|keras|flatbuffers|google|aiohttp|websockets)\\b.*",
]


def pytest_configure(config: pytest.Config) -> None:
    for line in FOREIGN_WARNINGS:
        config.addinivalue_line("filterwarnings", line)


def fingerprint() -> str:
    digest = hashlib.sha256()
    for name in INPUTS:
        path = ROOT / name
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in (item for item in files if item.is_file() and item.suffix != ".pyc"):
            digest.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:20]


@pytest.fixture(scope="session")
def model() -> Path:
    """The trained model's archive."""
    folder = ROOT / "var" / "rasa" / "test-models"
    archive = folder / f"{fingerprint()}.tar.gz"
    if not archive.exists():
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*.tar.gz"):
            old.unlink()
        command = [
            "rasa",
            "train",
            "--data",
            "bot/data",
            "--config",
            "bot/config.yml",
            "--domain",
            "bot/domain.yml",
        ]
        command += ["--out", str(folder), "--fixed-model-name", archive.name]
        done = subprocess.run(
            [sys.executable, "-m", *command],
            cwd=ROOT,
            env={**os.environ, **QUIET},
            capture_output=True,
            text=True,
            timeout=280,
            check=False,
        )
        assert archive.exists(), done.stdout[-3000:] + done.stderr[-3000:]
    return archive


@pytest.fixture(scope="session")
def session_standin() -> Iterator[StandIn]:
    standin = StandIn()
    yield standin
    standin.close()


@pytest.fixture
def standin(session_standin: StandIn) -> StandIn:
    """Search and desk, as if nothing had happened yet."""
    session_standin.world = World()
    return session_standin


@pytest.fixture
def world(standin: StandIn) -> World:
    return standin.world


@pytest.fixture(scope="session")
def actions_env(session_standin: StandIn) -> Dict[str, str]:
    return {
        "BOT_SEARCH_URL": session_standin.url,
        "BOT_DESK_URL": session_standin.url,
        "BOT_SEARCH_TIMEOUT": "0.5",
        "BOT_DESK_TIMEOUT": "0.5",
        "BOT_ACTIONS_PORT": str(free_port()),
        "SERVICE_TOKEN": "token-of-the-tests",
    }


@pytest.fixture(scope="session")
def actions(actions_env: Dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The real action server; its webhook's address."""
    log = tmp_path_factory.mktemp("actions") / "log"
    running = Running(["bot.actions_server"], actions_env, log)
    url = f"http://127.0.0.1:{actions_env['BOT_ACTIONS_PORT']}"
    running.wait_for(url + "/health")
    yield url + "/webhook"
    running.stop()


class Bot:
    """The trained model in this process, talking to the real action server."""

    def __init__(self, archive: Path, webhook: str, folder: Path) -> None:
        import structlog
        from rasa.core.agent import Agent
        from rasa.utils.endpoints import EndpointConfig

        from bot.components.tracker_store import TrackerStore

        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
        self.loop = asyncio.new_event_loop()
        self.numbers = itertools.count(1)
        self.store = TrackerStore(db=str(folder / "tracker.sqlite3"))
        endpoint = EndpointConfig(webhook, enable_selective_domain=True)
        self.agent = Agent.load(archive, action_endpoint=endpoint, tracker_store=self.store)

    def close(self) -> None:
        self.store.engine.dispose()
        self.loop.close()

    def parse(self, text: str) -> Dict[str, Any]:
        return self.loop.run_until_complete(self.agent.parse_message(text))


class Chat:
    """One conversation as desk holds it: contacts typed so far, the buttons and the outcome of the last turn."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot
        self.sender = f"b-{next(bot.numbers):08d}"
        self.contact: Dict[str, Optional[str]] = {"phone": None, "email": None}
        self.pending: Optional[str] = None
        self.messages: List[Dict[str, Any]] = []

    def say(self, text: Optional[str]) -> "Chat":
        from rasa.core.channels.channel import CollectingOutputChannel, UserMessage

        channel = CollectingOutputChannel()
        metadata = {"contact": dict(self.contact), "pending_question": self.pending}
        message = UserMessage(text, channel, self.sender, input_channel="rest", metadata=metadata)
        self.bot.loop.run_until_complete(self.bot.agent.handle_message(message))
        self.messages = list(channel.messages)
        parts = [item["custom"]["vssid"] for item in self.messages if item.get("custom")]
        assert len(parts) == 1, f"custom.vssid must be sent exactly once: {self.messages}"
        self.vssid = parts[0]
        assert self.text, "the bot was silent"
        return self

    def type_phone(self) -> "Chat":
        self.contact["phone"] = "09•• ••• 678"
        return self.say("[số điện thoại đã ẩn]")

    def type_email(self) -> "Chat":
        self.contact["email"] = "n•••@gmail.com"
        return self.say("email của tôi là [email đã ẩn]")

    def press(self, title: str) -> "Chat":
        return self.say(self.buttons[title])

    @property
    def text(self) -> str:
        return "\n".join(item["text"] for item in self.messages if item.get("text"))

    @property
    def buttons(self) -> Dict[str, str]:
        return {
            item["title"]: item["payload"]
            for message in self.messages
            for item in message.get("buttons") or []
        }

    @property
    def status(self) -> Optional[str]:
        return self.vssid["outcome"]["status"] if self.vssid["outcome"] else None

    @property
    def code(self) -> Optional[str]:
        return self.vssid["ticket"]["code"] if self.vssid["ticket"] else None


@pytest.fixture(scope="session")
def bot(model: Path, actions: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    running = Bot(model, actions, tmp_path_factory.mktemp("rasa"))
    yield running
    running.close()


@pytest.fixture
def chat(bot: Bot, standin: StandIn) -> Chat:
    """A new conversation; search and desk as if nothing had happened yet."""
    return Chat(bot)
