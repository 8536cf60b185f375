"""The database goes away while citizens talk to the running desk: what each of them sees, and that nothing accepted is lost."""

import re
import signal
import sqlite3
import threading
import time
import uuid
from contextlib import ExitStack, contextmanager

import httpx
import psutil
import pytest

from feedback_api import texts_vi
from tests.e2e.conftest import wait_for
from tests.e2e.pages import ChatPage
from tests.e2e.test_faults import QUESTION, own_page
from tests.feedback_api import databases

pytestmark = pytest.mark.e2e
HOTLINE = "1900.9068"
ENGLISH = re.compile(r"error|exception|traceback|internal|unavailable", re.IGNORECASE)


@pytest.fixture
def postgres():
    programs = databases.postgres_folder()
    if programs is None:
        pytest.skip("PostgreSQL is not installed (Debian package postgresql)")
    with databases.postgres_server(programs, durable=True) as server:
        server.admin("CREATE DATABASE live")
        yield server


@pytest.fixture
def newcomer():
    """A factory of browsers that have never been here."""
    with ExitStack() as opened:
        yield lambda desk: opened.enter_context(httpx.Client(headers=own_page(desk), timeout=60))


class Citizen(threading.Thread):
    """Says each line when the one before is answered; a refused one again with the same client_id, as the page does."""

    def __init__(self, desk, client, number: int, lines: int) -> None:
        super().__init__()
        self.desk = desk
        self.lines = [f"Tôi là người {number}, câu {line}: quên mật khẩu thì sao?" for line in range(lines)]
        self.client = client
        self.begin_at = 0
        self.accepted = 0
        self.heard: list[tuple[int, str]] = []
        self.fault: BaseException | None = None
        self.pause = threading.Event()

    def run(self) -> None:
        try:
            for text in self.lines[self.begin_at :]:
                self.say(text, str(uuid.uuid4()), time.monotonic() + 120)
        except BaseException as error:  # noqa: BLE001  # the test looks at it
            self.fault = error

    def say(self, text: str, client_id: str, until: float) -> None:
        while time.monotonic() < until:
            reply = self.client.post(
                f"{self.desk.url}/v1/messages", json={"text": text, "client_id": client_id}
            )
            if reply.status_code == 200:
                assert reply.json()["messages"][-1]["author"] == "bot"
                self.accepted += 1
                return
            self.heard.append((reply.status_code, reply.json()["error"]["message"]))
            self.pause.wait(2)  # as the page does
        pytest.fail(f"not accepted: {self.heard[-3:]}")

    def kept(self) -> list[tuple[str, str]]:
        messages = self.client.get(f"{self.desk.url}/v1/messages").json()["messages"]
        return [(one["author"], one["text"]) for one in messages]


def everything_is_kept_once(citizen: Citizen) -> None:
    said = citizen.kept()
    assert [text for author, text in said if author == "citizen"] == citizen.lines
    authors = "".join(author[0] for author, _ in said)
    assert re.fullmatch(r"(cb+)+", authors), authors  # each answered before the next was taken


def page_that_helps(reply: httpx.Response, message: str) -> None:
    assert reply.status_code == 503
    assert message in reply.text
    assert "tel:19009068" in reply.text
    assert 'href="/tickets/new"' not in reply.text.partition('role="alert"')[2]  # it would fail as well
    seen = re.sub(r"<[^>]*>", " ", reply.text)
    assert not ENGLISH.search(seen), seen


def ticket_form(desk, client) -> dict[str, str]:
    form = client.get(f"{desk.url}/tickets/new").text
    key = re.search(r'name="idempotency_key" value="([^"]+)"', form).group(1)
    words = "Tôi cần cán bộ giúp lúc hệ thống hỏng."
    fields = {"text": words, "reach_by": "phone", "phone": "0912345678", "consent": "yes"}
    return {"idempotency_key": key, **fields}


