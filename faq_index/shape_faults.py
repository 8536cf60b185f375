"""Says in Vietnamese what the JSON Schema found in an entry: what is wrong, what stands there, what to write instead.

Only words; where a fault lies is the caller's to find.
"""

import difflib
from collections.abc import Callable, Iterable
from typing import Any

import jsonschema

from faq_index.schema import AS_OF_PATTERN, DATE_PATTERN, ID_PATTERN

_MAX_SHOWN = 60
_FORMS = {
    ID_PATTERN: "viết chữ thường không dấu, số và gạch nối, như vssid-quen-mat-khau",
    DATE_PATTERN: "viết năm-tháng-ngày, như 2026-11-24",
    AS_OF_PATTERN: "viết năm-tháng hoặc năm-tháng-ngày, như 2026-11",
}
_URL_FORM = "viết địa chỉ đầy đủ, mở đầu bằng https://"
_KINDS = {
    "string": "chữ (đặt trong ngoặc kép nếu là số)",
    "array": "danh sách, mỗi dòng mở đầu bằng '- '",
    "object": "nhóm 'khoá: giá trị'",
    "['string', 'null']": "mã mục, hoặc null",
}
Said = tuple[tuple[str, ...], str, str]


def in_vietnamese(error: jsonschema.ValidationError) -> Iterable[Said]:
    """(path below the error, code, message) for each thing one schema error says."""
    kind, wanted = str(error.validator), error.validator_value
    if kind == "required":
        return _missing(error, wanted)
    if kind == "additionalProperties" and isinstance(error.instance, dict) and wanted is False:
        return _unknown(error)
    where = _where(error)
    if error.instance is None:
        return [((), "blank", f"{where} để trống; viết nội dung hoặc bỏ đi.")]
    said = _WORDS.get(kind)
    if said is None:
        return [((), "schema", f"{where} không đúng cấu trúc ({kind}).")]
    code, words = said
    return [((), code, f"{where} {words(error, wanted)}.")]


def _missing(error: jsonschema.ValidationError, wanted: Any) -> list[Said]:
    given: Any = error.instance
    return [
        ((), "missing_field", f"thiếu trường '{name}'; thêm vào.") for name in wanted if name not in given
    ]


def _unknown(error: jsonschema.ValidationError) -> list[Said]:
    schema: Any = error.schema
    given: Any = error.instance
    known: dict[str, Any] = schema.get("properties", {})
    said: list[Said] = []
    for name in given:
        if name not in known:
            near = difflib.get_close_matches(name, [n for n in known if n not in given], 1)
            hint = f"có phải '{near[0]}'?" if near else "kiểm tra chính tả."
            said.append(((name,), "unknown_field", f"không có trường tên '{name}'; {hint}"))
    return said


def _where(error: jsonschema.ValidationError) -> str:
    """The field by its name, a line of a list by its number from 1."""
    path = list(error.absolute_path)
    if not path:
        return "tệp"
    if isinstance(path[-1], int):
        owner = f" của '{path[-2]}'" if len(path) > 1 else ""
        return f"dòng thứ {path[-1] + 1}{owner}"
    return f"'{path[-1]}'"


def _shown(error: jsonschema.ValidationError) -> str:
    """What stands there, shortened."""
    text = str(error.instance)
    return text if len(text) <= _MAX_SHOWN else text[:_MAX_SHOWN] + "…"


def _length(value: Any) -> int:
    return len(value)


_WORDS: dict[str, tuple[str, Callable[[jsonschema.ValidationError, Any], str]]] = {
    "type": ("wrong_type", lambda _, wanted: f"phải là {_KINDS.get(str(wanted), str(wanted))}"),
    "enum": (
        "wrong_value",
        lambda error, wanted: f"đang ghi '{_shown(error)}'; phải là một trong: {', '.join(map(str, wanted))}",
    ),
    "const": ("wrong_value", lambda error, wanted: f"đang ghi '{_shown(error)}'; phải là {wanted}"),
    "pattern": (
        "wrong_form",
        lambda error, wanted: f"sai dạng: '{_shown(error)}'; {_FORMS.get(wanted, _URL_FORM)}",
    ),
    "minLength": ("blank", lambda *_: "để trống; viết nội dung hoặc bỏ đi"),
    "maxLength": ("too_long", lambda _, wanted: f"dài quá {wanted} ký tự; rút ngắn"),
    "minItems": (
        "too_few",
        lambda error, wanted: f"mới có {_length(error.instance)} dòng; cần ít nhất {wanted}",
    ),
    "maxItems": ("too_many", lambda _, wanted: f"có quá {wanted} dòng; bỏ bớt"),
}
