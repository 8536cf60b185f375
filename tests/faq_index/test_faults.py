"""Where faults stand: each on the line an editor must mend; and what the registers allow."""

import re
import time

import pytest

from faq_index.entries import Severity
from faq_index.registers import PHONE, Registers, digits_of, load_registers
from faq_index.source import check_files, load_faq
from faq_index.yaml_nodes import parse

from .conftest import DAY


def found(desk, code):
    return [f for f in check_files(desk.files, DAY)[1] if f.code == code]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("topic: huu-tri", "topic: khong-co", "unknown_topic"),
        ("related: [doi-mat-khau]", "related: [khong-co]", "dangling_related"),
        ("- {question: lương hưu trả ngày mấy, id: luong-huu-ngay-tra}", "- {question: lương hưu trả ngày mấy, id: quen-mat-khau}", "dangling_near_miss"),
        ("41/2024/QH15, article", "58/2014/QH13, article", "dead_act"),
        ("links: [https://dichvucong.baohiemxahoi.gov.vn]", "links: [https://dichvucong-gov.vn]", "unknown_host"),
        ("  - Mở VssID, bấm Quên mật khẩu.", "  - Gọi 0903 123 456.", "unknown_phone"),
        ("spoken: Lương hưu trả", "spoken: Đến BHXH huyện, lương hưu trả", "dead_term"),
        ("effective_to: 2026-12-31", "effective_to: 2026-02-30", "bad_date"),
        ("needs_person: offer", "needs_person: maybe", "wrong_value"),
        ("  confidence: high\n  reviewed_on", "  confidance: high\n  reviewed_on", "unknown_field"),
        ("facets: {viec: lấy lại}", "facets: {viec: 12}", "wrong_type"),
        ("question: Lương hưu hằng tháng trả vào ngày nào?", 'question: ""', "blank"),
        ("  - đổi mật khẩu vssid\n", "  - Quên  mật khẩu VSSID!\n", "same_question"),
        ("  - lấy lại mật khẩu app bảo hiểm thế nào\n", "  - quên mk vssid\n", "repeated_question"),
        ("  tests:\n  - tôi quên mật khẩu vssid rồi", "  tests:\n  - quen mat khau vssid lam sao lay lai", "test_is_indexed"),
        ("reviewed_on: 2026-11-01", "reviewed_on: 2031-01-01", "reviewed_in_future"),
        ("review_by: 2027-05-24", "review_by: 2026-01-01", "review_due"),
    ],
)  # fmt: skip
def test_a_fault_stands_on_the_line_to_mend(desk, old, new, code):
    line = desk.write(old, new)
    assert [f.line for f in found(desk, code)] == [line]
    assert found(desk, code)[0].file == desk.faq.as_posix()


def test_a_missing_field_stands_at_its_entry(desk):
    desk.write("  answer: Lương hưu được chi trả từ ngày 2 đến ngày 5 hằng tháng qua tài khoản.\n", "")
    entry = desk.faq.read_text(encoding="utf-8").split("- id: luong-huu-ngay-tra")[0].count("\n") + 1
    [fault] = found(desk, "missing_field")
    assert (fault.line, fault.id) == (entry, "luong-huu-ngay-tra")
    assert "'answer'" in fault.message


def test_a_double_id_names_both_lines(desk):
    line = desk.write("- id: doi-mat-khau", "- id: quen-mat-khau")
    [fault] = found(desk, "duplicate_id")
    first = desk.faq.read_text(encoding="utf-8").split("- id: quen-mat-khau")[0].count("\n") + 1
    assert fault.line == line
    assert f"dòng {first}" in fault.message


def test_a_double_key_stands_on_the_second(desk):
    line = desk.write("  confidence: high\n", "  confidence: high\n  confidence: low\n")
    assert [f.line for f in found(desk, "duplicate_key")] == [line]


def test_a_tab_stands_on_its_line(desk):
    line = desk.write("  topic: huu-tri", "\ttopic: huu-tri")
    assert [f.line for f in found(desk, "tab")] == [line]


def test_a_byte_that_is_no_utf8_stands_on_its_line(desk):
    text = desk.faq.read_bytes()
    place = text.index("Lương hưu hằng tháng".encode())
    desk.faq.write_bytes(text[:place] + b"\xc0\xff" + text[place:])
    assert [f.line for f in found(desk, "binary")] == [text[:place].count(b"\n") + 1]


def test_every_fault_of_every_file_at_once_and_in_order(desk):
    wanted = {
        desk.write("gọi 1900.9068 nhánh", "gọi 1900.6600 nhánh"): "unknown_phone",
        desk.write("41/2024/QH15, article", "99/2099/QH99, article"): "unknown_act",
        desk.write("needs_person: always", "needs_person: maybe"): "wrong_value",
    }
    desk.files.training.write_text("quen-mat-khau: một câu\n", encoding="utf-8")
    faults = [f for f in check_files(desk.files, DAY)[1] if f.severity is Severity.ERROR]
    assert {f.line: f.code for f in faults if f.file == desk.faq.as_posix()} == wanted
    assert [f.code for f in faults if f.file == desk.files.training.as_posix()] == ["wrong_type"]
    assert faults == sorted(faults, key=lambda f: (f.file, f.line))