def test_postgres_crashes_and_comes_back_under_conversations(own_desk, postgres, phone, newcomer):
    desk = own_desk(DESK_DATABASE_URL=postgres.url("live"))
    desk.wait("desk", "search", "actions", "rasa", seconds=240)
    chat = ChatPage(phone, desk.url).open()
    chat.ask(QUESTION)
    client = newcomer(desk)
    fields = ticket_form(desk, client)
    citizens = [Citizen(desk, newcomer(desk), number, 5) for number in range(3)]
    for one in citizens:
        one.start()
    wait_for(lambda: all(one.accepted for one in citizens), 60, "everybody was answered once")

    postgres.stop(signal.SIGQUIT)  # a crash: connections and open transactions are cut off
    answers = chat.answers().count()
    chat.type("Tôi đổi số điện thoại thì làm sao?")
    chat.told().get_by_text(texts_vi.MESSAGE_KEPT).wait_for()
    chat.page.get_by_text("Chưa gửi, sẽ tự gửi lại").wait_for()
    chat.page.locator("[data-thinking]").wait_for(state="detached")  # no dots for ever
    wait_for(lambda: all(one.heard for one in citizens), 60, "everybody was told")
    page_that_helps(citizens[0].client.get(f"{desk.url}/chat"), texts_vi.DATABASE_AWAY)
    assert HOTLINE in client.get(f"{desk.url}/chat").text  # who is new sees the chat: nothing is read for it
    page_that_helps(client.post(f"{desk.url}/tickets", data=fields), texts_vi.NOT_SAVED)
    page_that_helps(client.post(f"{desk.url}/chat", data={"text": "Câu không có script"}), texts_vi.NOT_SAVED)
    ready = client.get(f"{desk.url}/ready")
    assert (ready.status_code, ready.json()["database"]) == (503, "away")

    postgres.start()
    chat.answers().nth(answers).wait_for(timeout=60_000)  # sent by itself, once
    assert chat.page.get_by_text("Tôi đổi số điện thoại thì làm sao?").count() == 1
    for one in citizens:
        one.join(120)
        assert one.fault is None, one.fault
        assert set(one.heard) == {(503, texts_vi.MESSAGE_KEPT)}
        everything_is_kept_once(one)
    first = client.post(f"{desk.url}/tickets", data=fields)
    again = client.post(f"{desk.url}/tickets", data=fields)
    assert first.headers["location"] == again.headers["location"]


@contextmanager
def locked(desk):
    """As a copy or a repair by hand would hold it."""
    with sqlite3.connect(desk.var / "desk.sqlite3", isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")
    other.close()


@contextmanager
def full(desk):
    """No file of the desk may grow or be written any more, as on a full disk."""
    process = psutil.Process(desk.pid("desk"))
    soft, hard = process.rlimit(psutil.RLIMIT_FSIZE)
    process.rlimit(psutil.RLIMIT_FSIZE, (1, hard))
    yield
    process.rlimit(psutil.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("broken", [locked, full])
def test_sqlite_cannot_be_written(own_desk, broken, newcomer):
    desk = own_desk()
    desk.wait("desk", "search", seconds=240)
    client = newcomer(desk)
    fields = ticket_form(desk, client)
    citizens = [Citizen(desk, newcomer(desk), number, 3) for number in range(3)]
    for one in citizens:
        one.say(one.lines[0], str(uuid.uuid4()), time.monotonic() + 60)
    with broken(desk):
        for one in citizens:
            one.begin_at = 1
            one.start()
        wait_for(lambda: all(one.heard or one.fault for one in citizens), 60, "everybody was told")
        page_that_helps(client.post(f"{desk.url}/tickets", data=fields), texts_vi.NOT_SAVED)
        # What was said before can still be read.
        assert [len(one.kept()) >= 2 for one in citizens] == [True] * 3
        assert client.get(f"{desk.url}/chat").status_code == 200
    for one in citizens:
        one.join(120)
        assert one.fault is None, one.fault
        assert set(one.heard) == {(503, texts_vi.MESSAGE_KEPT)}
        everything_is_kept_once(one)
    assert client.post(f"{desk.url}/tickets", data=fields).status_code == 303
