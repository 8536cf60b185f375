import time
import unicodedata
from dataclasses import replace
from datetime import date

import pytest

from faq_index.entries import Severity
from faq_index.errors import FaqDataError
from faq_index.source import check_files, load_faq, read_batches
from faq_index.yaml_nodes import MAX_BYTES

DAY = date(2026, 11, 24)


def faults(desk, day=DAY):
    return check_files(desk.files, day)[1]


def errors(desk):
    return {(f.code, f.id) for f in faults(desk) if f.severity is Severity.ERROR}


def test_a_good_file(desk):
    faq = load_faq(desk.files, DAY)
    assert [e.id for e in faq.entries] == [
        "quen-mat-khau",
        "doi-mat-khau",
        "luong-huu-ngay-tra",
        "mat-the-bhyt",
    ]
    assert faq.training == {"quen-mat-khau": ("tôi hết nhớ mật khẩu rồi",)}
    assert faq.entries[0].official_sources == ("https://baohiemxahoi.gov.vn/huong-dan",)
    assert faq.entries[2].effective_to == date(2026, 12, 31)
    assert faq.warnings == ()


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("  answer: Bạn lấy lại mật khẩu miễn phí qua email đã đăng ký, hoặc gọi 1900.9068 nhánh 8.\n", "", "missing_field"),
        ("- id: doi-mat-khau", "- id: quen-mat-khau", "duplicate_id"),
        ("topic: huu-tri", "topic: khong-co", "unknown_topic"),
        ("related: [doi-mat-khau]", "related: [khong-co]", "dangling_related"),
        ("id: luong-huu-ngay-tra}", "id: khong-co}", "dangling_near_miss"),
        ("- đổi mật khẩu vssid\n", "- Quên mật khẩu VssID?\n", "same_question"),
        ("41/2024/QH15, article", "99/2099/QH99, article", "unknown_act"),
        ("41/2024/QH15, article", "58/2014/QH13, article", "dead_act"),
        ("Bạn vào phần Cài đặt", "Bạn đến BHXH huyện", "dead_term"),
        ("links: [https://dichvucong.baohiemxahoi.gov.vn]", "links: [https://gov.vn.evil.com]", "unknown_host"),
        ("gọi 1900.9068 nhánh", "gọi 1900.6600 nhánh", "unknown_phone"),
        ("gọi 1900.9068 nhánh", "gọi 1900 0368 nhánh", "unknown_phone"),
        ("effective_to: 2026-12-31", "effective_to: 2025-12-31", "dates_crossed"),
        ("effective_to: 2026-12-31", "effective_to: 2026-13-31", "bad_date"),
        ("effective_to: 2026-12-31", "effective_to: cuối năm", "wrong_form"),
        ("needs_person: offer", "needs_person: maybe", "wrong_value"),
        ("  steps: []\n", "  steps: một việc\n", "wrong_type"),
        ("  confidence: high\n", "  confidence: high\n  confidance: low\n", "unknown_field"),
        ("facets: {viec: lấy lại}", "facets: {viec: 12}", "wrong_type"),
        ("facets: {viec: lấy lại}", "facets: [viec]", "wrong_type"),
        ("question: Lương hưu hằng tháng trả vào ngày nào?", 'question: ""', "blank"),
        ("schema: 1", "schema: 2", "wrong_value"),
        (
            "answer: Bạn vào phần Cài đặt trong VssID và bấm Đổi mật khẩu, rồi nhập mật khẩu cũ và mật khẩu mới.",
            "answer: Ban vao phan Cai dat trong VssID va bam Doi mat khau.",
            "no_diacritics",
        ),
        ("Bạn vào phần Cài đặt", "Hồ sơ chắc chắn được duyệt. Bạn vào phần Cài đặt", "promise"),
        ("  confidence: high\n", "  confidence: high\n  confidence: high\n", "duplicate_key"),
        ("facets: {viec: lấy lại}", "facets: &a {viec: lấy lại}", "alias"),
        ("facets: {viec: lấy lại}", "facets: {viec: [[[[[[[[[[[[[[1]]]]]]]]]]]]]]}", "too_deep"),
    ],
)  # fmt: skip
def test_each_mistake_has_its_code_line_and_message(desk, old, new, code):
    desk.write(old, new)
    found = [f for f in faults(desk) if f.code == code]
    assert found, faults(desk)
    assert found[0].severity is Severity.ERROR
    assert found[0].line > 0
    assert found[0].message.endswith((".", "]")) or found[0].message
    with pytest.raises(FaqDataError) as caught:
        load_faq(desk.files, DAY)
    assert f"dòng {caught.value.faults[0].line}" in str(caught.value)


def test_the_line_is_that_of_the_value(desk):
    desk.write("topic: huu-tri", "topic: khong-co")
    fault = next(f for f in faults(desk) if f.code == "unknown_topic")
    assert "khong-co" in desk.faq.read_text(encoding="utf-8").splitlines()[fault.line - 1]
    assert fault.id == "luong-huu-ngay-tra"