def test_a_file_cut_at_any_place_is_refused_or_complete(desk):
    """What a crash or a slow copy leaves: never half of an entry is taken for a whole."""
    text = desk.faq.read_bytes()
    whole = load_faq(desk.files, DAY)
    refused = 0
    for cut in range(200, len(text) - 1, 391):
        desk.faq.write_bytes(text[:cut])
        faq, faults = check_files(desk.files, DAY)
        if faq is None:
            assert any(f.severity is Severity.ERROR for f in faults)
            refused += 1
        else:  # the cut fell behind what an entry must have
            assert {e.id for e in faq.entries} <= {e.id for e in whole.entries}
            assert all(e.answer for e in faq.entries)
    assert refused >= 5


def test_aliases_that_grow_are_refused_before_they_grow():
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 30)]
    started = time.perf_counter()
    document = parse("\n".join(rows).encode(), "f.yml")
    assert time.perf_counter() - started < 1
    assert document.value is None
    assert [(f.code, f.line) for f in document.faults] == [("alias", 1)]


def test_a_dead_term_is_allowed_where_the_register_says_so(desk):
    desk.write("Bạn vào phần Cài đặt", "Không còn BHXH huyện. Bạn vào phần Cài đặt")
    assert found(desk, "dead_term")
    laws = desk.files.laws
    laws.write_text(
        laws.read_text(encoding="utf-8").replace("BHXH gần nhất}", "BHXH gần nhất, entries: [doi-mat-khau]}"),
        encoding="utf-8",
    )
    assert not found(desk, "dead_term")


def test_a_phone_of_one_entry_is_a_fault_in_another(desk):
    desk.write("Bạn vào phần Cài đặt", "Bạn gọi 1900.0368 hoặc vào phần Cài đặt")
    assert not found(desk, "unknown_phone")
    desk.write("hoặc gọi 1900.9068", "hoặc gọi 1900.0368")
    assert [f.id for f in found(desk, "unknown_phone")] == ["quen-mat-khau"]


@pytest.mark.parametrize(
    "written",
    ["1900.6600", "1900 6600", "19006600", "1800-1234", "0903 123 456", "024.3789.9999", "0903123456"],
)
def test_phones_are_seen_however_written(written):
    assert PHONE.findall(f"gọi {written}, hoặc") == [written]


@pytest.mark.parametrize(
    "text", ["mức 2.340.000 đồng", "ngày 01/07/2025", "mã số 0123456789012", "5.000", "Nghị định 158/2025"]
)
def test_other_numbers_are_no_phones(text):
    assert PHONE.findall(text) == []


def test_digits_of():
    assert digits_of("024.3789-9999 ") == "02437899999"


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://dichvucong.baohiemxahoi.gov.vn/x", True),
        ("https://BAOHIEMXAHOI.gov.vn", True),
        ("https://baohiemxahoi.gov.vn:443/tin", True),
        ("https://gov.vn", False),
        ("https://evilgov.vn", False),
        ("https://a.gov.vn.evil.com", False),
        ("https://a.gov.vn@evil.com/", False),
        ("https://[bad", False),
        ("khong phai dia chi", False),
    ],
)
def test_hosts(url, allowed):
    assert Registers(hosts=("*.gov.vn",)).host_allowed(url) is allowed


def test_registers_that_are_missing_or_broken_are_faults(tmp_path):
    (tmp_path / "laws.yml").write_text("- 1\n", encoding="utf-8")
    _, faults, _ = load_registers(tmp_path / "laws.yml", tmp_path / "none.yml")
    assert {f.code for f in faults} == {"bad_register", "no_file"}


@pytest.mark.parametrize(
    "rows", ["acts: {1: x}", "acts: {}\ndead_terms: [1, {instead: x}]", "acts: {a: {in_force_to: mai}}"]
)
def test_odd_rows_of_a_register_do_no_harm(desk, rows):
    desk.files.laws.write_text(rows + "\n", encoding="utf-8")
    _, faults = check_files(desk.files, DAY)
    assert {f.code for f in faults if f.severity is Severity.ERROR} == {"unknown_act"}


