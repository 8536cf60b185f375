"""Errors that people see: what happened and what to do next, in Vietnamese, with a status and a stable code.

JSON for /v1 and the health checks, a page for everything else. Nothing of the request's text is ever echoed or logged.
"""

from __future__ import annotations

import sqlite3
from html import escape
from typing import TYPE_CHECKING, Any

from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse
from pydantic import BaseModel, ConfigDict
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from feedback_api import logs, texts_vi

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import FastAPI, Request
    from fastapi.responses import Response

    ErrorPage = Callable[[Request, "DeskError"], Response]

JSON_PATHS = ("/v1/", "/live", "/ready")
CHAT_PATH = "/v1/messages"
DATABASE_RETRY = "5"  # seconds


class DeskError(Exception):
    """A refusal or failure that a person is told of.

    :param message_vi: the sentence people read.
    :param status: HTTP status.
    :param code: stable name for programs.
    :param headers: extra response headers, e.g. Retry-After.
    """

    def __init__(
        self,
        message_vi: str,
        status: int = 400,
        code: str = "bad_request",
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.message_vi = message_vi
        self.status = status
        self.code = code
        self.headers = headers or {}


class NotSignedIn(DeskError):
    """An agent's page was asked for without a valid session; pages lead to /console/login."""

    def __init__(self) -> None:
        super().__init__(texts_vi.NOT_SIGNED_IN, 401, "not_signed_in")


class ErrorDetail(BaseModel):
    """One error: `code` for programs, `message` in Vietnamese for people."""

    code: str
    message: str


class ErrorBody(BaseModel):
    """What every error of /v1 looks like."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"error": {"code": "empty_text", "message": texts_vi.EMPTY_TEXT}}}
    )

    error: ErrorDetail


def error_response(request: Request, error: DeskError) -> Response:
    """The JSON or HTML form of `error`, as the path asks for."""
    if wants_json(request):
        body = {"error": {"code": error.code, "message": error.message_vi}}
        return JSONResponse(body, error.status, headers=error.headers)
    page: ErrorPage = getattr(request.app.state, "error_page", plain_page)
    response = page(request, error)
    response.headers.update(error.headers)
    return response


def wants_json(request: Request) -> bool:
    """Whether the path belongs to programs."""
    return request.url.path.startswith(JSON_PATHS)


def plain_page(request: Request, error: DeskError) -> Response:
    """The page used when no other is registered (`app.state.error_page`)."""
    del request
    body = f'<!doctype html><html lang="vi"><meta charset="utf-8"><title>VssID</title><p>{escape(error.message_vi)}</p>'
    return HTMLResponse(body, error.status)


def from_http(error: HTTPException) -> DeskError:
    """Starlette's own refusals (unknown path, wrong method) in our words."""
    message = texts_vi.HTTP_ERRORS.get(error.status_code, texts_vi.BAD_REQUEST)
    names = {404: "not_found", 405: "method_not_allowed", 413: "too_large"}
    headers = dict(error.headers or {})
    return DeskError(message, error.status_code, names.get(error.status_code, "bad_request"), headers)


def database_away(request: Request) -> DeskError:
    """The database is stopped, locked, full or out of connections: it comes back, and sending again is safe.

    The chat page keeps an unsent message and sends it again by itself; whoever only reads has lost nothing.
    """
    if request.method in {"GET", "HEAD"}:
        message = texts_vi.DATABASE_AWAY
    else:
        message = texts_vi.MESSAGE_KEPT if request.url.path == CHAT_PATH else texts_vi.NOT_SAVED
    return DeskError(message, 503, "database_away", {"Retry-After": DATABASE_RETRY})


def install(app: FastAPI) -> None:
    """Registers the handlers on `app`."""

    def desk_error(request: Request, error: Any) -> Response:
        return error_response(request, error)

    def http_error(request: Request, error: Any) -> Response:
        return error_response(request, from_http(error))

    def bad_payload(request: Request, error: Any) -> Response:
        # The faults' values are what the person typed: only the field names may be logged.
        logs.event("bad_payload", fields=[".".join(map(str, fault["loc"])) for fault in error.errors()][:5])
        return error_response(request, DeskError(texts_vi.BAD_REQUEST, 422, "bad_request"))

    def not_saved(request: Request, error: Any) -> Response:
        logs.failure("not_saved", error)
        return error_response(request, DeskError(texts_vi.NOT_SAVED, 500, "not_saved"))

    def away(request: Request, error: Any) -> Response:
        # SQLite names a wrong statement (an old schema) as it names a full disk; it does not go away by itself.
        if getattr(getattr(error, "orig", None), "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR:
            return not_saved(request, error)
        logs.failure("database_away", error)
        return error_response(request, database_away(request))

    def unexpected(request: Request, error: Any) -> Response:
        logs.failure("unexpected", error)
        return error_response(request, DeskError(texts_vi.UNEXPECTED, 500, "unexpected"))

    app.add_exception_handler(DeskError, desk_error)
    app.add_exception_handler(HTTPException, http_error)
    app.add_exception_handler(RequestValidationError, bad_payload)
    app.add_exception_handler(SQLAlchemyError, not_saved)
    for kind in (OperationalError, InterfaceError, PoolTimeout):
        app.add_exception_handler(kind, away)
    app.add_exception_handler(Exception, unexpected)
