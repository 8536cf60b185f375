"""What tests of the running server share: a server as another process over a desk's folder, and waiting for it."""

import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager

import httpx

from faq_index.__main__ import main

from .conftest import ROOT

PATIENCE = 90  # seconds; a slow machine still gets there


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def until(condition, what):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"not within {PATIENCE} s: {what}")


@contextmanager
def serving(desk, **more):
    """A client of a server over the desk's folder that answers health; the process, `client.process`, ends with the
    block. What it writes is in server.log of the folder.
    """
    port = free_port()
    environment = {
        **os.environ,
        **desk.environment(),
        "FAQ_PORT": str(port),
        "SERVICE_TOKEN": "secret",
        **more,
    }
    with (desk.folder / "server.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "faq_index", "serve"], cwd=ROOT, env=environment, stdout=log, stderr=log
        )
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
                until(lambda: answers(client) or process.poll() is not None, "health")
                assert process.poll() is None, (desk.folder / "server.log").read_text()
                client.process = process
                yield client
        finally:
            process.terminate()
            process.wait(30)


def answers(client):
    try:
        return client.get("/v1/health") is not None
    except httpx.TransportError:
        return False


def health(client):
    return client.get("/v1/health").json()


def live(client, other_than=None):
    return until(
        lambda: (h := health(client))["generation"] not in (None, other_than) and h, "a live generation"
    )


def search(client, q, **more):
    return client.get("/v1/search", params={"q": q, **more})


def build(desk):
    for name, value in desk.environment().items():
        os.environ[name] = value
    try:
        assert main(["build", "--promote"]) == 0
    finally:
        for name in desk.environment():
            os.environ.pop(name, None)
