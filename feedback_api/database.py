"""Engine and sessions: SQLite (WAL) or PostgreSQL, transactions that begin as what they are, commit before the response.

Invariants: the session dependency commits inside `scope="function"`, so a failed commit becomes an error and never a
response; a GET gets a session that refuses to write.
"""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from anyio import CancelScope, CapacityLimiter, to_thread
from anyio.lowlevel import RunVar
from fastapi import Depends, Request
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import TimeoutError as WaitedTooLong
from sqlalchemy.orm import Session, sessionmaker

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

# Together less than the 25 s after which the chat page stops waiting: it shall hear what is the matter.
BUSY_MS = 8_000
CONNECT_SECONDS = 5  # libpq waits for ever without
POOL_SECONDS = 10
TURN_SECONDS = 15  # while someone outside holds SQLite's lock, who waits behind others must hear of it too
# Threads that commit and close, apart from those that run endpoints; one set per event loop.
_FINISHERS: RunVar[CapacityLimiter] = RunVar("finishers")


class ReadSession(Session):
    """A session for GET: whatever was added, changed or deleted in it is a programming error."""

    def flush(self, objects: Any = None) -> None:
        if self.new or self.deleted or any(self.is_modified(item) for item in self.dirty):
            raise RuntimeError("a GET must not change state")
        super().flush(objects)


def make_engine(url: str) -> Engine:
    """An engine for `url`; parameters never show up in errors, they may hold what citizens typed."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        timeout = {} if "connect_timeout" in parsed.query else {"connect_timeout": CONNECT_SECONDS}
        return create_engine(
            parsed,
            hide_parameters=True,
            pool_size=20,
            max_overflow=20,
            pool_timeout=POOL_SECONDS,
            pool_pre_ping=True,
            connect_args=timeout,
        )
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        parsed, hide_parameters=True, pool_size=20, max_overflow=20, connect_args={"check_same_thread": False}
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, record: object) -> None:
    del record
    # The driver's own BEGIN comes too late (before the first write): transactions are begun below instead.
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        "secure_delete=ON",
        f"busy_timeout={BUSY_MS}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    # A write transaction takes the lock at once: upgrading a read lock later fails without waiting when another
    # writer was faster, whatever the busy timeout.
    read_only = connection.get_execution_options().get("desk_read_only", False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


class Database:
    """Engine plus the two kinds of sessions.

    :param url: a database URL.
    :param info: put into `Session.info` of every session, e.g. the rules that services need.
    """

    def __init__(self, url: str, info: dict[str, Any] | None = None) -> None:
        self.engine = make_engine(url)
        self._turn = asyncio.Lock() if self.engine.dialect.name == "sqlite" else None
        self._write = sessionmaker(self.engine, expire_on_commit=False, info=info or {})
        reading = self.engine.execution_options(desk_read_only=True)
        if self.engine.dialect.name == "postgresql":
            reading = reading.execution_options(postgresql_readonly=True)
        self._read = sessionmaker(reading, class_=ReadSession, expire_on_commit=False, info=info or {})

    def turn(self) -> AbstractAsyncContextManager[object]:
        """Waits, without a thread, until this process may write: SQLite knows one writer, PostgreSQL any number.

        :raises sqlalchemy.exc.TimeoutError: on entering, when that takes TURN_SECONDS.
        """
        return _in_turn(self._turn) if self._turn else nullcontext()

    def write_session(self) -> Session:
        """A session that the caller commits and closes."""
        return self._write()

    def read_session(self) -> Session:
        """A session for reading that the caller closes."""
        return self._read()

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction that commits at the end, or rolls back on an error."""
        with self._write() as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One transaction that only reads."""
        with self._read() as session:
            yield session
            session.flush()

    def alive(self) -> bool:
        """Whether the database answers.

        :raises SQLAlchemyError: when it does not.
        """
        with self.engine.connect() as connection:
            return bool(connection.execute(text("SELECT 1")).scalar_one() == 1)

    def dispose(self) -> None:
        """Closes all connections."""
        self.engine.dispose()


@asynccontextmanager
async def _in_turn(lock: asyncio.Lock) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(TURN_SECONDS):
            await lock.acquire()
    except TimeoutError as error:
        raise WaitedTooLong("no turn to write") from error
    try:
        yield
    finally:
        lock.release()


async def get_session(request: Request) -> AsyncIterator[Session]:
    """The request's transaction: read-only for GET and HEAD, committed before the response for everything else.

    Async so that nobody waits for his turn to write, or for his commit, on one of the threads that the present writer
    needs to get on: on SQLite forty such waiters would lock up the desk.
    """
    database: Database = request.app.state.desk.database
    reading = request.method in {"GET", "HEAD"}
    async with nullcontext() if reading else database.turn():
        session = database.read_session() if reading else database.write_session()
        try:
            yield session
            await _aside(session.flush if reading else session.commit)
        finally:
            with CancelScope(shield=True):
                await _aside(session.close)  # rolls back what was not committed


async def _aside(work: Callable[[], None]) -> None:
    await to_thread.run_sync(work, limiter=_finishers())


def _finishers() -> CapacityLimiter:
    try:
        return _FINISHERS.get()
    except LookupError:
        _FINISHERS.set(limiter := CapacityLimiter(8))
        return limiter


SessionDep = Annotated[Session, Depends(get_session, scope="function")]
