"""The bot's settings, read from the environment once at start; a wrong value is an error with its name.

Holds no secret in its `repr`, and reads nothing but the environment.
"""

import os
from dataclasses import dataclass, field
from typing import Mapping, Optional

_WEEK = 7 * 24 * 60  # minutes
HOST = "127.0.0.1"  # rasa and actions are never reachable from outside


class BadSetting(Exception):
    """A setting that can't be used; the message names it and says what is expected."""


@dataclass(frozen=True)
class Settings:
    """Where search and desk are, how long to wait for them (seconds), and the actions' own port."""

    search_url: str
    desk_url: str
    search_timeout: float
    desk_timeout: float
    actions_port: int
    service_token: str = field(repr=False)


def load(env: Optional[Mapping[str, str]] = None) -> Settings:
    """The settings from `env` (the process environment when None); an empty value means the default.

    :raises BadSetting: when a number or an address can't be read.
    """
    values = os.environ if env is None else env
    return Settings(
        search_url=_url(values, "BOT_SEARCH_URL", "http://127.0.0.1:8001"),
        desk_url=_url(values, "BOT_DESK_URL", "http://127.0.0.1:8000"),
        search_timeout=_seconds(values, "BOT_SEARCH_TIMEOUT", 2.0),
        desk_timeout=_seconds(values, "BOT_DESK_TIMEOUT", 4.0),
        actions_port=_port(values, "BOT_ACTIONS_PORT", 5055),
        service_token=values.get("SERVICE_TOKEN", ""),
    )


def session_minutes(env: Optional[Mapping[str, str]] = None) -> float:
    """After how many minutes of silence a conversation starts anew (`BOT_SESSION_MINUTES`).

    :raises BadSetting: when it is no number from 1 to a week.
    """
    text = (os.environ if env is None else env).get("BOT_SESSION_MINUTES") or "60"
    try:
        minutes = float(text)
    except ValueError:
        raise BadSetting(f"BOT_SESSION_MINUTES={text!r}: must be a number of minutes") from None
    if not 1 <= minutes <= _WEEK:
        raise BadSetting(f"BOT_SESSION_MINUTES={text!r}: must be from 1 to {_WEEK} minutes")
    return minutes


def _url(values: Mapping[str, str], name: str, default: str) -> str:
    url = (values.get(name) or default).rstrip("/")
    if not url.startswith(("http://", "https://")):
        raise BadSetting(f"{name}={url!r}: must start with http:// or https://")
    return url


def _seconds(values: Mapping[str, str], name: str, default: float) -> float:
    text = values.get(name) or str(default)
    try:
        seconds = float(text)
    except ValueError:
        raise BadSetting(f"{name}={text!r}: must be a number of seconds") from None
    if not 0 < seconds <= 60:
        raise BadSetting(f"{name}={text!r}: must be more than 0 and at most 60 seconds")
    return seconds


def _port(values: Mapping[str, str], name: str, default: int) -> int:
    text = values.get(name) or str(default)
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise BadSetting(f"{name}={text!r}: must be a port from 1 to 65535")
    return int(text)
