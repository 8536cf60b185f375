"""Page tests run on the real app with stand-ins for bot and search. Pages hold no SQL, so SQLite alone is enough here;
the console, which has some, asks for both databases by name."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from tests.feedback_api.factories import PASSWORD, make_agent

XSS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'-alert(1)-'",
    "</textarea><svg onload=alert(1)>",
    "{{ 7*7 }}${7*7}",
    'javascript:alert(1)"autofocus onfocus="alert(1)',
]


class Page(HTMLParser):
    """What a browser would find: tags with their attributes, and the visible text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.feed(html)
        self.text = re.sub(r"\s+", " ", " ".join(self.words))

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data):
        self.words.append(data)

    def all(self, tag, **attributes):
        return [
            found
            for name, found in self.tags
            if name == tag and all(found.get(key.rstrip("_")) == value for key, value in attributes.items())
        ]

    def value(self, name):
        """The value of the first input of that name."""
        return self.all("input", name=name)[0]["value"]

    def dangers(self):
        """Whatever a strict page must not hold: inline scripts, handlers, styles, addresses with scripts."""
        found = [attrs for tag, attrs in self.tags if tag == "script" and "src" not in attrs]
        found += [
            (tag, name)
            for tag, attrs in self.tags
            for name, value in attrs.items()
            if name.startswith("on")
            or name == "style"
            or (name in {"href", "src", "action"} and value.strip().lower().startswith("javascript"))
        ]
        return found


@pytest.fixture
def database_url(sqlite_url):
    return sqlite_url


@pytest.fixture
def web(full_desk):
    """A citizen's browser."""
    client, *_ = full_desk
    client.follow_redirects = False
    return client


@pytest.fixture
def people(full_desk):
    """An account of each role, by role; the login is the role's name."""
    _, desk, *_ = full_desk
    with desk.database.writing() as session:
        for role in ("agent", "lead", "editor", "admin"):
            make_agent(session, role, role, f"Người {role}")
    return desk


@pytest.fixture
def sign_in(web, people):
    """Signs the browser in as a role."""

    def as_role(role: str):
        web.cookies.clear()
        reply = web.post("/console/login", data={"login": role, "password": PASSWORD})
        assert (reply.status_code, reply.headers["location"]) == (303, "/console")
        return web

    return as_role


def ask(web, text="quen mat khau vssid", **fields):
    """One plain-form turn of the chat."""
    return web.post("/chat", data={"client_id": fields.pop("client_id", ""), "text": text, **fields})
