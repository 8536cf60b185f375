"""One JSON line per step, with ids carried along. Never the text of a message, a contact or an exception's message.

Exceptions are logged as type and place only: a database's message may quote the row, a parser's message the input.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

LOGGER = logging.getLogger("feedback_api")
request_id: ContextVar[str] = ContextVar("request_id", default="")


class JsonLines(logging.Formatter):
    """Formats any record as one JSON line; foreign exceptions lose their message."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        if request_id.get():
            line["request_id"] = request_id.get()
        line.update(getattr(record, "fields", {}))
        if record.exc_info and record.exc_info[1] is not None:
            line.update(place_of(record.exc_info[1]))
            if record.name.startswith("uvicorn"):
                line["event"] = "server_error"
        return json.dumps(line, ensure_ascii=False, default=str)


def place_of(error: BaseException) -> dict[str, Any]:
    """Type and innermost frames of `error`, without its message."""
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    found: dict[str, Any] = {
        "error": type(error).__name__,
        "at_code": [f"{frame.filename.rpartition('/')[2]}:{frame.lineno}:{frame.name}" for frame in frames],
    }
    origin = getattr(error, "orig", None)
    if origin is not None:
        found["cause"] = type(origin).__name__
        found["sqlstate"] = getattr(origin, "sqlstate", None) or getattr(origin, "sqlite_errorname", None)
    return found


def event(name: str, **fields: object) -> None:
    """One step with its ids and figures."""
    LOGGER.info(name, extra={"fields": fields})


def failure(name: str, error: BaseException, **fields: object) -> None:
    """A step that went wrong, with type and place of `error`."""
    LOGGER.error(name, extra={"fields": {**fields, **place_of(error)}})


def configure(level: str) -> None:
    """Sends everything, uvicorn included, to standard output as JSON lines."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    LOGGER.setLevel(level)
    for name in ("uvicorn", "uvicorn.error"):
        logger = logging.getLogger(name)
        logger.handlers[:] = []
        logger.propagate = True
        logger.setLevel(logging.WARNING)
    # Paths may carry what people typed; our own line per request names the route instead.
    logging.getLogger("uvicorn.access").disabled = True
