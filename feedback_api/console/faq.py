"""`/console/faq`: what the editors have live, how search decides, the generations; withdraw, restore, go back.

Everything is search's: the desk keeps no copy, so a page never shows what is not live. Reading is for all who are signed
in, writing for editors, leads and administrators. No session is open while search is asked.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from feedback_api import logs, texts_vi
from feedback_api.access import Access, access
from feedback_api.clients.faq_client import FaqRefused
from feedback_api.clients.search_client import SearchDown, UnknownEntry
from feedback_api.console import faq_list
from feedback_api.console.drafts import reply_text
from feedback_api.console.shared import EDITORS, EVERYONE, Viewer, console_page, signed_in, wants_fragment
from feedback_api.console.titles import CHECK_TITLES, DECISION_TITLES, ENTRY_STATUS_TITLES, REASON_TITLES
from feedback_api.errors import DeskError
from feedback_api.state import desk_of
from feedback_api.templating import VIETNAM
from feedback_api.text import LIMIT, clean

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from feedback_api.clients.faq_client import Catalogue, Detail, EntryState
    from feedback_api.clients.search_client import SearchReport, SearchResult
    from feedback_api.models import Role

router = APIRouter(prefix="/faq")
BAD_GATEWAY = 502  # htmx swaps it in (console/base.html), as it does refusals
SECTIONS = (
    ("list", "/console/faq", "Danh sách"),
    ("ask", "/console/faq/ask", "Hỏi thử"),
    ("generations", "/console/faq/generations", "Các bản và lỗi"),
)
TODAY = faq_list.Look()
Word = Annotated[str, Query(max_length=200)]
EntryId = Annotated[str, Form(max_length=120)]


@router.get("")
@access(Access.AGENT)
async def show(
    request: Request, view: Word = "all", topic: Word = "", text: Word = "", on: Word = ""
) -> Response:
    """The list, as of a day; htmx gets the rows alone."""
    viewer = await _viewer(request)
    look = _look(on)
    wanted = faq_list.Wanted(view, topic, clean(text), look.value)
    catalogue, report = await asyncio.gather(_catalogue(request, look), _report(request))
    context = {
        "look": look,
        "today_href": wanted.href(on=""),
        "wanted": wanted,
        "catalogue": catalogue,
        "listing": faq_list.listing(catalogue, wanted) if catalogue else None,
        "report": report,
    }
    return _page(request, viewer, "list", context)


@router.get("/ask")
@access(Access.AGENT)
async def ask(
    request: Request, q: Annotated[str, Query(max_length=4 * LIMIT)] = "", on: Word = ""
) -> Response:
    """What search would do with a question on a day, and why. Nothing of it is stored."""
    viewer = await _viewer(request)
    question, look = clean(q)[:LIMIT], _look(on)
    topics, found = await asyncio.gather(_topics(request), _search(request, question, look))
    context = {
        "question": question,
        "found": found,
        "topics": topics,
        "text_limit": LIMIT,
        "look": look,
        "today_href": "/console/faq/ask" + (f"?{urlencode({'q': question})}" if question else ""),
    }
    return _page(request, viewer, "ask", context)


@router.get("/entries/{entry_id}")
@access(Access.AGENT)
async def entry(request: Request, entry_id: str, on: Word = "") -> Response:
    """One entry as citizens see, read and hear it, and how its own tests fare; one that is gone leads to its heir."""
    return await _entry_page(request, await _viewer(request), entry_id, look=_look(on))


@router.post("/entries/{entry_id}/withdraw")
@access(Access.AGENT)
async def withdraw(
    request: Request, entry_id: str, reason: Annotated[str, Form(max_length=4_000)] = ""
) -> Response:
    """Stops the entry at once; the reason stays with it."""
    viewer = await _viewer(request, EDITORS)
    reason = clean(reason)
    error = await _write(
        desk_of(request.app).faq.withdraw(entry_id, reason, viewer.name),
        "faq_withdrawn",
        viewer,
        entry=entry_id,
    )
    return await _after_entry_write(request, viewer, entry_id, error, reason)


@router.post("/entries/{entry_id}/restore")
@access(Access.AGENT)
async def restore(request: Request, entry_id: str) -> Response:
    """Lets a withdrawn entry answer again."""
    viewer = await _viewer(request, EDITORS)
    error = await _write(
        desk_of(request.app).faq.restore(entry_id, viewer.name), "faq_restored", viewer, entry=entry_id
    )
    return await _after_entry_write(request, viewer, entry_id, error)


@router.get("/generations")
@access(Access.AGENT)
async def generations(request: Request) -> Response:
    """What was live before, and every fault of the last load."""
    return await _generations_page(request, await _viewer(request))


@router.post("/rollback")
@access(Access.AGENT)
async def rollback(request: Request, generation: EntryId) -> Response:
    """Makes an earlier generation live again."""
    viewer = await _viewer(request, EDITORS)
    error = await _write(
        desk_of(request.app).faq.rollback(generation, viewer.name),
        "faq_rolled_back",
        viewer,
        generation=generation,
    )
    if error is None and not wants_fragment(request):
        return RedirectResponse("/console/faq/generations", 303)
    return await _generations_page(request, viewer, error)


def _look(on: str) -> faq_list.Look:
    return faq_list.Look.at(on, datetime.now(VIETNAM).date())


async def _viewer(request: Request, roles: tuple[Role, ...] = EVERYONE) -> Viewer:
    def load() -> Viewer:
        with desk_of(request.app).database.reading() as session:
            return Viewer.of(signed_in(request, session, roles))

    return await run_in_threadpool(load)


async def _write(work: Awaitable[None], name: str, viewer: Viewer, **ids: str) -> DeskError | None:
    """Runs `work` and writes down who did it; the reason when it did not work."""
    try:
        await work
    except FaqRefused as refused:
        logs.event(f"{name}_refused", agent=viewer.id, code=refused.code, **ids)
        message = texts_vi.FAQ_REFUSALS.get(refused.code, texts_vi.FAQ_REFUSED)
        return DeskError(message, 422 if refused.code == "reason_missing" else 409, refused.code)
    except SearchDown as down:
        logs.event(f"{name}_failed", agent=viewer.id, reason=str(down), **ids)
        return DeskError(texts_vi.SEARCH_AWAY, BAD_GATEWAY, "search_away")
    logs.event(name, agent=viewer.id, **ids)
    return None


async def _after_entry_write(
    request: Request, viewer: Viewer, entry_id: str, error: DeskError | None, reason: str = ""
) -> Response:
    if error is None and not wants_fragment(request):
        return RedirectResponse(f"/console/faq/entries/{entry_id}", 303)
    return await _entry_page(request, viewer, entry_id, error, reason if error else "")


async def _entry_page(
    request: Request,
    viewer: Viewer,
    entry_id: str,
    error: DeskError | None = None,
    reason: str = "",
    look: faq_list.Look = TODAY,
) -> Response:
    """The page of one entry; where search is away, the page that says so.

    :raises DeskError: 404 unknown_entry.
    """
    catalogue, detail = await asyncio.gather(_catalogue(request, look), _detail(request, entry_id, look))
    state: EntryState | None = faq_list.find(catalogue.entries, entry_id) if catalogue else None
    if catalogue and state is None:
        if detail is None or faq_list.find(catalogue.entries, detail.entry["id"]) is None:
            raise DeskError(texts_vi.UNKNOWN_ENTRY, 404, "unknown_entry")
        return RedirectResponse(f"/console/faq/entries/{detail.entry['id']}{look.query}", 303)
    context = {
        "entry_id": entry_id,
        "state": state,
        "topics": catalogue.titles if catalogue else {},
        "questions": {each.id: each.question for each in catalogue.entries} if catalogue else {},
        "texts": detail.entry if detail else None,
        "checks": detail.checks if detail else None,
        "check_titles": CHECK_TITLES,
        "mail": reply_text(detail.entry) if detail else "",
        "reason": reason,
        "look": look,
        "today_href": f"/console/faq/entries/{entry_id}",
    }
    return _page(request, viewer, "entry", context, error)


async def _generations_page(request: Request, viewer: Viewer, error: DeskError | None = None) -> Response:
    async def history() -> Any:
        try:
            return await desk_of(request.app).faq.history()
        except SearchDown as down:
            logs.event("console_faq_down", reason=str(down))
            return None

    kept, report = await asyncio.gather(history(), _report(request))
    return _page(request, viewer, "generations", {"history": kept, "report": report}, error)


async def _catalogue(request: Request, look: faq_list.Look) -> Catalogue | None:
    desk = desk_of(request.app)
    try:
        catalogue = await desk.faq.catalogue(look.on)
    except SearchDown as down:
        logs.event("console_faq_down", reason=str(down))
        return None
    desk.topics.learn(catalogue.titles)
    return catalogue


async def _topics(request: Request) -> dict[str, str]:
    desk = desk_of(request.app)
    return await desk.topics.get(desk.faq)


async def _report(request: Request) -> SearchReport | None:
    try:
        return await desk_of(request.app).search.report()
    except SearchDown as down:
        logs.event("console_search_down", reason=str(down))
        return None


async def _search(request: Request, question: str, look: faq_list.Look) -> SearchResult | None:
    if not question:
        return None
    try:
        return await desk_of(request.app).search.search(question, look.on)
    except (SearchDown, UnknownEntry) as down:
        logs.event("console_search_down", reason=str(down))
        return None


async def _detail(request: Request, entry_id: str, look: faq_list.Look) -> Detail | None:
    """The entry's texts and tests; None while it is unknown or search is away."""
    try:
        return await desk_of(request.app).faq.detail(entry_id, look.on)
    except (SearchDown, UnknownEntry) as missing:
        logs.event("console_entry_missing", entry=entry_id, reason=str(missing))
        return None


def _page(
    request: Request, viewer: Viewer, section: str, context: dict[str, Any], error: DeskError | None = None
) -> Response:
    shared = {
        "section": section,
        "sections": SECTIONS,
        "may_edit": viewer.may(EDITORS),
        "entry_status_titles": ENTRY_STATUS_TITLES,
        "decision_titles": DECISION_TITLES,
        "reason_titles": REASON_TITLES,
        "error": error.message_vi if error else None,
    }
    folder = "console/partials/faq_" if wants_fragment(request) else "console/faq_"
    status = error.status if error else 200
    return console_page(
        request, viewer, "faq", f"{folder}{section}.html", {**shared, **context}, status_code=status
    )
