"""Reads data/faq_vi.yml and the files beside it into a Faq, or tells every fault at once with file and line.

Never writes, never stops at the first fault. An entry that is broken in shape is left out of the later checks.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema

from faq_index.checks import Finding, check_all
from faq_index.entries import Faq, FaqEntry, Fault, LegalBasis, NearMiss, NeedsPerson, Severity
from faq_index.errors import FaqDataError
from faq_index.lineage import check_replaced, replaced_of
from faq_index.nearness import Strayed, strayed
from faq_index.registers import Registers, load_registers, parse_date
from faq_index.schema import FAQ
from faq_index.shape_faults import in_vietnamese
from faq_index.yaml_nodes import Document, read

_VALIDATOR = jsonschema.Draft202012Validator(FAQ)
_DATES = ("reviewed_on", "review_by", "effective_from", "effective_to")
_LISTS = ("alternates", "steps", "sources", "links", "related", "tests")


@dataclass(frozen=True, slots=True)
class DataFiles:
    """Where the editors' files lie. Only `faq` must exist with entries; `training` may be missing."""

    faq: Path
    laws: Path
    allowlist: Path
    training: Path | None = None


def check_files(
    files: DataFiles, today: date, *, thorough: bool = False
) -> tuple[Faq | None, tuple[Fault, ...]]:
    """The FAQ, or None when a fault is an error; and all faults, errors and warnings, in order of file and line.

    `thorough` adds the hints that take a second, which a saved file is not kept waiting for.
    """
    document = read(files.faq)
    registers, register_faults, register_raw = load_registers(files.laws, files.allowlist)
    faults = [*document.faults, *register_faults]
    entries, places = _entries(document, faults)
    entries = [replace(e, official_sources=_official(e.sources, registers)) for e in entries]
    ids = _named(document)
    faults += check_replaced(document, ids)
    topics = _topics(document)
    findings = check_all(tuple(entries), ids, frozenset(topics), registers, today)
    findings += [_stray(found) for found in strayed(tuple(entries))] if thorough else []
    faults += [_placed(finding, document, places) for finding in findings]
    # Of a file that can't be read no id is known, and each would be a fault of its own.
    known = ids if document.value is not None else None
    training, training_faults, training_raw = _training(files.training, known)
    faults += training_faults
    ordered = tuple(sorted(set(faults), key=lambda f: (f.file, f.line, f.id, f.code)))
    if any(f.severity is Severity.ERROR for f in ordered):
        return None, ordered
    digest = hashlib.sha256(document.raw + b"\0" + register_raw + b"\0" + training_raw).hexdigest()
    return Faq(tuple(entries), topics, training, ordered, digest, replaced_of(document)), ordered


def load_faq(files: DataFiles, today: date) -> Faq:
    """The FAQ. Raises FaqDataError with every error (warnings stay in Faq.warnings)."""
    faq, faults = check_files(files, today)
    if faq is None:
        raise FaqDataError(tuple(f for f in faults if f.severity is Severity.ERROR))
    return faq


def _entries(document: Document, faults: list[Fault]) -> tuple[list[FaqEntry], dict[str, int]]:
    """Well-formed entries, and entry id -> position in the file. Adds the schema's faults and double ids."""
    if document.value is None:
        return [], {}
    broken: set[int] = set()
    raw_entries = document.value.get("entries") if isinstance(document.value, dict) else None
    rows: list[Any] = raw_entries if isinstance(raw_entries, list) else []
    for error in _VALIDATOR.iter_errors(document.value):
        path = tuple(error.absolute_path)
        entry_id = ""
        if len(path) >= 2 and path[0] == "entries" and isinstance(path[1], int):
            broken.add(path[1])
            row = rows[path[1]]
            entry_id = str(row.get("id", "")) if isinstance(row, dict) else ""
        for field_path, code, message in in_vietnamese(error):
            faults.append(Fault(document.file, document.line((*path, *field_path)), entry_id, code, message))
    entries: list[FaqEntry] = []
    places: dict[str, int] = {}
    lines: dict[str, int] = {}  # where each id stands first, also in an entry that is broken in shape
    for position, row in enumerate(rows):
        line = document.line(("entries", position))
        named = row.get("id") if isinstance(row, dict) else None
        first = lines.setdefault(named, line) if isinstance(named, str) else line
        if first != line:
            text = f"mã này đã dùng ở dòng {first}; đặt mã khác."
            faults.append(Fault(document.file, line, str(named), "duplicate_id", text))
            continue
        if position in broken:
            continue
        faults += _bad_dates(row, position, document)
        places[row["id"]] = position
        entries.append(_entry(row, line))
    return entries, places


def _bad_dates(row: dict[str, Any], position: int, document: Document) -> list[Fault]:
    return [
        Fault(
            document.file,
            document.line(("entries", position, key)),
            row["id"],
            "bad_date",
            f"'{row[key]}' không phải ngày có thật; sửa lại.",
        )
        for key in _DATES
        if key in row and parse_date(row[key]) is None
    ]


