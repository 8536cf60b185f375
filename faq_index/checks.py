"""What the schema can't see: relations between entries, the law register, dates, phones, hosts, language.

Pure: gets entries and registers, gives faults with the path they lie at. Never reads files.
"""

import difflib
import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from faq_index.entries import FaqEntry, Severity
from faq_index.registers import PHONE, Registers, digits_of
from faq_index.syllables import fold
from faq_index.text import normalise

SOON = timedelta(days=30)
MAX_ANSWER_WORDS = 130
_PROMISES = ("chắc chắn được duyệt", "cam kết được", "đảm bảo được duyệt", "bảo đảm được duyệt", "100% được")


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault without its place in the file: `path` is below the entry, () the entry itself."""

    id: str
    code: str
    message: str
    path: tuple[str | int, ...] = ()
    severity: Severity = Severity.ERROR


def check_all(
    entries: tuple[FaqEntry, ...],
    ids: frozenset[str],
    topics: frozenset[str],
    registers: Registers,
    today: date,
) -> list[Finding]:
    """All findings over all entries; the order is that of the file. `ids` may hold more than those of `entries`:
    pointing at an entry that is broken in shape is no fault of its own.
    """
    found: list[Finding] = []
    for entry in entries:
        found += _relations(entry, ids, topics)
        found += _law(entry, registers, today)
        found += _addresses(entry, registers)
        found += _language(entry, registers)
        found += _dates(entry, today)
        found += _amounts_of_tests(entry)
    return found + list(_same_questions(entries))


def _relations(entry: FaqEntry, ids: frozenset[str], topics: frozenset[str]) -> Iterator[Finding]:
    if entry.topic not in topics:
        yield Finding(
            entry.id,
            "unknown_topic",
            f"chủ đề '{entry.topic}' không có trong topics{_perhaps(entry.topic, topics)}; thêm hoặc sửa lại.",
            ("topic",),
        )
    for i, other in enumerate(entry.related):
        if other not in ids or other == entry.id:
            what = "là chính mục này" if other == entry.id else f"không có{_perhaps(other, ids)}"
            text = f"mục liên quan '{other}' {what}; bỏ hoặc sửa mã."
            yield Finding(entry.id, "dangling_related", text, ("related", i))
    for i, miss in enumerate(entry.near_misses):
        if miss.id not in ids or miss.id == entry.id:
            what = "là chính mục này" if miss.id == entry.id else f"không có{_perhaps(miss.id, ids)}"
            text = f"câu gần giống trỏ tới '{miss.id}' {what}; ghi mã của mục phải trúng."
            yield Finding(entry.id, "dangling_near_miss", text, ("near_misses", i))


@functools.lru_cache(1024)  # a file cut in half has one wrong id in hundreds of places
def _perhaps(wrong: str, known: frozenset[str]) -> str:
    """The known name that was probably meant, as the middle of a sentence."""
    near = difflib.get_close_matches(wrong, sorted(known), 1, 0.75)
    return f" (có phải '{near[0]}'?)" if near else ""


def _law(entry: FaqEntry, registers: Registers, today: date) -> Iterator[Finding]:
    for i, basis in enumerate(entry.legal_basis):
        act = registers.acts.get(basis.act)
        path = ("legal_basis", i)
        if act is None:
            yield Finding(
                entry.id,
                "unknown_act",
                f"văn bản '{basis.act}' chưa có trong data/laws_vi.yml; thêm vào đó.",
                path,
            )
        elif act.in_force_to is not None and act.in_force_to < today:
            instead = f", đã thay bằng {act.replaced_by}" if act.replaced_by else ""
            yield Finding(
                entry.id, "dead_act", f"văn bản '{basis.act}' đã hết hiệu lực{instead}; sửa căn cứ.", path
            )
    if re.search(r"\d", entry.answer) and not entry.legal_basis and not entry.sources:
        yield Finding(
            entry.id,
            "no_basis",
            "câu trả lời có con số mà không có căn cứ hay nguồn; thêm nguồn.",
            ("answer",),
        )


def _shown_texts(entry: FaqEntry) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    yield entry.answer, ("answer",)
    for i, step in enumerate(entry.steps):
        yield step, ("steps", i)
    yield entry.spoken, ("spoken",)


def _addresses(entry: FaqEntry, registers: Registers) -> Iterator[Finding]:
    for i, link in enumerate(entry.links):
        if not registers.host_allowed(link):
            text = (
                f"địa chỉ '{link}' không thuộc danh sách chính thức (data/allowlist_vi.yml); bỏ khỏi links."
            )
            yield Finding(entry.id, "unknown_host", text, ("links", i))
    for text, path in _shown_texts(entry):
        for phone in PHONE.findall(text):
            if not registers.phone_allowed(digits_of(phone), entry.id):
                message = f"số điện thoại '{phone}' không có trong data/allowlist_vi.yml; bỏ hoặc thêm vào danh sách."
                yield Finding(entry.id, "unknown_phone", message, path)


def _language(entry: FaqEntry, registers: Registers) -> Iterator[Finding]:
    for text, path in _shown_texts(entry):
        words = re.findall(r"[^\W\d_]+", text)
        plain = sum(fold(w) == w for w in words)
        if len(words) >= 8 and plain > 0.8 * len(words):
            yield Finding(entry.id, "no_diacritics", "viết không dấu; viết lại tiếng Việt có dấu.", path)
        lowered = text.lower()
        for dead in registers.dead_terms:
            if dead.term.lower() in lowered and entry.id not in dead.entries:
                yield Finding(
                    entry.id,
                    "dead_term",
                    f"'{dead.term}' không còn đúng; {f'dùng: {dead.instead}' if dead.instead else 'sửa lại'}.",
                    path,
                )
        for promise in _PROMISES:
            if promise in lowered:
                yield Finding(entry.id, "promise", f"không hứa thay cơ quan: '{promise}'; viết lại.", path)
    count = len(entry.answer.split())
    if count > MAX_ANSWER_WORDS:
        text = f"câu trả lời dài {count} chữ; rút còn khoảng 120, chuyển việc cần làm sang steps."
        yield Finding(entry.id, "too_long", text, ("answer",), Severity.WARNING)


def _dates(entry: FaqEntry, today: date) -> Iterator[Finding]:
    start, end = entry.effective_from, entry.effective_to
    if start is not None and end is not None and end < start:
        yield Finding(
            entry.id, "dates_crossed", "effective_to sớm hơn effective_from; sửa lại.", ("effective_to",)
        )
    if end is not None and end < today:
        text = f"hết hiệu lực từ {end.isoformat()}, không còn trả lời; cập nhật nội dung."
        yield Finding(entry.id, "expired", text, ("effective_to",), Severity.WARNING)
    elif end is not None and end - today <= SOON:
        text = f"sắp hết hiệu lực ({end.isoformat()}); chuẩn bị nội dung mới."
        yield Finding(entry.id, "expires_soon", text, ("effective_to",), Severity.WARNING)
    if entry.review_by is not None and entry.review_by < today:
        text = f"quá hạn soát lại ({entry.review_by.isoformat()}); soát rồi sửa reviewed_on và review_by."
        yield Finding(entry.id, "review_due", text, ("review_by",), Severity.WARNING)
    if entry.reviewed_on is not None and entry.reviewed_on > today:
        text = f"reviewed_on ({entry.reviewed_on.isoformat()}) ở tương lai; sửa lại."
        yield Finding(entry.id, "reviewed_in_future", text, ("reviewed_on",), Severity.WARNING)


def _amounts_of_tests(entry: FaqEntry) -> Iterator[Finding]:
    for key, count, wanted in (("tests", len(entry.tests), 4), ("near_misses", len(entry.near_misses), 2)):
        if count < wanted:
            text = f"mới có {count} câu trong {key}; nên có ít nhất {wanted}."
            yield Finding(entry.id, "few_tests", text, (key,), Severity.WARNING)


def _same_questions(entries: tuple[FaqEntry, ...]) -> Iterator[Finding]:
    owners: dict[str, str] = {}
    for entry in entries:
        asked = [
            (entry.question, ("question",)),
            *((q, ("alternates", i)) for i, q in enumerate(entry.alternates)),
        ]
        own: set[str] = set()
        for question, path in asked:
            key = normalise(question)
            owner = owners.setdefault(key, entry.id)
            if owner != entry.id:
                text = f"câu '{question}' đã có ở mục '{owner}'; mỗi câu chỉ thuộc một mục."
                yield Finding(entry.id, "same_question", text, path)
            elif key in own:
                text = f"câu '{question}' viết hai lần trong mục; bỏ bớt một."
                yield Finding(entry.id, "repeated_question", text, path, Severity.WARNING)
            own.add(key)
        for i, test in enumerate(entry.tests):
            if normalise(test) in own:
                text = f"câu thử '{test}' trùng câu đã đưa vào chỉ mục; đổi câu khác."
                yield Finding(entry.id, "test_is_indexed", text, ("tests", i), Severity.WARNING)
