"""Proves that every number citizens read or hear stands in the researched facts of its entry.

A number is compared by its value ("1,5 triệu" is "1.500.000") and, as a remark, by its unit: 12 months where the facts
know 12 years only. Never judges words: that a sentence is true is for an editor to say.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from faq_index.entries import FaqEntry, Fault, Severity
from faq_index.errors import FaqDataError
from faq_index.registers import Registers, digits_of
from faq_index.yaml_nodes import Path_, read

_SCALES = {"nghìn": 1000, "ngàn": 1000, "triệu": 10**6, "tỷ": 10**9, "tỉ": 10**9}
_UNITS = (
    "%",
    "phần trăm",
    "tháng",
    "năm",
    "ngày",
    "giờ",
    "phút",
    "giây",
    "tuổi",
    "đồng",
    "lần",
    "tuần",
    "km",
    "MB",
)
_NUMBER = re.compile(
    rf"(?P<token>\d+(?:[.,/:–-]\d+)*)(?:\s*(?P<scale>{'|'.join(_SCALES)})\b)?"
    rf"(?:\s*(?P<unit>%|(?:{'|'.join(_UNITS[1:])})\b))?"
)
_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?")
_SPLIT = re.compile(r"[/:–-]")


@dataclass(frozen=True, slots=True)
class Number:
    """One number of a text. `parts` are the values between its slashes, colons and dashes, as text that can be
    compared: "01/7/2025" has ("1", "7", "2025"). `unit` is "" where none follows.
    """

    shown: str
    parts: tuple[str, ...]
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What the facts of one entry say: runs of parts, and the units that a single value came with. `files` hold them."""

    runs: frozenset[tuple[str, ...]]
    units: Mapping[str, frozenset[str]]
    files: tuple[str, ...] = ()

    def proves(self, number: Number) -> bool:
        """Whether the parts stand in the facts side by side; a range may be taken apart, but never put together."""
        return number.parts in self.runs

    def other_units(self, number: Number) -> frozenset[str]:
        """The units of the same value in the facts, where the number's own unit is not among them."""
        known = self.units.get(number.parts[0], frozenset()) if len(number.parts) == 1 else frozenset()
        return known if number.unit and number.unit not in known else frozenset()


@dataclass(frozen=True, slots=True)
class SourceProof:
    """What one file of facts proved; an entry with facts in two files counts in both."""

    file: str
    entries: int
    numbers: int
    unproven: int
    other_units: int
    unknown: tuple[str, ...]  # ids with facts, but without an entry


@dataclass(frozen=True, slots=True)
class Proof:
    """`without_facts`: entries that nobody has researched in those files; their numbers are not judged."""

    faults: tuple[Fault, ...]
    numbers: int
    entries: int
    without_facts: tuple[str, ...]
    sources: tuple[SourceProof, ...] = ()


def numbers_of(text: str) -> Iterator[Number]:
    """All numbers of a text, from left to right."""
    for match in _NUMBER.finditer(text):
        scale = _SCALES.get(match["scale"] or "", 1)
        unit = "%" if match["unit"] == "phần trăm" else match["unit"] or ""
        tokens = _SPLIT.split(match["token"])
        yield Number(match.group(), tuple(_value(t, scale) for t in tokens), unit)


def _value(token: str, scale: int) -> str:
    """The value as a text that is equal for equal values; "1900.9068" is no decimal number and stays as it is."""
    if _THOUSANDS.fullmatch(token):
        token = token.replace(".", "")
    if re.fullmatch(r"\d+(?:,\d+)?", token):
        return str(Fraction(token.replace(",", ".")) * scale)
    return token


def known_of(texts: Sequence[str], files: tuple[str, ...] = ()) -> Known:
    """What these facts prove. A unit after a range counts for both of its ends."""
    runs: set[tuple[str, ...]] = set()
    units: dict[str, set[str]] = {}
    for number in (n for text in texts for n in numbers_of(text)):
        parts = number.parts
        runs |= {parts[i:j] for i in range(len(parts)) for j in range(i + 1, len(parts) + 1)}
        for part in parts:
            if number.unit:
                units.setdefault(part, set()).add(number.unit)
    return Known(frozenset(runs), {value: frozenset(names) for value, names in units.items()}, files)


