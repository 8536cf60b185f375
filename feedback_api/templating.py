"""The Jinja environment of every page: escaping always on, Vietnamese dates, fingerprinted addresses of static files.

Never touches the database; a name that a template misspells is an error and no empty string.
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import phonenumbers
from fastapi import Request
from fastapi.templating import Jinja2Templates
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import Response

ROOT = Path(__file__).resolve().parent
STATIC_DIR = ROOT / "static"
# Viet Nam has one zone and no summer time; a fixed offset needs no zone database in slim images.
VIETNAM = timezone(timedelta(hours=7))


def local(moment: datetime) -> datetime:
    """`moment` on Viet Nam's clock; raises ValueError for a time without zone, which would be seven hours off."""
    if moment.tzinfo is None:
        raise ValueError("a time without zone cannot be shown")
    return moment.astimezone(VIETNAM)


def when(moment: datetime | str) -> str:
    """`24/11/2026 18:45` on Viet Nam's clock."""
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment)
    return local(moment).strftime("%d/%m/%Y %H:%M")


def clock(moment: datetime | str) -> str:
    """`18:45` when it is of today in Viet Nam, else `18:45 24/11`."""
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment)
    there = local(moment)
    today = datetime.now(UTC).astimezone(VIETNAM).date()
    return there.strftime("%H:%M" if there.date() == today else "%H:%M %d/%m")


def day(value: date | str | None) -> str:
    """`24/11/2026`; a month alone (`2025-06`) gives `06/2025`, nothing gives an empty text."""
    if not value:
        return ""
    parts = str(value)[:10].split("-")
    return "/".join(reversed(parts))


def span(delta: timedelta) -> str:
    """A length of time in its largest sensible unit: `25 phút`, `3 giờ`, `2 ngày`; the sign is dropped."""
    minutes = int(abs(delta.total_seconds()) // 60)
    if minutes < 60:
        return f"{minutes} phút"
    if minutes < 60 * 48:
        return f"{minutes // 60} giờ"
    return f"{minutes // (60 * 24)} ngày"


def remaining(moment: datetime) -> str:
    """What an agent reads in the queue: `còn 25 phút` or `quá hạn 3 giờ`."""
    delta = local(moment) - datetime.now(UTC)
    return f"còn {span(delta)}" if delta > timedelta(0) else f"quá hạn {span(delta)}"


def phone(number: str) -> str:
    """A number in E.164 as people of Viet Nam dial it: `+84912345678` -> `0912 345 678`."""
    parsed = phonenumbers.parse(number, None)
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)


def host(url: str) -> str:
    """The host of an address without `www.`: what a citizen can compare with the address bar."""
    return (urlsplit(url).hostname or url).removeprefix("www.")


def web_only(urls: list[str]) -> list[str]:
    """Drops every address that is not http(s): an entry can never put a script behind a link."""
    return [url for url in urls if urlsplit(url).scheme in {"http", "https"}]


@cache
def _fingerprint(name: str) -> str:
    return hashlib.sha256((STATIC_DIR / name).read_bytes()).hexdigest()[:12]


def static_url(name: str) -> str:
    """Address of a static file that changes with its content, so that browsers may keep it for ever."""
    return f"/static/{name}?v={_fingerprint(name)}"


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        when=when,
        clock=clock,
        day=day,
        span=span,
        remaining=remaining,
        phone=phone,
        host=host,
        web_only=web_only,
    )
    environment.tests["question"] = lambda title: title.endswith("?")
    environment.globals.update(
        static=static_url,
        new_client_id=lambda: str(uuid4()),
    )
    return environment


templates = Jinja2Templates(env=_environment())


def page(
    request: Request, name: str, context: Mapping[str, Any] | None = None, *, status_code: int = 200
) -> Response:
    """Renders a template; pages hold personal text, so no cache on the way may keep them."""
    response = templates.TemplateResponse(request, name, dict(context or {}), status_code=status_code)
    response.headers["Cache-Control"] = "no-store"
    return response