def test_all_faults_at_once(desk):
    desk.write("topic: huu-tri", "topic: khong-co")
    desk.write("gọi 1900.9068 nhánh", "gọi 1900.6600 nhánh")
    desk.write("needs_person: always", "needs_person: maybe")
    assert {"unknown_topic", "unknown_phone", "wrong_value"} <= {code for code, _ in errors(desk)}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"   \n\n", "empty"),
        (b"# only a remark\n", "empty"),
        (b"\x00\x01\x02\xff" * 100, "binary"),
        ("câu".encode("utf-16"), "binary"),
        (b"schema: 1\ntopics:\n\t- id: a\n", "tab"),
        (b"schema: 1\nentries: [\n", "yaml_syntax"),
        (b'schema: "1\n', "yaml_syntax"),
        (b"a: \x07b\n", "yaml_syntax"),
        (b"a: 1\n---\nb: 2\n", "yaml_syntax"),
        (b"- 1\n- 2\n", "wrong_type"),
        (b"just text\n", "wrong_type"),
        (b"schema: 1\ntopics: []\nentries: []\n", "too_few"),
        (b"a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n", "alias"),
        (b"[" * 50, "too_deep"),
        (b"[" * 100_000, "yaml_syntax"),
    ],
)
def test_broken_files(desk, content, code):
    desk.faq.write_bytes(content)
    faq, found = check_files(desk.files, DAY)
    assert faq is None
    assert code in {f.code for f in found}


def test_a_huge_file_is_refused_unread(desk):
    with desk.faq.open("wb") as file:
        file.truncate(MAX_BYTES * 6)
    started = time.perf_counter()
    assert {f.code for f in faults(desk)} >= {"too_big"}
    assert time.perf_counter() - started < 1


def test_a_missing_file(desk):
    desk.faq.unlink()
    assert ("no_file", "") in errors(desk)


def test_a_folder_instead_of_a_file(desk):
    desk.faq.unlink()
    desk.faq.mkdir()
    assert ("unreadable", "") in errors(desk)


@pytest.mark.parametrize(
    "encode", [lambda t: b"\xef\xbb\xbf" + t.encode(), lambda t: t.replace("\n", "\r\n").encode()]
)
def test_what_windows_editors_add_does_no_harm(desk, encode):
    before = load_faq(desk.files, DAY).entries
    desk.faq.write_bytes(encode(desk.faq.read_text(encoding="utf-8")))
    assert load_faq(desk.files, DAY).entries == before


def test_decomposed_text_is_composed_with_a_warning(desk):
    before = load_faq(desk.files, DAY).entries
    desk.faq.write_text(unicodedata.normalize("NFD", desk.faq.read_text(encoding="utf-8")), encoding="utf-8")
    faq = load_faq(desk.files, DAY)
    assert faq.entries == before
    assert [w.code for w in faq.warnings] == ["nfd"]


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (date(2027, 1, 1), "expired"),
        (date(2026, 12, 15), "expires_soon"),
        (date(2027, 6, 1), "review_due"),
        (date(2026, 10, 1), "reviewed_in_future"),
    ],
)
def test_dates_are_warnings_that_follow_the_day(desk, day, code):
    assert code in {f.code for f in faults(desk, day)}
    assert load_faq(desk.files, day).entries


def test_yes_no_and_dates_stay_text(desk):
    desk.write("facets: {viec: lấy lại}", "facets: {a: no, b: 2026-01-01, c: 1.10}")
    assert dict(load_faq(desk.files, DAY).entries[0].facets) == {"a": "no", "b": "2026-01-01", "c": "1.10"}


def test_broken_registers_and_training_are_faults_too(desk):
    desk.files.laws.write_text("acts: [1]\n", encoding="utf-8")
    desk.files.allowlist.unlink()
    desk.files.training.write_text("dot: {quen-mat-khau: một câu}\n", encoding="utf-8")
    assert {"bad_register", "no_file", "wrong_type"} <= {code for code, _ in errors(desk)}


def test_training_of_a_vanished_entry_is_left_out_with_a_warning(desk):
    desk.files.training.write_text("dot: {da-xoa: [câu cũ]}\n", encoding="utf-8")
    faq = load_faq(desk.files, DAY)
    assert faq.training == {}
    assert [w.code for w in faq.warnings] == ["unknown_entry"]


def test_batches_of_training_are_learned_together_and_told_apart(desk):
    text = "mot: {quen-mat-khau: [câu a], doi-mat-khau: [câu b]}\nhai: {quen-mat-khau: [câu c]}\n"
    desk.files.training.write_text(text, encoding="utf-8")
    assert load_faq(desk.files, DAY).training == {
        "quen-mat-khau": ("câu a", "câu c"),
        "doi-mat-khau": ("câu b",),
    }
    assert read_batches(desk.files.training)["hai"] == {"quen-mat-khau": ("câu c",)}


def test_training_without_batches_is_refused(desk):
    desk.files.training.write_text("quen-mat-khau: [câu a]\n", encoding="utf-8")
    with pytest.raises(FaqDataError, match="tên đợt"):
        load_faq(desk.files, DAY)
    with pytest.raises(FaqDataError):
        read_batches(desk.files.training)


def test_training_may_be_missing(desk):
    faq = load_faq(replace(desk.files, training=desk.folder / "none.yml"), DAY)
    assert faq.training == {}


def test_the_digest_follows_every_input(desk):
    before = load_faq(desk.files, DAY).digest
    desk.files.training.write_text("dot: {quen-mat-khau: [câu khác]}\n", encoding="utf-8")
    assert load_faq(desk.files, DAY).digest != before
