"""What became of ids that are gone: `replaced` in data/faq_vi.yml, checked against the file and the live generation.

An id is stable for ever: tickets, statistics and buttons name it. So one that vanishes must say what answers instead.
"""

from collections.abc import Iterable, Mapping

from faq_index.entries import Faq, Fault
from faq_index.yaml_nodes import Document


def replaced_of(document: Document) -> dict[str, str | None]:
    """Old id -> the entry that answers instead, or None where none does. {} where the file has no sound map."""
    value = document.value.get("replaced") if isinstance(document.value, dict) else None
    if not isinstance(value, dict):
        return {}
    return {old: new for old, new in value.items() if new is None or isinstance(new, str)}


def successor(entry_id: str, replaced: Mapping[str, str | None]) -> str | None:
    """The id at the end of the chain that begins with `entry_id`; None where the chain ends with nothing or in a circle."""
    passed = {entry_id}
    at: str | None = entry_id
    while at is not None and at in replaced:
        at = replaced[at]
        if at in passed:
            return None
        if at is not None:
            passed.add(at)
    return at


def check_replaced(document: Document, ids: frozenset[str]) -> list[Fault]:
    """Faults of the map itself. `ids` are the entries of the file."""
    replaced = replaced_of(document)
    faults = []
    for old, new in replaced.items():
        line = document.line(("replaced", old))
        if old in ids:
            text = f"mã '{old}' vẫn còn trong entries; bỏ khỏi replaced, hoặc xoá mục."
            faults.append(Fault(document.file, line, old, "replaced_still_there", text))
        elif new is not None and successor(old, replaced) not in ids:
            text = (
                f"'{new}' không có trong entries; ghi mã mục trả lời thay, hoặc null nếu không mục nào thay."
            )
            faults.append(Fault(document.file, line, old, "replaced_unknown", text))
    return faults


def vanished(faq: Faq, live: Iterable[str], file: str) -> tuple[Fault, ...]:
    """A fault for every id that is live, is no longer in the file and does not stand in `replaced`."""
    ids = {e.id for e in faq.entries}
    text = "mã này đang chạy nhưng không còn trong tệp; khôi phục mục, hoặc thêm vào phần replaced ở đầu tệp: '{}: mã-mục-thay' (null nếu không mục nào thay)."
    return tuple(
        Fault(file, 1, old, "vanished_id", text.format(old))
        for old in live
        if old not in ids and old not in faq.replaced
    )
