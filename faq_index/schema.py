"""JSON Schema of data/faq_vi.yml: one source for the loader's checks and for completion in editors' tools.

Describes shape only; what needs a look at other entries or files is in checks.py.
"""

from typing import Any

ID_PATTERN = r"^[a-z0-9]+(?:-[a-z0-9]+)*$"
DATE_PATTERN = r"^\d{4}-\d{2}-\d{2}$"
AS_OF_PATTERN = r"^\d{4}-\d{2}(-\d{2})?$"
MAX_QUESTION = 500


def _text(title: str, maximum: int = 4000, **more: Any) -> dict[str, Any]:
    return {"type": "string", "minLength": 1, "maxLength": maximum, "description": title, **more}


def _texts(title: str, **more: Any) -> dict[str, Any]:
    return {"type": "array", "items": _text(title, MAX_QUESTION), "description": title, **more}


def _date(title: str) -> dict[str, Any]:
    return {"type": "string", "pattern": DATE_PATTERN, "description": f"{title} (năm-tháng-ngày)"}


_URLS = {"type": "array", "items": {"type": "string", "pattern": r"^https?://\S+$", "maxLength": 1000}}
# A source may carry a remark after the address; a link shown to citizens may not.
_SOURCES = {
    "type": "array",
    "items": {"type": "string", "pattern": r"^https?://\S+( .*)?$", "maxLength": 1000},
}

ENTRY: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": [
        "id", "topic", "question", "alternates", "answer", "steps", "legal_basis", "sources", "as_of", "confidence",
        "reviewed_on", "review_by", "audience", "needs_person",
    ],
    "properties": {
        "id": {"type": "string", "pattern": ID_PATTERN, "maxLength": 80, "description": "Mã mục, không bao giờ đổi"},
        "topic": {"type": "string", "pattern": ID_PATTERN, "description": "Mã chủ đề có trong phần topics"},
        "question": _text("Câu hỏi chuẩn hiện cho người dân", MAX_QUESTION),
        "alternates": _texts("Câu hỏi như người dân hay gõ", minItems=6, maxItems=60),
        "answer": _text("Câu trả lời, câu đầu trả lời ngay, khoảng 120 chữ"),
        "steps": _texts("Việc cần làm, mỗi dòng một việc"),
        "legal_basis": {
            "type": "array",
            "description": "Căn cứ pháp lý; act là số hiệu có trong data/laws_vi.yml",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["act", "article"],
                "properties": {"act": _text("Số hiệu văn bản", 100), "article": _text("Điều, khoản", 300)},
            },
        },
        "sources": {**_SOURCES, "minItems": 1, "description": "Nơi biên tập viên đã đọc"},
        "links": {**_URLS, "description": "Địa chỉ chính thức cho người dân xem"},
        "as_of": {"type": "string", "pattern": AS_OF_PATTERN, "description": "Thời điểm của thông tin"},
        "confidence": {"enum": ["high", "medium", "low"], "description": "Mức chắc chắn"},
        "reviewed_on": _date("Ngày soát gần nhất"),
        "review_by": _date("Hạn soát lại"),
        "effective_from": _date("Có hiệu lực từ"),
        "effective_to": _date("Hết hiệu lực sau ngày"),
        "audience": {"enum": ["citizen", "employer", "both"], "description": "Trả lời cho ai"},
        "related": {"type": "array", "items": {"type": "string", "pattern": ID_PATTERN}, "description": "Mục liên quan"},
        "spoken": _text("2-3 câu để tổng đài viên đọc"),
        "facets": {
            "type": "object",
            "additionalProperties": {"type": "string"},
            "description": "Điểm phân biệt với các mục gần giống",
        },
        "needs_person": {"enum": ["never", "offer", "always"], "description": "Có cần cán bộ không"},
        "tests": _texts("Câu thử riêng, không đưa vào chỉ mục"),
        "near_misses": {
            "type": "array",
            "description": "Câu không được trúng mục này; id là mục phải trúng",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["question", "id"],
                "properties": {"question": _text("Câu hỏi", MAX_QUESTION), "id": {"type": "string", "pattern": ID_PATTERN}},
            },
        },
    },
}  # fmt: skip

FAQ: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Bộ câu hỏi VssID",
    "type": "object",
    "additionalProperties": False,
    "required": ["schema", "topics", "entries"],
    "properties": {
        "schema": {"const": 1},
        "topics": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["id", "title"],
                "properties": {
                    "id": {"type": "string", "pattern": ID_PATTERN},
                    "title": _text("Tên chủ đề", 200),
                },
            },
        },
        "replaced": {
            "type": "object",
            "propertyNames": {"pattern": ID_PATTERN},
            "additionalProperties": {"type": ["string", "null"], "pattern": ID_PATTERN},
            "description": "Mã đã bỏ: mã mục trả lời thay, hoặc null",
        },
        "entries": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/entry"}},
    },
    "$defs": {"entry": ENTRY},
}
