"""Reads one YAML file into plain values while keeping the line of every value.

Refuses what hides mistakes or harms: aliases, duplicate keys, deep nesting, binary, oversized files. Collects
all faults it can see; never raises for a bad file.
"""

import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]  # its stubs are not among the locked packages

from faq_index.entries import Fault, Severity
from faq_index.yaml_faults import syntax_faults

MAX_BYTES = 8_000_000
MAX_DEPTH = 12
Path_ = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """`value` is None when the file could not be read; `lines` maps a path of keys and positions to a line from 1."""

    file: str
    value: Any
    lines: dict[Path_, int]
    faults: tuple[Fault, ...]
    raw: bytes

    def line(self, path: Path_) -> int:
        """Line of the value at `path`, or of the nearest value around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read(path: Path, shown_as: str | None = None) -> Document:
    """Read `path`. A missing or unreadable file is a fault too."""
    name = shown_as or path.as_posix()
    try:
        if path.stat().st_size > MAX_BYTES:
            return _failed(
                name,
                1,
                "too_big",
                f"tệp lớn hơn {MAX_BYTES // 1_000_000} MB; kiểm tra xem có dán nhầm không.",
            )
        raw = path.read_bytes()
    except FileNotFoundError:
        return _failed(name, 1, "no_file", "không tìm thấy tệp; khôi phục tệp rồi lưu lại.")
    except OSError as error:
        return _failed(name, 1, "unreadable", f"không đọc được tệp ({error.strerror}); kiểm tra quyền đọc.")
    return parse(raw, name)


def parse(raw: bytes, name: str) -> Document:
    """Parse the bytes of a file called `name`."""
    text, fault = _decode(raw, name)
    if fault is not None:
        return Document(name, None, {}, (fault,), raw)
    faults: list[Fault] = []
    if unicodedata.normalize("NFC", text) != text:
        lines = text.splitlines()
        bad = next((i for i, t in enumerate(lines, 1) if unicodedata.normalize("NFC", t) != t), 1)
        message = "chữ có dấu ở dạng tổ hợp (NFD); hệ thống tự đổi sang NFC, nên lưu lại tệp cho thống nhất."
        faults.append(Fault(name, bad, "", "nfd", message, Severity.WARNING))
        text = unicodedata.normalize("NFC", text)
    try:
        stopped = _check_events(text, name)
        if stopped is not None:
            return Document(name, None, {}, (*faults, stopped), raw)
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        return Document(name, None, {}, (*faults, *syntax_faults(error, text, name)), raw)
    except yaml.YAMLError as error:
        faults.append(
            Fault(name, 1, "", "yaml_syntax", f"tệp có ký tự YAML không nhận: {str(error).splitlines()[0]}")
        )
        return Document(name, None, {}, tuple(faults), raw)
    if node is None:
        return Document(
            name, None, {}, (Fault(name, 1, "", "empty", "tệp trống; khôi phục nội dung rồi lưu lại."),), raw
        )
    lines_: dict[Path_, int] = {}
    value = _build(node, (), lines_, faults, name)
    return Document(name, value, lines_, tuple(faults), raw)


def _failed(name: str, line: int, code: str, message: str) -> Document:
    return Document(name, None, {}, (Fault(name, line, "", code, message),), b"")


def _decode(raw: bytes, name: str) -> tuple[str, Fault | None]:
    if not raw.strip():
        return "", Fault(name, 1, "", "empty", "tệp trống; khôi phục nội dung rồi lưu lại.")
    if b"\x00" in raw[:4096]:
        return "", Fault(name, 1, "", "binary", "tệp không phải văn bản UTF-8; lưu lại bằng UTF-8.")
    try:
        # A byte order mark is what Windows editors add unasked; Windows line ends likewise.
        return raw.decode("utf-8-sig").replace("\r\n", "\n"), None
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        return "", Fault(name, line, "", "binary", "dòng này không phải UTF-8; lưu lại tệp bằng UTF-8.")


def _check_events(text: str, name: str) -> Fault | None:
    """Stop at the first alias, anchor or absurd depth, before anything is built from it."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            line = event.start_mark.line + 1
            return Fault(
                name,
                line,
                "",
                "alias",
                "không dùng neo (&) và tham chiếu (*) của YAML; viết lại nội dung đầy đủ.",
            )
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            return Fault(
                name,
                event.start_mark.line + 1,
                "",
                "too_deep",
                "lồng quá nhiều tầng; kiểm tra dấu ngoặc và thụt dòng.",
            )
    return None


def _build(node: yaml.Node, path: Path_, lines: dict[Path_, int], faults: list[Fault], name: str) -> Any:
    lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        return _build_mapping(node, path, lines, faults, name)
    if isinstance(node, yaml.SequenceNode):
        return [_build(child, (*path, i), lines, faults, name) for i, child in enumerate(node.value)]
    return _scalar(node)


def _build_mapping(
    node: yaml.MappingNode, path: Path_, lines: dict[Path_, int], faults: list[Fault], name: str
) -> Any:
    out: dict[str, Any] = {}
    for key_node, child in node.value:
        key = str(key_node.value)
        if key in out:
            line = key_node.start_mark.line + 1
            faults.append(
                Fault(
                    name, line, "", "duplicate_key", f"'{key}' viết hai lần trong cùng một mục; bỏ bớt một."
                )
            )
        out[key] = _build(child, (*path, key), lines, faults, name)
        lines[(*path, key)] = key_node.start_mark.line + 1
    return out


def _scalar(node: yaml.ScalarNode) -> str | int | None:
    """Dates, "yes" and "1.10" stay the text the editor typed; only null and whole numbers get their type."""
    plain = not node.style
    if plain and node.value in {"", "~", "null"}:
        return None
    if (
        plain
        and node.tag == "tag:yaml.org,2002:int"
        and node.value.isdigit()
        and not node.value.startswith("0")
    ):
        return int(node.value)
    return str(node.value)
