"""Runs one set-up step with visible progress and, when it fails, says why and what to do.

Standard library only: it runs before any environment exists, on whatever Python 3 the machine has.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class StepFailed(Exception):
    """A set-up step failed; `args[0]` is what a person reads, advice included."""


@contextmanager
def progress(title: str) -> Iterator[None]:
    """Shows `title` with the seconds that passed; a step of minutes must not look like a hang."""
    started = time.monotonic()
    done = threading.Event()
    live = sys.stdout.isatty()

    def tick() -> None:
        while not done.wait(1 if live else 15):
            seconds = int(time.monotonic() - started)
            print(
                f"\r  … {title} ({seconds} giây)" if live else f"  … {title} ({seconds} giây)",
                end="" if live else "\n",
                flush=True,
            )

    thread = threading.Thread(target=tick, daemon=True)
    thread.start()
    try:
        yield
    except BaseException:
        done.set()
        thread.join()
        print(f"{chr(13) if live else ''}  ✗ {title}", flush=True)
        raise
    done.set()
    thread.join()
    print(f"{chr(13) if live else ''}  ✓ {title} ({time.monotonic() - started:.0f} giây)", flush=True)


def run(
    title: str, command: list[str], *, root: Path, log: Path, advice: str, env: dict[str, str] | None = None
) -> str:
    """Runs `command` in `root`, output into `log`; returns the output.

    :raises StepFailed: with the last lines of the output and `advice`.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with progress(title):
        try:
            done = subprocess.run(
                command,
                cwd=root,
                env={**os.environ, **(env or {})},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                check=False,
            )
        except OSError as error:
            raise StepFailed(f"Không chạy được {command[0]}: {error}.\n{advice}") from error
        with log.open("a", encoding="utf-8") as file:
            file.write(f"$ {' '.join(command)}\n{done.stdout}\n")
        if done.returncode != 0:
            tail = "\n".join("    " + line for line in done.stdout.strip().splitlines()[-15:])
            raise StepFailed(
                f"Bước «{title}» không thành (mã {done.returncode}):\n{tail}\n{advice}\nChi tiết: {log}"
            )
    return done.stdout