def test_a_long_answer_and_few_tests_are_reminders_only(desk):
    desk.write("qua tài khoản.", "qua tài khoản. " + "Bạn nhớ xem kỹ nhé. " * 30)
    desk.write(
        "  tests: [mất thẻ bhyt rồi, cấp lại thẻ y tế bị mất, làm lại thẻ bảo hiểm y tế, mat the y te]\n", ""
    )
    faq = load_faq(desk.files, DAY)
    assert {w.code for w in faq.warnings} == {"too_long", "few_tests"}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("  confidence: high\n  reviewed_on", "  confidance: high\n  reviewed_on", "có phải 'confidence'?"),
        ("as_of: 2025-06", "as_of: tháng 6/2025", "như 2026-11."),
        ("reviewed_on: 2026-11-01", "reviewed_on: 1/11/2026", "như 2026-11-24."),
        ("topic: tai-khoan", "topic: Tài khoản", "chữ thường không dấu"),
        ("topic: tai-khoan", "topic: tai-khoang", "có phải 'tai-khoan'?"),
        ("related: [doi-mat-khau]", "related: [doi-mat-kau]", "có phải 'doi-mat-khau'?"),
        ("related: [doi-mat-khau]", "related: [quen-mat-khau]", "là chính mục này"),
        ("mới, id: doi-mat-khau}", "mới, id: doi-mat-khauu}", "có phải 'doi-mat-khau'?"),
        ("needs_person: never", "needs_person: có", "đang ghi 'có'; phải là một trong: never, offer, always."),
        ("- đổi mật khẩu vssid\n", "- 12345\n", "dòng thứ 1 của 'alternates' phải là chữ"),
        ("- đổi mật khẩu vssid\n", "-\n", "dòng thứ 1 của 'alternates' để trống"),
        ("question: Lương hưu hằng tháng trả vào ngày nào?", "question:", "'question' để trống"),
        ("links: [https://dichvucong", "links: [dichvucong", "https://"),
        ("steps: []", "steps: Mở ứng dụng", "mỗi dòng mở đầu bằng '- '"),
        ("41/2024/QH15, article: ", "41/2024/QH15, articel: ", "có phải 'article'?"),
    ],
)  # fmt: skip
def test_a_fault_says_what_to_write_instead(desk, old, new, said):
    desk.write(old, new)
    faults = [f for f in check_files(desk.files, DAY)[1] if f.severity is Severity.ERROR]
    assert any(said in f.message for f in faults), faults
    assert all(f.id for f in faults if f.file == desk.faq.as_posix())


def test_a_double_id_is_told_though_its_first_bearer_is_broken_too(desk):
    desk.write("  as_of: 2025-06", "  as_of: hôm qua")
    line = desk.write("- id: doi-mat-khau", "- id: quen-mat-khau")
    assert [(f.line, f.id) for f in found(desk, "duplicate_id")] == [(line, "quen-mat-khau")]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("  question: Đổi", '  question: "Đổi', "dấu nháy mở ở dòng này chưa đóng"),
        ("steps: []", "steps: [Mở ứng dụng", "ngoặc mở ở dòng này chưa đóng"),
        ("  answer: Bạn vào", "  answer: Lưu ý: bạn vào", "dấu hai chấm ở giữa câu"),
        ("  answer: Bạn vào", "  answer: @bạn vào", "ký tự YAML không cho phép"),
        ("  answer: Bạn vào", "  answer: *bạn vào", "mở đầu bằng * hoặc &"),
        ("  answer: Bạn vào", "  answer Bạn vào", "thiếu dấu ': '"),
        ("  answer: Bạn vào", "  answer: >- Bạn vào", "phải xuống dòng"),
        ("  answer: Bạn vào", "   answer: Bạn vào", "thụt lệch"),
        ("  steps: []", "  steps: - Mở ứng dụng", "xuống dòng rồi viết"),
        ("  topic: tai-khoan\n  question: Đổi", "\ttopic: tai-khoan\n  question: Đổi", "phím Tab"),
        ("  answer: Bạn vào phần Cài đặt", '  answer: "Bạn" vào phần Cài đặt', "thừa chữ sau ngoặc kép"),
    ],
)  # fmt: skip
def test_a_broken_line_names_the_entry_the_line_and_the_mending(desk, old, new, said):
    line = desk.write(old, new)
    [fault] = [f for f in check_files(desk.files, DAY)[1] if f.severity is Severity.ERROR]
    assert said in fault.message
    assert (fault.id, fault.line) == ("doi-mat-khau", line)
    assert not re.search(r"did not|found|expected|allowed", fault.message)


def test_every_broken_entry_is_told_not_only_the_first(desk):
    wanted = {
        desk.write(
            "  topic: tai-khoan\n  question: Quên", "\ttopic: tai-khoan\n  question: Quên"
        ): "quen-mat-khau",
        desk.write("  question: Lương hưu", '  question: "Lương hưu'): "luong-huu-ngay-tra",
        desk.write("  answer: Bạn vào", "  answer: Lưu ý: bạn vào"): "doi-mat-khau",
    }
    faults = check_files(desk.files, DAY)[1]
    assert {f.line: f.id for f in faults} == wanted, "and nothing of a file that was not read"


def test_what_is_broken_above_the_entries_is_told_too(desk):
    line = desk.write("- {id: huu-tri, title: Lương hưu}", "- {id: huu-tri, title: Lương hưu")
    [fault] = check_files(desk.files, DAY)[1]
    assert (fault.line, fault.id, fault.code) == (line, "", "yaml_syntax")
