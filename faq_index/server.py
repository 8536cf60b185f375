"""HTTP on the loopback: search, entries, health, reload; and the watch over the editors' files.

Never blocks a query on a build: builds run in the watching thread and end with the swap of one reference.
"""

import contextlib
import logging
import socket
import sys
import threading
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Annotated

import uvicorn
from fastapi import FastAPI, Header, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from watchfiles import watch

from faq_index.editor_api import add_editor_routes, health_of, is_authorised
from faq_index.errors import BadQueryError
from faq_index.live import Live
from faq_index.schemas import EntryOut, HealthOut, SearchOut, entry_out, search_out
from faq_index.searcher import FaqSearcher
from faq_index.settings import Settings, today
from faq_index.store import CURRENT

log = logging.getLogger(__name__)


def create_app(settings: Settings) -> FastAPI:
    """The application; its lifespan loads the current generation and starts the watch."""
    live = Live(settings)

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        stop = threading.Event()
        live.start()
        thread = threading.Thread(target=_watch, args=(live, settings, stop), name="faq-watch", daemon=True)
        thread.start()
        yield
        stop.set()
        thread.join(10)

    app = FastAPI(title="FAQ search", lifespan=lifespan)
    app.state.live = live
    _add_errors(app)
    _add_routes(app, live, settings)
    return app


def _add_errors(app: FastAPI) -> None:
    @app.exception_handler(BadQueryError)
    async def bad_query(_: Request, error: BadQueryError) -> JSONResponse:
        return _error(422, "bad_query", str(error))

    @app.exception_handler(RequestValidationError)
    async def bad_parameter(_: Request, error: RequestValidationError) -> JSONResponse:
        where = ", ".join(str(e["loc"][-1]) for e in error.errors())
        return _error(422, "bad_query", f"Tham số không hợp lệ: {where}.")


def _add_routes(app: FastAPI, live: Live, settings: Settings) -> None:
    @app.get("/v1/search", response_model=SearchOut)
    def search(
        q: str,
        limit: Annotated[int, Query(ge=1, le=20)] = 5,
        group: str | None = None,
        on: date | None = None,
    ) -> SearchOut | JSONResponse:
        status = live.status
        if status.searcher is None:
            return _error(503, "no_generation", f"Chưa có chỉ mục nào: {status.error}")
        only = group_of(status.searcher, group) if group else None
        result = status.searcher.search(q, on or today(), limit, only)
        return search_out(result, status.searcher)

    @app.get("/v1/entries/{entry_id}", response_model=EntryOut)
    def entry(entry_id: str) -> EntryOut | JSONResponse:
        status = live.status
        if status.searcher is None:
            return _error(503, "no_generation", f"Chưa có chỉ mục nào: {status.error}")
        wanted = status.heir(entry_id)  # tickets and buttons keep ids for years
        found = status.searcher.shown(wanted)
        if found is None and wanted in live.withdrawals.ids():
            return _error(404, "withdrawn_entry", "Mục này đang được sửa, tạm thời không trả lời.")
        if found is None:
            return _error(404, "unknown_entry", "Không có mục này.")
        return entry_out(found, status.searcher)

    @app.get("/v1/health", response_model=HealthOut)
    def health() -> JSONResponse:
        return _health(live)

    @app.post("/v1/reload", response_model=HealthOut)
    def reload(authorization: Annotated[str, Header()] = "") -> JSONResponse:
        if not is_authorised(authorization, settings):
            return _error(401, "unauthorized", "Thiếu hoặc sai SERVICE_TOKEN.")
        live.reload()
        return _health(live)

    add_editor_routes(app, live, settings)


def group_of(searcher: FaqSearcher, entry_id: str) -> frozenset[str]:
    """An entry and those tied to it by `related`, in either direction."""
    entry = searcher.entry(entry_id)
    tied = {e.id for e in searcher.generation.entries if entry_id in e.related}
    return frozenset({entry_id, *tied, *(entry.related if entry else ())})


def _health(live: Live) -> JSONResponse:
    status = live.status
    body = health_of(live)
    return JSONResponse(body.model_dump(), status_code=503 if status.searcher is None else 200)


def _error(code: int, name: str, message: str) -> JSONResponse:
    return JSONResponse({"error": {"code": name, "message": message}}, status_code=code)


def _watch(live: Live, settings: Settings, stop: threading.Event) -> None:
    """Bring the live generation up to the files, then again after every change of one of them."""
    live.refresh()
    if not settings.watch:
        return
    files = settings.files()
    current = (settings.index_dir / CURRENT).resolve()
    wanted = {current} | {
        p.resolve() for p in (files.faq, files.laws, files.allowlist, files.training) if p is not None
    }
    try:
        settings.index_dir.mkdir(parents=True, exist_ok=True)
    except OSError:
        log.exception("rollbacks on the command line go unseen until a reload")
    folders = sorted({p.parent for p in wanted if p.parent.is_dir()})
    if not folders:
        log.error("no folder to watch: %s", files.faq)
        return
    # Editors save by renaming, so the folder is watched, not the file.
    seen = False
    for changes in watch(*folders, watch_filter=lambda _, path: _is_wanted(path, wanted), stop_event=stop, debounce=400,
                         step=50, rust_timeout=1000, yield_on_timeout=True, recursive=False, raise_interrupt=False):  # fmt: skip
        live.follow()  # first: the file must not be compared with what the command line has just gone back from
        if any(Path(path).resolve() != current for _, path in changes) or not seen:
            live.refresh()  # at first too: a file saved before the watch began would go unseen
        seen = True


def _is_wanted(path: str, wanted: set[Path]) -> bool:
    return Path(path).resolve() in wanted


def serve(settings: Settings) -> int:
    """Run until stopped. 1 when the port is taken."""
    listener = socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        reason = f"Không mở được cổng {settings.port} ({error.strerror}); đổi bằng FAQ_PORT hoặc tắt chương trình đang dùng cổng."
        sys.stderr.write(reason + "\n")
        return 1
    config = uvicorn.Config(create_app(settings), log_level="warning", access_log=False)
    with listener:
        uvicorn.Server(config).run(sockets=[listener])
    return 0
