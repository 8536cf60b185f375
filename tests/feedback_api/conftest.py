"""Fixtures of the desk: every test that touches the database runs on SQLite and on PostgreSQL, migrated to head."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from feedback_api.app import create_app, make_desk
from feedback_api.conversations.service import find_conversation
from feedback_api.settings import Settings
from feedback_api.tickets import service as tickets

from . import databases
from .factories import make_agent, make_ticket, say
from .standins import SERVICE_TOKEN, RasaStandIn, SearchStandIn, Served

ROOT = Path(__file__).parent.parent.parent
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory):
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite3"
    databases.migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres():
    programs = databases.postgres_folder()
    if programs is None:
        pytest.skip("PostgreSQL is not installed (Debian package postgresql)")
    with databases.postgres_server(programs) as server:
        yield server


@pytest.fixture
def sqlite_url(sqlite_template, tmp_path):
    path = tmp_path / "desk.sqlite3"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request):
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_url")
        return
    with request.getfixturevalue("postgres").database() as url:
        yield url


@pytest.fixture(scope="session")
def redis_url():
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("Redis is not installed (Debian package redis-server)")
    folder = Path(tempfile.mkdtemp(prefix="redis-", dir="/tmp"))
    path = folder / "redis.sock"
    process = subprocess.Popen(
        [program, "--port", "0", "--unixsocket", path, "--save", "", "--appendonly", "no"],
        cwd=folder,
        stdout=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 30
    while not path.exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    yield f"redis+unix://{path}"
    process.terminate()
    process.wait(15)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def rasa_server():
    standin = RasaStandIn()
    with Served(standin.app) as served:
        standin.url = served.url
        yield standin


@pytest.fixture
def rasa(rasa_server):
    rasa_server.reset()
    return rasa_server


@pytest.fixture(scope="session")
def search_server():
    standin = SearchStandIn()
    with Served(standin.app) as served:
        standin.url = served.url
        yield standin


@pytest.fixture
def search(search_server):
    search_server.reset()
    return search_server


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def make_settings(database_url, tmp_path, **changes) -> Settings:
    nobody = f"http://127.0.0.1:{free_port()}"
    values = {
        "SERVICE_TOKEN": SERVICE_TOKEN,
        "database_url": database_url,
        "mail_dir": tmp_path / "mail",
        "search_url": nobody,
        "rasa_url": nobody,
        "rasa_timeout": 5,
        "public_url": "http://testserver",
        "routing_file": ROOT / "data" / "routing.yml",
        "calendar_file": ROOT / "data" / "calendar_vi.yml",
        "mail_from": "Hỗ trợ VssID <hotro@example.org>",
    }
    return Settings(**{**values, **changes})


@pytest.fixture
def settings(database_url, tmp_path):
    """Settings of a desk whose neighbours are all away."""
    return make_settings(database_url, tmp_path)


@pytest.fixture
def desk(settings):
    made = make_desk(settings)
    yield made
    made.database.dispose()


@pytest.fixture
def desk_app(settings, desk):
    return create_app(settings, desk)


@pytest.fixture
def client(desk_app):
    """A browser of the same origin; cookies are kept."""
    with TestClient(desk_app, headers=SAME_ORIGIN, raise_server_exceptions=False) as browser:
        yield browser


@pytest.fixture
def full_desk(database_url, tmp_path, rasa, search):
    """A desk whose bot and search are stand-ins: (client, desk, rasa, search)."""
    settings = make_settings(database_url, tmp_path, search_url=search.url, rasa_url=rasa.url)
    made = make_desk(settings)
    with TestClient(
        create_app(settings, made), headers=SAME_ORIGIN, raise_server_exceptions=False
    ) as browser:
        yield browser, made, rasa, search


@pytest.fixture
def handed(full_desk):
    """(client, desk, rasa, code, agent): a chat whose ticket an agent has answered."""
    client, desk, rasa, _ = full_desk
    say(client, "quen mat khau vssid")
    with desk.database.writing() as session:
        conversation = find_conversation(session, client.cookies["vssid_chat"])
        ticket, _ = make_ticket(session, conversation=conversation, channel="chat")
        agent = make_agent(session)
        tickets.reply(session, ticket, agent, "Bạn gửi tôi ngày đăng ký nhé.", ticket.version, "k1")
    rasa.seen.clear()
    return client, desk, rasa, ticket.code, agent


@pytest.fixture
def process_env(settings, tmp_path):
    """The environment of a desk's own process on the test's database."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "SERVICE_TOKEN": SERVICE_TOKEN,
        "DESK_DATABASE_URL": settings.database_url,
        "DESK_MAIL_DIR": str(tmp_path / "mail"),
        "DESK_MAIL_FROM": "Ho tro <hotro@example.org>",
        "DESK_ROUTING_FILE": str(ROOT / "data" / "routing.yml"),
        "DESK_CALENDAR_FILE": str(ROOT / "data" / "calendar_vi.yml"),
        "LANG": "C.UTF-8",
    }
