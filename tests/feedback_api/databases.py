"""Real databases for the tests: a migrated SQLite file to copy, and a private PostgreSQL cluster to clone from."""

from __future__ import annotations

import getpass
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import psycopg

from feedback_api.database import Database
from feedback_api.migrations.run import upgrade
from feedback_api.models import Base


def postgres_folder() -> Path | None:
    """The newest installed PostgreSQL's programs (Debian keeps them off the PATH)."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parent.parent.name)
    )
    if found:
        return found[-1].parent
    program = shutil.which("initdb")
    return Path(program).parent if program else None


def server_user() -> str:
    """PostgreSQL refuses to run as root; the package's own user, or nobody, may."""
    if os.getuid() != 0:
        return getpass.getuser()
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


class PostgresServer:
    """One cluster on a Unix socket; databases come from a migrated template."""

    def __init__(self, folder: Path, command: list, run: dict) -> None:
        self.folder = folder
        self.count = 0
        self.current: str | None = None
        self._command, self._run = command, run
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        """Starts the server and waits until it answers."""
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen(self._command, cwd=self.folder, **quiet, **self._run)
        wait_for(self)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Stops the server: SIGTERM waits for its clients, SIGINT cuts them off, SIGQUIT is a crash."""
        self.process.send_signal(how)
        self.process.wait(30)

    def url(self, database: str) -> str:
        return f"postgresql://desk@/{database}?host={self.folder}"

    def admin(self, statement: str) -> None:
        with psycopg.connect(f"dbname=postgres user=desk host={self.folder}", autocommit=True) as connection:
            connection.execute(statement)

    def make_template(self) -> None:
        self.admin("CREATE DATABASE template_desk")
        migrate(self.url("template_desk"))

    @contextmanager
    def database(self):
        """The URL of an empty database at head: one is emptied again and again, a damaged one is cloned anew."""
        if self.current is None:
            self.count += 1
            self.current = f"desk_{self.count}"
            self.admin(f"CREATE DATABASE {self.current} TEMPLATE template_desk")
        yield self.url(self.current)
        try:
            with psycopg.connect(
                f"dbname={self.current} user=desk host={self.folder}", autocommit=True
            ) as connection:
                connection.execute("SET lock_timeout = '2s'")
                connection.execute(f"TRUNCATE {', '.join(Base.metadata.tables)} RESTART IDENTITY CASCADE")
        except psycopg.Error:  # a test dropped a table, or killed a process that still holds a lock
            self.admin(f"DROP DATABASE {self.current} WITH (FORCE)")
            self.current = None


def migrate(url: str) -> None:
    database = Database(url if url.startswith("sqlite") else "postgresql+psycopg" + url[len("postgresql") :])
    upgrade(database.engine)
    database.dispose()


@contextmanager
def postgres_server(programs: Path, *, durable: bool = False):
    """A running cluster, gone afterwards; without durability unless a test crashes it."""
    user = server_user()
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    shutil.chown(folder, user)
    run = {"user": user} if os.getuid() == 0 else {}
    data = folder / "data"
    subprocess.run(
        [
            programs / "initdb",
            "-D",
            data,
            "-U",
            "desk",
            "-A",
            "trust",
            "-N",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
        ],
        check=True,
        cwd=folder,
        capture_output=True,
        **run,
    )
    fast = [
        f"-c{item}"
        for item in ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200")
    ]
    command = [programs / "postgres", "-D", data, "-k", folder, "-clisten_addresses="]
    server = PostgresServer(folder, command if durable else [*command, *fast], run)
    try:
        server.start()
        server.make_template()
        yield server
    finally:
        if server.process and server.process.poll() is None:
            server.stop(signal.SIGINT if durable else signal.SIGTERM)
        shutil.rmtree(folder, ignore_errors=True)


def wait_for(server: PostgresServer) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            server.admin("SELECT 1")
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return
