"""One entry on one page, as people will meet it: chat bubble, e-mail, spoken version, and how its own tests fare.

Self-contained: no script, nothing loaded from anywhere. Everything an editor wrote is escaped.
"""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from faq_index.diff_text import SOURCES, gets
from faq_index.entries import Decision, Faq, FaqEntry
from faq_index.own_tests import Check, checks
from faq_index.searcher import FaqSearcher
from faq_index.withdrawals import Withdrawal

_TEMPLATES = Path(__file__).parent / "templates"
_SECONDS_PER_WORD = 0.3  # an agent reads about 200 syllables a minute


@dataclass(frozen=True, slots=True)
class Result:
    """`passes`: the entry is first where it should be, and not where it should not."""

    kind: str
    text: str
    passes: bool
    gets: str
    first: str


def results(searcher: FaqSearcher, entry: FaqEntry, on: date) -> tuple[Result, ...]:
    """The entry's question, its tests and its near misses, judged on that day."""
    return tuple(_result(check, entry.id) for check in checks(searcher, entry, on))


def _result(check: Check, entry_id: str) -> Result:
    verdict = check.verdict
    answered = verdict.decision is Decision.ANSWER and verdict.first == entry_id
    received = "mục này" if answered else gets(verdict.gets)
    return Result(SOURCES[check.source], check.text, check.passes, received, verdict.first)


def mail_text(entry: FaqEntry) -> str:
    """What an agent's e-mail says, between the frame that the desk puts around every mail."""
    steps = [f"{i}. {step}" for i, step in enumerate(entry.steps, 1)]
    sources = [*entry.links, *(s for s in entry.official_sources if s not in entry.links)]
    bases = _bases(entry)
    blocks = [
        "Chào bạn,",
        entry.answer,
        "\n".join(["Việc cần làm:", *steps]) if steps else "",
        f"Căn cứ: {'; '.join(bases)}." if bases else "",
        "\n".join(["Xem thêm:", *sources]) if sources else "",
    ]
    return "\n\n".join(block for block in blocks if block)


def _bases(entry: FaqEntry) -> list[str]:
    return [f"{b.article}, {b.act}" for b in entry.legal_basis]


def page(faq: Faq, entry: FaqEntry, judged: Sequence[Result], withdrawn: Withdrawal | None = None) -> str:
    """The HTML page."""
    environment = Environment(loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined)
    style = (_TEMPLATES / "preview.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return environment.get_template("preview.html").render(
        entry=entry,
        topic=faq.topics.get(entry.topic, entry.topic),
        bases=_bases(entry),
        mail=mail_text(entry),
        seconds=round(len(entry.spoken.split()) * _SECONDS_PER_WORD),
        results=judged,
        warnings=[w for w in faq.warnings if w.id == entry.id],
        withdrawn=withdrawn,
        style=Markup(style),  # noqa: S704  # our own file, no word of an editor in it
        style_hash=f"sha256-{digest}",
    )