def _entry(row: dict[str, Any], line: int) -> FaqEntry:
    """A FaqEntry of a row that satisfies the schema."""
    lists = {key: tuple(" ".join(text.split()) for text in row.get(key, ())) for key in _LISTS}
    dates = {key: parse_date(row.get(key)) for key in _DATES}
    texts = {key: re.sub(r"\s+", " ", row.get(key, "")).strip() for key in ("question", "answer", "spoken")}
    fields: dict[str, Any] = {**texts, **lists, **dates}
    return FaqEntry(
        id=row["id"],
        topic=row["topic"],
        **fields,
        legal_basis=tuple(LegalBasis(b["act"], b["article"]) for b in row["legal_basis"]),
        as_of=row["as_of"],
        confidence=row["confidence"],
        audience=row["audience"],
        facets=dict(row.get("facets", {})),
        needs_person=NeedsPerson(row["needs_person"]),
        near_misses=tuple(NearMiss(m["question"], m["id"]) for m in row.get("near_misses", ())),
        line=line,
    )


def _official(sources: tuple[str, ...], registers: Registers) -> tuple[str, ...]:
    addresses = [source.split(" ", 1)[0] for source in sources]
    return tuple(a for a in addresses if registers.host_allowed(a))


def _named(document: Document) -> frozenset[str]:
    """Ids of all entries, those broken in shape included."""
    rows = document.value.get("entries") if isinstance(document.value, dict) else None
    good = [r for r in rows if isinstance(r, dict)] if isinstance(rows, list) else []
    return frozenset(str(r["id"]) for r in good if r.get("id"))


def _topics(document: Document) -> dict[str, str]:
    rows = document.value.get("topics") if isinstance(document.value, dict) else None
    good = [r for r in rows if isinstance(r, dict)] if isinstance(rows, list) else []
    return {str(r.get("id")): str(r.get("title")) for r in good}


def _placed(finding: Finding, document: Document, places: dict[str, int]) -> Fault:
    line = document.line(("entries", places[finding.id], *finding.path))
    return Fault(document.file, line, finding.id, finding.code, finding.message, finding.severity)


def _stray(found: Strayed) -> Finding:
    text = (
        f"câu '{found.question}' giống câu '{found.other}' của mục '{found.other_id}' hơn các câu của mục mình;"
        " viết rõ điều làm hai mục khác nhau, hoặc chuyển câu sang mục kia."
    )
    path = ("alternates", found.position)
    return Finding(found.entry_id, "nearer_to_another", text, path, Severity.WARNING)


def _training(
    path: Path | None, ids: frozenset[str] | None
) -> tuple[dict[str, tuple[str, ...]], list[Fault], bytes]:
    """Questions learned from, of all batches together. Those of an unknown entry are left out with a warning: entries
    come and go. `ids` is None where they are not known at all.
    """
    if path is None or not path.exists():
        return {}, [], b""
    document = read(path)
    faults = list(document.faults)
    if document.value is None:
        return {}, faults, document.raw
    kept: dict[str, tuple[str, ...]] = {}
    unknown: list[tuple[str, str]] = []
    for place, questions in _batches(document, faults):
        entry_id = str(place[-1])
        if not isinstance(questions, list) or not all(isinstance(q, str) for q in questions):
            text = "phải là danh sách câu hỏi bằng chữ."
            faults.append(Fault(document.file, document.line(place), entry_id, "wrong_type", text))
        elif ids is None or entry_id in ids:
            kept[entry_id] = (*kept.get(entry_id, ()), *questions)
        else:
            unknown.append(place)
    if unknown:
        names = list(dict.fromkeys(entry_id for _, entry_id in unknown))
        text = f"{len(names)} mã không có trong bộ câu hỏi, bỏ qua: {', '.join(names[:3])}."
        line = document.line(unknown[0])
        faults.append(Fault(document.file, line, names[0], "unknown_entry", text, Severity.WARNING))
    return kept, faults, document.raw


def _batches(document: Document, faults: list[Fault]) -> Iterator[tuple[tuple[str, str], Any]]:
    """((batch, entry id), its questions) of a file of batches."""
    wrong = "tệp phải là: tên đợt -> mã mục -> danh sách câu hỏi."
    if not isinstance(document.value, dict):
        faults.append(Fault(document.file, 1, "", "wrong_type", wrong))
        return
    for batch, entries in document.value.items():
        if not isinstance(entries, dict):
            faults.append(Fault(document.file, document.line((batch,)), str(batch), "wrong_type", wrong))
            continue
        for entry_id, questions in entries.items():
            yield (batch, entry_id), questions


def read_batches(path: Path) -> dict[str, dict[str, tuple[str, ...]]]:
    """Batch -> entry id -> questions: who wrote together, for validating on writers never seen. Raises FaqDataError."""
    document = read(path)
    faults = list(document.faults)
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for (batch, entry_id), questions in _batches(document, faults):
        found.setdefault(batch, {})[entry_id] = tuple(questions)
    if faults:
        raise FaqDataError(tuple(faults))
    return found
