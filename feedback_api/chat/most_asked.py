"""The questions on the chat's first screen: `data/most_asked_vi.yml`, owned by the editors and reread when it changes.

A missing or broken file means no buttons and a line in the log, never a broken chat.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from feedback_api import logs

FILE = Path("data/most_asked_vi.yml")
AT_MOST = 6
LONGEST = 200


def parse(text: str) -> tuple[str, ...]:
    """The questions of the file.

    :raises ValueError: when it is no YAML or no list of short texts under `questions`.
    """
    try:
        document = YAML(typ="safe", pure=True).load(text)
    except YAMLError as error:
        raise ValueError("not YAML") from error
    questions = document.get("questions") if isinstance(document, dict) else None
    if not isinstance(questions, list) or not all(isinstance(each, str) for each in questions):
        raise ValueError("a list of texts under `questions` is expected")
    if any(not each.strip() or len(each) > LONGEST for each in questions):
        raise ValueError(f"each question needs 1 to {LONGEST} characters")
    return tuple(each.strip() for each in questions[:AT_MOST])


@dataclass(slots=True)
class MostAsked:
    """The file and what was read of it last."""

    path: Path = FILE
    _stamp: int = field(default=-1, init=False)
    _questions: tuple[str, ...] = field(default=(), init=False)

    def questions(self) -> tuple[str, ...]:
        """At most six questions; the last good ones while the file is broken."""
        try:
            stamp = self.path.stat().st_mtime_ns
            if stamp != self._stamp:
                self._stamp = stamp
                self._questions = parse(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            logs.failure("most_asked", error)
        return self._questions
