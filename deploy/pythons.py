"""Finds the two Pythons of the desk: 3.11 for search and desk, 3.10 for Rasa.

Looks at PATH, then at pyenv's folders, then asks uv to fetch one. A pyenv shim on PATH may exist and still
refuse to run, so every candidate is started and asked for its version before it is believed.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path


def answers_as(candidate: str, version: str) -> bool:
    """Whether `candidate` runs and is Python `version` ("3.10")."""
    try:
        done = subprocess.run(
            [candidate, "-c", "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])"],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and done.stdout.strip() == version


def find_python(version: str) -> str | None:
    """Path of an installed Python `version`, or None."""
    on_path = shutil.which(f"python{version}")
    pyenv = sorted(Path.home().glob(f".pyenv/versions/{version}*/bin/python"), reverse=True)
    for candidate in [sys.executable, on_path, *map(str, pyenv)]:
        if candidate and answers_as(candidate, version):
            return candidate
    return None


def fetch_python(version: str, uv: Path | None) -> str | None:
    """Lets uv fetch Python `version`; None where there is no uv or no network."""
    command = str(uv) if uv and uv.exists() else shutil.which("uv")
    if not command:
        return None
    fetched = subprocess.run(
        [command, "python", "install", version], capture_output=True, text=True, timeout=300, check=False
    )
    if fetched.returncode != 0:
        return None
    found = subprocess.run(
        [command, "python", "find", version], capture_output=True, text=True, timeout=60, check=False
    )
    path = found.stdout.strip()
    return path if found.returncode == 0 and answers_as(path, version) else None
