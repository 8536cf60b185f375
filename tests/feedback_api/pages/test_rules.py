"""Rules that hold for every page: nothing inline, GET changes nothing, other sites can't write, errors are pages."""

from __future__ import annotations

import re
import uuid
from pathlib import Path

import pytest
from sqlalchemy import select

from feedback_api.models import Base
from tests.feedback_api.factories import make_ticket
from tests.feedback_api.test_access import routes

from .conftest import Page, ask

ROOM = Path(__file__).parent.parent.parent.parent / "feedback_api"
TEMPLATES = sorted((ROOM / "templates").rglob("*.html"))
GETS = [
    "/",
    "/chat",
    "/tickets/new",
    "/tickets/status",
    "/tickets/{code}",
    "/console",
    "/console?view=mine",
    "/console/queue",
    "/console/tickets/{code}",
    "/console/tickets/{code}?insert=vssid-quen-mat-khau",
    "/console/tickets/{code}/fresh?version=0",
    "/console/health",
    "/console/health/now",
    "/console/overview",
    "/console/agents",
    "/console/faq",
    "/console/faq?view=withdrawn&topic=vssid-tai-khoan&text=vssid",
    "/console/faq/ask",
    "/console/faq/ask?q=quen+mat+khau",
    "/console/faq/entries/vssid-quen-mat-khau",
    "/console/faq/entries/vssid-co-mat-phi-khong",
    "/console/faq/generations",
    "/console/login",
]
POSTS = [
    "/chat",
    "/chat/clear",
    "/tickets",
    "/tickets/status",
    "/tickets/forget",
    "/tickets/{code}/open",
    "/tickets/{code}/replies",
    "/tickets/{code}/rating",
    "/tickets/{code}/attachments",
    "/console/login",
    "/console/logout",
    "/console/tickets/{code}/take",
    "/console/tickets/{code}/release",
    "/console/tickets/{code}/reply",
    "/console/tickets/{code}/notes",
    "/console/tickets/{code}/resolve",
    "/console/tickets/{code}/contact",
    "/console/tickets/{code}/attachments/anh-1.png/delete",
    "/console/agents",
    "/console/agents/1/disable",
    "/console/faq/entries/vssid-quen-mat-khau/withdraw",
    "/console/faq/entries/vssid-quen-mat-khau/restore",
    "/console/faq/rollback",
]


def rows(desk):
    """Everything in the database, except signs of life of agents' sessions."""
    with desk.database.reading() as session:
        return {
            table.name: sorted(
                str({key: value for key, value in row._mapping.items() if key != "last_seen_at"})
                for row in session.execute(select(table))
            )
            for table in Base.metadata.sorted_tables
        }


@pytest.fixture
def full(web, people, sign_in):
    """A browser that may everything, with a conversation and a ticket of its own: (web, desk, code)."""
    sign_in("admin")
    ask(web)
    reply = web.post(
        "/tickets",
        data={
            "text": "Cần giúp",
            "reach_by": "phone",
            "phone": "0912345678",
            "consent": "yes",
            "idempotency_key": str(uuid.uuid4()),
        },
    )
    return web, people, reply.headers["location"].rpartition("/")[2]


def test_get_changes_nothing(full):
    web, desk, code = full
    before = rows(desk)
    for path in GETS:
        reply = web.get(path.format(code=code))
        assert reply.status_code in {200, 204, 307}, path
    assert rows(desk) == before


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_other_sites_cannot_write(full, site):
    web, desk, code = full
    before = rows(desk)
    for path in POSTS:
        reply = web.post(path.format(code=code), data={"text": "x"}, headers={"Sec-Fetch-Site": site})
        assert reply.status_code == 403, path
    assert rows(desk) == before


def test_every_write_is_in_the_list_above(desk_app):
    written = {
        path.replace("{agent_id}", "1")
        .replace("{entry_id}", "vssid-quen-mat-khau")
        .replace("{name}", "anh-1.png")
        for path, method, _, _ in routes(desk_app)
        if method == "POST" and not path.startswith("/v1")
    }
    assert written == set(POSTS)