def facts_files(own: Path, folder: Path | None) -> tuple[Path, ...]:
    """The editors' own file and all *.yml of a folder beside it. Raises FaqDataError where there is none of either."""
    files = [own] if own.is_file() else []
    if folder is not None:
        found = sorted(folder.glob("*.yml"))
        if not found:
            text = "thư mục không có tệp .yml nào; kiểm tra --facts."
            raise FaqDataError((Fault(folder.as_posix(), 1, "", "no_file", text),))
        files += [path for path in found if not files or not path.samefile(own)]
    if not files:
        text = "không có tệp dữ kiện nào; tạo tệp này, hoặc chỉ thư mục bằng --facts."
        raise FaqDataError((Fault(own.as_posix(), 1, "", "no_file", text),))
    return tuple(files)


def read_facts(files: Iterable[Path]) -> dict[str, Known]:
    """Entry id -> what the files (lists of id, question, facts) say of it, together. Raises FaqDataError."""
    texts: dict[str, list[str]] = {}
    told: dict[str, list[str]] = {}
    faults: list[Fault] = []
    for path in files:
        document = read(path)
        faults += [f for f in document.faults if f.severity is Severity.ERROR]
        if document.value is not None and not isinstance(document.value, list):
            text = "tệp phải là danh sách, mỗi dòng đầu là '- id: ...'."
            faults.append(Fault(document.file, 1, "", "bad_row", text))
        rows = document.value if isinstance(document.value, list) else []
        for i, row in enumerate(rows):
            facts = row.get("facts") if isinstance(row, dict) else None
            if not isinstance(row, dict) or not isinstance(row.get("id"), str) or not isinstance(facts, list):
                text = "cần id, question và facts (danh sách)."
                faults.append(Fault(document.file, document.line((i,)), "", "bad_row", text))
                continue
            texts.setdefault(row["id"], []).extend([str(row.get("question", "")), *map(str, facts)])
            told.setdefault(row["id"], []).append(document.file)
    if faults:
        raise FaqDataError(tuple(faults))
    return {i: known_of(said, tuple(dict.fromkeys(told[i]))) for i, said in texts.items()}


def _texts(entry: FaqEntry) -> Iterator[tuple[str, Path_]]:
    yield entry.answer, ("answer",)
    for i, step in enumerate(entry.steps):
        yield step, ("steps", i)
    yield entry.spoken, ("spoken",)


def prove(
    faq_file: Path, entries: Sequence[FaqEntry], known: Mapping[str, Known], registers: Registers
) -> Proof:
    """Check every entry that has facts. Phone numbers of the allow-list need no proof."""
    document = read(faq_file)
    rows = document.value["entries"] if isinstance(document.value, dict) else []
    places = {row["id"]: i for i, row in enumerate(rows)}
    faults: list[Fault] = []
    counts: dict[str, int] = {}
    for entry in entries:
        facts = known.get(entry.id)
        if facts is None:
            continue
        for text, path in _texts(entry):
            for number in numbers_of(text):
                counts[entry.id] = counts.get(entry.id, 0) + 1
                found = _judge(number, facts, entry.id, registers)
                if found is not None:
                    code, message, severity = found
                    line = document.line(("entries", places[entry.id], *path))
                    faults.append(
                        Fault(document.file, line, entry.id, code, f"{path[0]}: {message}", severity)
                    )
    without = tuple(e.id for e in entries if e.id not in known)
    return Proof(
        tuple(faults),
        sum(counts.values()),
        len(entries) - len(without),
        without,
        tuple(_per_source(entries, known, faults, counts)),
    )


def _per_source(
    entries: Sequence[FaqEntry],
    known: Mapping[str, Known],
    faults: Sequence[Fault],
    counts: Mapping[str, int],
) -> Iterator[SourceProof]:
    ids = {e.id for e in entries}
    for file in dict.fromkeys(file for facts in known.values() for file in facts.files):
        told = [i for i, facts in known.items() if file in facts.files]
        codes = [f.code for f in faults if f.id in told]
        yield SourceProof(
            file,
            sum(i in ids for i in told),
            sum(counts.get(i, 0) for i in told),
            codes.count("unproven_number"),
            codes.count("other_unit"),
            tuple(i for i in told if i not in ids),
        )


def _judge(
    number: Number, facts: Known, entry_id: str, registers: Registers
) -> tuple[str, str, Severity] | None:
    """(code, message, severity), None for a number that is proven."""
    if registers.phone_allowed(digits_of(number.shown), entry_id):
        return None
    if not facts.proves(number):
        text = f"'{number.shown}' không có trong dữ kiện của mục; sửa số, hoặc bổ sung dữ kiện kèm nguồn."
        return "unproven_number", text, Severity.ERROR
    others = facts.other_units(number)
    if others:
        text = f"'{number.shown}': dữ kiện ghi số này đi với {', '.join(sorted(others))}; xem lại đơn vị."
        return "other_unit", text, Severity.WARNING
    return None
