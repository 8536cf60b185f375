"""Fixtures of the page tests: a served desk whose bot and search are stand-ins, and pages that fail on a browser's faults."""

from __future__ import annotations

import time

import jwt
import pytest
from axe_playwright_python.sync_playwright import Axe
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route

from feedback_api.app import create_app, make_desk
from tests.feedback_api import databases
from tests.feedback_api.conftest import make_settings
from tests.feedback_api.factories import make_agent, make_ticket
from tests.feedback_api.standins import RasaStandIn, SearchStandIn, Served

HOST_SECRET = "a-shared-secret-of-the-tests-with-40-bytes"
SIZES = {"phone": {"width": 360, "height": 740}, "desktop": {"width": 1280, "height": 800}}


class Site:
    """A served desk with the stand-ins that it asks."""

    def __init__(self, url, desk, rasa, search) -> None:
        self.url, self.desk, self.rasa, self.search = url, desk, rasa, search


@pytest.fixture(scope="module")
def host_pages():
    """A host's web server: what is put into `pages` is served under its path."""

    pages: dict[str, str] = {}

    async def page(request):
        html = pages.get(request.path_params["name"])
        return HTMLResponse(html or "", 200 if html else 404)

    app = Starlette(routes=[Route("/{name}", page)])
    with Served(app) as served:
        yield served.url, pages


@pytest.fixture(scope="module")
def site(tmp_path_factory, host_pages):
    folder = tmp_path_factory.mktemp("pages")
    address = f"sqlite:///{folder}/desk.sqlite3"
    databases.migrate(address)
    rasa, search = RasaStandIn(), SearchStandIn()
    with Served(rasa.app) as bot, Served(search.app) as finder:
        settings = make_settings(
            address,
            folder,
            search_url=finder.url,
            rasa_url=bot.url,
            embed_origins=f"{host_pages[0]},null",
            attachments=True,
            host_jwt_secret=HOST_SECRET,
            host_jwt_issuer="https://app.example.vn",
        )
        desk = make_desk(settings)
        with desk.database.writing() as session:
            make_agent(session, "quantri", "admin", "Người Quản Trị")
        with Served(create_app(settings, desk)) as served:
            yield Site(served.url, desk, rasa, search)


@pytest.fixture
def open_page(browser, site):
    """Opens pages that fail the test on any fault a browser reports."""
    contexts, faults = [], []

    def make(size="phone", **options):
        context = browser.new_context(viewport=SIZES[size], locale="vi-VN", **options)
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on(
            "console",
            lambda message: (
                faults.append(message.text)
                if message.type == "error" and "Failed to load resource" not in message.text
                else None
            ),
        )
        return page

    site.rasa.reset()
    site.search.reset()
    yield make
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture
def ticket(site):
    with site.desk.database.writing() as session:
        made, secret = make_ticket(session, phone="0912345678")
        return made.code, secret


def host_token(subject):
    """The JWT by which a host says who is signed in."""
    now = int(time.time())
    claims = {
        "iss": "https://app.example.vn",
        "aud": "vssid-support",
        "sub": subject,
        "iat": now,
        "exp": now + 300,
    }
    return jwt.encode(claims, HOST_SECRET, algorithm="HS256")


def serious(page):
    """axe-core's serious and critical findings on the page as it is, open shadow roots included."""
    found = Axe().run(page).response["violations"]
    return [
        f"{fault['id']}: {node['html'][:150]}"
        for fault in found
        if fault["impact"] in {"serious", "critical"}
        for node in fault["nodes"]
    ]
