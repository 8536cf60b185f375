"""The editors' audit log: one JSON line for every withdrawal, restoration and rollback, only ever appended to.

Never rewritten, never read to answer a citizen; withdrawals.py recovers a damaged list from it.
"""

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

AUDIT = "audit.jsonl"


def now() -> str:
    """The time stamp of what happens now, UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def append(folder: Path, action: str, at: str, by: str, **what: str) -> None:
    """Append one line and wait until it is on the disk. Raises OSError."""
    line = json.dumps({"at": at, "action": action, "by": by, **what}, ensure_ascii=False) + "\n"
    # One write of O_APPEND: lines of two processes can't mix.
    file = os.open(folder / AUDIT, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(file, line.encode())
        os.fsync(file)
    finally:
        os.close(file)


def lines(folder: Path) -> Iterator[dict[str, str]]:
    """All readable lines, oldest first; a line cut off by a crash is left out. Raises OSError; no log is no line."""
    try:
        text = (folder / AUDIT).read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return
    for line in text.splitlines():
        try:
            row = json.loads(line)
        except ValueError:
            continue
        if isinstance(row, dict):
            yield {str(key): str(value) for key, value in row.items()}