def test_pages_are_strict_and_whole(full):
    web, _, code = full
    for path in GETS:
        reply = web.get(path.format(code=code))
        if reply.status_code != 200:
            continue
        policy = reply.headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert reply.headers["cache-control"] == "no-store"
        page = Page(reply.text)
        assert page.dangers() == [], path
        outside = [
            attributes
            for tag, attributes in page.tags
            if tag in {"script", "link", "img"}
            and not (attributes.get("src") or attributes.get("href", "")).startswith("/static/")
        ]
        assert outside == [], path
        ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
        assert sorted(set(ids)) == sorted(ids), path
        if "<html" in reply.text:
            assert page.all("html", lang="vi"), path


def test_every_address_of_a_static_file_exists_and_may_be_kept(full):
    web, *_ = full
    found = set()
    for path in ("/chat", "/console"):
        for _, attributes in Page(web.get(path).text).tags:
            found |= {value for value in attributes.values() if value.startswith("/static/")}
    assert len(found) >= 7
    for address in found:
        reply = web.get(address)
        assert reply.status_code == 200, address
        rule = reply.headers["cache-control"]
        assert ("immutable" in rule) == ("?v=" in address), address
    assert web.get("/static/../templating.py").status_code == 404


def test_static_files_are_sent_small_and_pages_as_they_are(full):
    web, _, code = full
    for name in ("desk.css", "vssid-chat.js", "chat-view.js"):
        reply = web.get(f"/static/{name}", headers={"Accept-Encoding": "gzip"})
        assert reply.headers["content-encoding"] == "gzip", name
        assert int(reply.headers["content-length"]) < len(reply.content) / 2, name
    for path in ("/chat", f"/tickets/{code}", "/v1/messages"):
        assert "content-encoding" not in web.get(path, headers={"Accept-Encoding": "gzip"}).headers, path


@pytest.mark.parametrize("path", ["/khong-co", "/console/khong-co", "/tickets/a/b/c"])
def test_an_unknown_address_is_a_page_with_a_way_on(web, path):
    reply = web.get(path)
    assert reply.status_code == 404
    assert Page(reply.text).all("a", href="/tickets/new")


def test_too_large_a_form_is_a_page(web):
    reply = web.post("/chat", data={"text": "x" * 80_000, "client_id": "abcdefgh"})
    assert reply.status_code in {413, 422}
    assert "<html" in reply.text


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOM / "templates")))
def test_templates_hold_no_script_and_no_style(path):
    source = path.read_text(encoding="utf-8")
    assert not re.search(r"<script(?![^>]*\bsrc=)", source)
    assert not re.search(r"\sstyle=", source)
    assert not re.search(r"\son[a-z]+=", source)
    assert "|safe" not in source.replace(" ", "")
    missing = [
        name for name in re.findall(r'include "([^"]+)"', source) if not (ROOM / "templates" / name).exists()
    ]
    assert missing == []


def test_every_icon_is_used_and_free_of_styles():
    sources = "".join(path.read_text(encoding="utf-8") for path in TEMPLATES)
    for icon in (ROOM / "templates" / "icons").glob("*.svg"):
        assert f"icons/{icon.name}" in sources, icon.name
        assert "style" not in icon.read_text(encoding="utf-8")


def test_the_vendored_library_is_pinned_by_name():
    names = [path.name for path in (ROOM / "static").glob("htmx*")]
    assert sorted(names) == ["htmx-2.0.11.LICENSE.txt", "htmx-2.0.11.min.js"]
    assert 'version:"2.0.11"' in (ROOM / "static" / "htmx-2.0.11.min.js").read_text(encoding="utf-8")


def test_a_ticket_with_another_code_in_the_cookie_is_not_shown(web, people):
    with people.database.writing() as session:
        (first, secret), (second, _) = make_ticket(session), make_ticket(session, text="Phiếu của người khác")
        pair = (first.code, second.code)
    web.cookies.set("ticket_access", f"{pair[1]}.{secret}", path="/tickets")
    assert web.get(f"/tickets/{pair[1]}").status_code == 404
