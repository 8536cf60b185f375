"""The settings that every process of one desk shares: `.env`, embedded defaults below `VSSID_VAR`, made-up secrets.

Values already in the environment win over `.env`, and `.env` wins over the defaults.
Secrets that nobody set are made once and kept in `VSSID_VAR/secrets.env` (mode 0600).
"""

from __future__ import annotations

import os
import secrets
import socket
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

PORTS = {
    "desk": ("DESK_PORT", "8000"),
    "search": ("FAQ_PORT", "8001"),
    "rasa": ("BOT_RASA_PORT", "5005"),
    "actions": ("BOT_ACTIONS_PORT", "5055"),
}


def read_env_file(path: Path) -> dict[str, str]:
    """KEY=VALUE lines of `path`; blank lines and comments are skipped, quotes around a value are dropped."""
    values: dict[str, str] = {}
    if not path.exists():
        return values
    for line in path.read_text(encoding="utf-8").splitlines():
        text = line.strip()
        if not text or text.startswith("#") or "=" not in text:
            continue
        key, _, value = text.partition("=")
        values[key.strip()] = value.strip().strip("'\"")
    return values


def service_token(var: Path) -> str:
    """The token with which the bot and the desk know each other; made once."""
    path = var / "secrets.env"
    known = read_env_file(path).get("SERVICE_TOKEN")
    if known:
        return known
    var.mkdir(parents=True, exist_ok=True)
    token = secrets.token_urlsafe(32)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "a", encoding="utf-8") as file:
        file.write(f"SERVICE_TOKEN={token}\n")
    return token


def load() -> dict[str, str]:
    """Every setting of one desk as environment variables."""
    given = {**read_env_file(ROOT / ".env"), **os.environ}
    var = Path(given.get("VSSID_VAR", "var"))
    values = {
        "VSSID_VAR": str(var),
        "FAQ_INDEX_DIR": str(var / "index"),
        "DESK_DATABASE_URL": f"sqlite:///{var}/desk.sqlite3",
        "DESK_MAIL_DIR": str(var / "mail"),
        "BOT_TRACKER_DB": str(var / "rasa" / "tracker.sqlite3"),
        "BOT_MODEL_DIR": "var/rasa/models",
        "RASA_TELEMETRY_ENABLED": "false",
        "TF_CPP_MIN_LOG_LEVEL": "2",
    }
    values.update(dict(PORTS.values()))
    values.update({key: value for key, value in given.items() if value or key not in values})
    values.setdefault("DESK_PUBLIC_URL", f"http://localhost:{values['DESK_PORT']}")
    values.setdefault("DESK_SEARCH_URL", f"http://127.0.0.1:{values['FAQ_PORT']}")
    values.setdefault("DESK_RASA_URL", f"http://127.0.0.1:{values['BOT_RASA_PORT']}")
    values.setdefault("BOT_SEARCH_URL", f"http://127.0.0.1:{values['FAQ_PORT']}")
    values.setdefault("BOT_DESK_URL", f"http://127.0.0.1:{values['DESK_PORT']}")
    values.setdefault("BOT_ACTIONS_URL", f"http://127.0.0.1:{values['BOT_ACTIONS_PORT']}/webhook")
    if not values.get("SERVICE_TOKEN"):
        values["SERVICE_TOKEN"] = service_token(ROOT / var)
    return values


def port_taken(port: int) -> bool:
    """Whether another program listens on the loopback `port`."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False
