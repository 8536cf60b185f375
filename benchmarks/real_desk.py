"""Starts the whole desk as `make run` does, with the real Rasa, in a folder and on ports of its own; stops it afterwards.

For benchmarks: nothing of the working tree's own desk is touched. The index and the trained model are shared.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
READY = 600.0  # seconds; a first start trains and builds
OWN = ("DESK_", "FAQ_", "BOT_", "SERVICE_")


@contextmanager
def running(ports: list[int], **settings: str) -> Iterator[tuple[str, str]]:
    """Yields the addresses of desk and Rasa once both are ready.

    :param ports: four free ports: desk, search, Rasa, actions.
    :raises SystemExit: when they are not ready in time.
    """
    desk, search, rasa, actions = map(str, ports)
    with tempfile.TemporaryDirectory(prefix="real-desk-") as folder:
        env = {
            **{key: value for key, value in os.environ.items() if not key.startswith(OWN)},
            "VSSID_VAR": folder,
            "FAQ_INDEX_DIR": str(ROOT / "var" / "index"),
            "BOT_MODEL_DIR": str(ROOT / "var" / "rasa" / "models"),
            "DESK_PORT": desk,
            "FAQ_PORT": search,
            "BOT_RASA_PORT": rasa,
            "BOT_ACTIONS_PORT": actions,
            "DESK_PUBLIC_URL": f"http://127.0.0.1:{desk}",
            **settings,
        }
        process = subprocess.Popen(
            [sys.executable, "deploy/run.py"], cwd=ROOT, env=env, stdout=subprocess.DEVNULL
        )
        try:
            wait_until_ready(process, f"http://127.0.0.1:{desk}/ready")
            yield f"http://127.0.0.1:{desk}", f"http://127.0.0.1:{rasa}"
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)


def wait_until_ready(process: subprocess.Popen[bytes], url: str) -> None:
    """:raises SystemExit: when the desk does not say that bot and search work."""
    deadline = time.monotonic() + READY
    while time.monotonic() < deadline and process.poll() is None:
        try:
            said = httpx.get(url, timeout=5, trust_env=False).json()
        except httpx.HTTPError:
            said = {}
        if said.get("rasa") == said.get("search") == "ok":
            return
        time.sleep(0.5)
    raise SystemExit("the desk with the real Rasa is not ready")
