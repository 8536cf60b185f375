"""What an agent has typed and not sent, and an FAQ entry as the text of a reply; pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Drafts:
    """The fields of all forms of a ticket's page, so that a refusal or another button loses none of them."""

    reply: str = ""
    note: str = ""
    resolution: str = ""
    entry_id: str = ""
    closing: str = ""


def reply_text(entry: Mapping[str, Any]) -> str:
    """An entry as people read it in a mail: answer, numbered steps, official addresses. Nothing that is not in the entry."""
    parts = [str(entry["answer"]).strip()]
    steps = [f"{number}. {step}" for number, step in enumerate(entry.get("steps") or [], 1)]
    if steps:
        parts.append("\n".join(steps))
    links = [str(link) for link in entry.get("links") or []]
    if links:
        parts.append("Trang chính thức: " + ", ".join(links))
    return "\n\n".join(parts)
