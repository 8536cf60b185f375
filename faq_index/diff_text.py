"""A Difference for people (Vietnamese lines) and for programs (JSON). Bounded: what is left out is counted."""

import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

from faq_index.diff import Difference, EntryChange, Failing, FieldChange, Kind, Moved, Source

_KINDS = {Kind.ADDED: "thêm", Kind.CHANGED: "sửa", Kind.REMOVED: "bỏ"}
SOURCES = {
    Source.QUESTION: "câu hỏi chuẩn",
    Source.ALTERNATE: "câu hỏi khác",
    Source.TEST: "câu thử",
    Source.NEAR_MISS: "câu gần giống",
    Source.SET: "bộ đánh giá",
}
_DECISIONS = {"clarify": "hỏi lại", "abstain": "không trả lời", "needs_person": "gặp cán bộ"}
_TEXTS = (
    "question",
    "answer",
    "steps",
    "spoken",
)  # what people read is shown in full, of the rest only that it changed
_EXAMPLES = 3
_WIDTH = 110


def gets(name: str) -> str:
    """What a citizen gets, in words."""
    return _DECISIONS.get(name, name)


def lines(difference: Difference, limit: int) -> Iterator[str]:
    """At most about `limit` items in each part."""
    counts = {kind: sum(c.kind is kind for c in difference.entries) for kind in Kind}
    yield f"Mục: thêm {counts[Kind.ADDED]}, sửa {counts[Kind.CHANGED]}, bỏ {counts[Kind.REMOVED]}."
    for change in difference.entries[:limit]:
        yield from _entry(change)
    yield from _more(difference.entries, limit)
    fresh = [f for f in difference.failing if f.new]
    yield f"\nCâu thử không đạt: trước {difference.failing_before}, sau {len(difference.failing)}, mới hỏng {len(fresh)}."
    yield from (_failing(f) for f in fresh[:limit])
    yield from _more(fresh, limit)
    better = sum(m.better is True for m in difference.moved)
    worse = sum(m.better is False for m in difference.moved)
    yield f"\nCâu hỏi đổi câu trả lời: {len(difference.moved)}/{difference.asked} (đúng lên {better}, sai đi {worse})."
    routes = difference.routes()
    for (before, after), moved in routes[:limit]:
        yield f"  {len(moved):>4}  {gets(before)} -> {gets(after)}"
        yield from (f"          {_moved(m)}" for m in moved[:_EXAMPLES])
    yield from _more(routes, limit)


def _more(items: Sequence[object], limit: int) -> Iterator[str]:
    if len(items) > limit:
        yield f"  ... và {len(items) - limit} dòng nữa (--limit để xem thêm)."


def _entry(change: EntryChange) -> Iterator[str]:
    yield f"  {_KINDS[change.kind]} {change.id}: {change.question}"
    if change.kind is Kind.REMOVED:
        yield f"      thay bằng: {change.instead or 'không mục nào'}"
    for field in change.fields:
        if field.field in _TEXTS:
            yield f"      {field.field}:"
            yield from _wrapped("- ", field.old)
            yield from _wrapped("+ ", field.new)
        else:
            yield f"      {field.field}: {_counted(field)}"


def _wrapped(mark: str, value: Any) -> Iterator[str]:
    for text in value if isinstance(value, list) else [value]:
        if text:
            yield from textwrap.wrap(
                str(text), _WIDTH, initial_indent=f"        {mark}", subsequent_indent="          "
            )


def _counted(change: FieldChange) -> str:
    if isinstance(change.old, list) and isinstance(change.new, list):
        gone = sum(v not in change.new for v in change.old)
        come = sum(v not in change.old for v in change.new)
        return f"thêm {come}, bỏ {gone}" if come or gone else "đổi thứ tự"
    return f"{_short(change.old)} -> {_short(change.new)}"


def _short(value: Any) -> str:
    text = "(trống)" if value in (None, "", {}) else str(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _failing(failing: Failing) -> str:
    what = f"  {failing.entry}: {SOURCES[failing.source]} '{failing.text}'"
    return what + (
        " trúng nhầm mục này"
        if failing.source is Source.NEAR_MISS
        else f" trúng {failing.wins or 'không mục nào'}"
    )


def _moved(moved: Moved) -> str:
    mark = {True: "+", False: "-", None: " "}[moved.better]
    where = f"{SOURCES[moved.asked.source]}{f' của {moved.asked.entry}' if moved.asked.entry else ''}"
    return f"{mark} {_short(moved.asked.text)} ({where})"


def as_json(difference: Difference, limit: int) -> dict[str, Any]:
    """{"entries", "failing", "failing_before", "failing_after", "moved", "asked", "left_out"}; each list has at most
    `limit` items, `left_out` counts the others.
    """
    fresh = [f for f in difference.failing if f.new]
    routes = difference.routes()
    return {
        "entries": [_entry_json(c) for c in difference.entries[:limit]],
        "failing": [
            {"entry": f.entry, "text": f.text, "source": str(f.source), "wins": f.wins or None}
            for f in fresh[:limit]
        ],
        "failing_before": difference.failing_before,
        "failing_after": len(difference.failing),
        "moved": [
            {
                "from": before,
                "to": after,
                "count": len(moved),
                "questions": [_moved_json(m) for m in moved[:limit]],
            }
            for (before, after), moved in routes[:limit]
        ],
        "moved_count": len(difference.moved),
        "asked": difference.asked,
        "left_out": {
            "entries": max(len(difference.entries) - limit, 0),
            "failing": max(len(fresh) - limit, 0),
            "moved": max(len(routes) - limit, 0),
        },
    }


def _entry_json(change: EntryChange) -> dict[str, Any]:
    return {
        "id": change.id,
        "change": str(change.kind),
        "question": change.question,
        "fields": [{"field": f.field, "old": f.old, "new": f.new} for f in change.fields],
        "instead": change.instead,
    }


def _moved_json(moved: Moved) -> dict[str, Any]:
    return {
        "text": moved.asked.text,
        "source": str(moved.asked.source),
        "entry": moved.asked.entry or None,
        "better": moved.better,
    }
