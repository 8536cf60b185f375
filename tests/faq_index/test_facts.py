"""Proof of numbers: found by value and unit, missed by neither form, scale nor range."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faq_index.errors import FaqDataError
from faq_index.facts import facts_files, known_of, numbers_of, read_facts

from .editing import Tool

FACTS = """\
- id: quen-mat-khau
  question: Quên mật khẩu VssID thì lấy lại bằng cách nào?
  facts: [Gọi 1900.9068 bấm nhánh 8 (1.000 đồng/phút)]
- id: doi-mat-khau
  question: Đổi mật khẩu thế nào?
  facts: [Vào Cài đặt]
- id: luong-huu-ngay-tra
  question: Trả ngày nào?
  facts: [Trả từ ngày 2 đến ngày 5 hằng tháng, '6: trả bù']
"""


@pytest.fixture
def facts(tmp_path):
    folder = tmp_path / "facts"
    folder.mkdir()
    (folder / "a.yml").write_text(FACTS, encoding="utf-8")
    return folder


@pytest.fixture
def tool(desk, monkeypatch, capsys):
    return Tool(desk, monkeypatch, capsys)


@pytest.mark.parametrize(
    ("fact", "said"),
    [
        ("đóng 1.500.000 đồng", "đóng 1,5 triệu đồng"),
        ("đóng 1,5 triệu", "đóng 1.500.000 đồng"),
        ("lương cơ sở 2.530.000 đồng", "2.530.000 đồng"),
        ("từ 01/07/2025", "từ 1/7/2025"),
        ("từ 01/7/2025", "từ tháng 7/2025"),
        ("từ 01/7/2025", "từ năm 2025"),
        ("trong 3-5 ngày", "từ 3 đến 5 ngày"),
        ("trong 3–5 ngày", "3-5 ngày"),
        ("mức 4,5%", "4,5 phần trăm"),
        ("nộp 05 ngày", "nộp 5 ngày"),
        ("khoản 1 Điều 70 Luật 41/2024/QH15", "Luật 41/2024/QH15"),
        ("mở từ 7:30", "mở từ 07:30"),
        ("hỗ trợ 50 nghìn", "hỗ trợ 50.000 đồng"),
        ("quỹ 2,5 tỷ", "quỹ 2.500 triệu"),
    ],
)
def test_the_same_number_in_another_form_is_proven(fact, said):
    known = known_of([fact])
    assert [n.shown for n in numbers_of(said) if not known.proves(n)] == []


@pytest.mark.parametrize(
    ("fact", "said", "unproven"),
    [
        ("đóng 1.500.000 đồng", "đóng 1.500.001 đồng", ["1.500.001 đồng"]),
        ("mức 4,5%", "mức 45%", ["45%"]),
        ("mức 4,5%", "mức 4 hoặc 5%", ["4", "5%"]),
        ("từ 01/7/2025", "từ 7/1/2025", ["7/1/2025"]),
        ("3 ngày hoặc 5 ngày", "3-5 ngày", ["3-5 ngày"]),
        ("ngày 1 tháng 7", "ngày 1/7", ["1/7"]),
        ("1,5 triệu", "1,5 tỷ", ["1,5 tỷ"]),
        ("1.000 đồng", "1 đồng", ["1 đồng"]),
        ("đủ 15 năm", "đủ 1 năm", ["1 năm"]),
        ("không có số nào", "chờ 7 ngày", ["7 ngày"]),
    ],
)
def test_another_number_is_not_proven(fact, said, unproven):
    known = known_of([fact])
    assert [n.shown for n in numbers_of(said) if not known.proves(n)] == unproven


def test_a_number_with_another_unit_is_remarked():
    known = known_of(["đóng đủ 12 tháng", "nghỉ 5-7 ngày"])
    (years,) = numbers_of("đủ 12 năm")
    assert known.proves(years)
    assert known.other_units(years) == {"tháng"}
    for fine in ("12 tháng", "nhánh 12", "5 ngày", "7 ngày"):
        assert not known.other_units(next(numbers_of(fine)))


@given(st.integers(min_value=0, max_value=10**12))
def test_every_whole_number_is_itself_and_not_the_next(value):
    shown, other = (f"{v:,}".replace(",", ".") for v in (value, value + 1))
    known = known_of([f"là {value}"])
    assert all(known.proves(n) for n in numbers_of(f"có {shown} người"))
    assert not any(known.proves(n) for n in numbers_of(f"có {other} người"))


def test_proven_with_those_without_facts_apart(tool, facts):
    code, out, _ = tool("facts", "--facts", str(facts))
    assert code == 0
    assert "trong 3 mục: 0 không có dữ kiện" in out
    assert out.splitlines()[-1] == "Chưa có dữ kiện (1 mục): mat-the-bhyt"


@pytest.mark.parametrize(
    ("old", "new", "entry", "field"),
    [
        ("nhánh 8", "nhánh 9", "quen-mat-khau", "answer"),
        ("Nhập email và mã OTP.", "Nhập mã OTP trong 5 phút.", "quen-mat-khau", "steps"),
        (
            "Lương hưu trả từ ngày 2 đến ngày 5.",
            "Lương hưu trả từ ngày 2 đến ngày 7.",
            "luong-huu-ngay-tra",
            "spoken",
        ),
    ],
)
def test_a_wrong_number_stands_on_its_line(tool, desk, facts, old, new, entry, field):
    line = desk.write(old, new)
    code, out, _ = tool("facts", "--facts", str(facts), "--json")
    (fault,) = json.loads(out)["faults"]
    assert (code, fault["id"], fault["line"], fault["code"]) == (1, entry, line, "unproven_number")
    assert fault["message"].startswith(field)
    code, out, _ = tool("facts", "--facts", str(facts))
    assert (code, f"{desk.faq.as_posix()}:{line}: LỖI unproven_number [{entry}]" in out) == (1, True)


def test_another_phone_is_no_proof(tool, desk, facts):
    """The hotline of the allow-list needs no proof; a number like it does."""
    (facts / "a.yml").write_text(FACTS.replace("1900.9068", "tổng đài"), encoding="utf-8")
    assert tool("facts", "--facts", str(facts))[0] == 0


@pytest.mark.parametrize(
    "content", ["- question: không có mã\n", "- id: a\n  facts: chữ\n", "a: [", "- id: a\n", "id: a\n"]
)
def test_facts_of_another_form(facts, content):
    (facts / "b.yml").write_text(content, encoding="utf-8")
    with pytest.raises(FaqDataError) as broken:
        read_facts(facts_files(facts / "none.yml", facts))
    assert all(f.file.endswith("b.yml") for f in broken.value.faults)


def test_a_folder_without_facts(tool, tmp_path):
    code, _, err = tool("facts", "--facts", str(tmp_path / "nowhere"))
    assert (code, "--facts" in err) == (1, True)


OWN = """\
- id: mat-the-bhyt
  question: Mất thẻ thì làm lại thế nào?
  facts: [Làm lại thẻ trong 7 ngày]
- id: quen-mat-khau
  question: Quên mật khẩu VssID?
  facts: [nhánh 9]
- id: da-bo
  question: Mục đã bỏ
  facts: []
"""


@pytest.fixture
def own(desk):
    """The project's own file of facts."""
    path = desk.folder / "facts_them_vi.yml"
    path.write_text(OWN, encoding="utf-8")
    return path


def test_the_own_file_is_read_beside_the_folder_and_each_source_reported(tool, desk, facts, own):
    code, out, _ = tool("facts", "--facts", str(facts))
    assert code == 0
    assert f"{own.as_posix()}: " in out
    assert f"{(facts / 'a.yml').as_posix()}: " in out
    assert "không có mục nào mang mã: da-bo" in out
    assert "Tất cả: " in out
    assert "trong 4 mục: 0 không có dữ kiện" in out
    assert "Chưa có dữ kiện" not in out
    desk.write("nhánh 8", "nhánh 9")  # proven by the one of its two files that says so
    assert tool("facts", "--facts", str(facts))[0] == 0
    desk.write("nhánh 9", "nhánh 7")
    code, out, _ = tool("facts", "--facts", str(facts), "--json")
    sources = {row["file"]: row for row in json.loads(out)["sources"]}
    assert code == 1
    assert sources[own.as_posix()].items() >= {"entries": 2, "unproven": 1, "unknown": ["da-bo"]}.items()
    assert sources[(facts / "a.yml").as_posix()].items() >= {"entries": 3, "unproven": 1}.items()


def test_the_own_file_alone(tool, desk, own):
    code, out, _ = tool("facts")
    assert code == 1  # nhánh 8 of quen-mat-khau is not in it
    assert "unproven_number [quen-mat-khau]" in out
    assert "Chưa có dữ kiện (2 mục): doi-mat-khau, luong-huu-ngay-tra" in out


def test_the_own_file_inside_the_folder_counts_once(desk, own):
    assert facts_files(own, desk.folder).count(own) == 1


def test_no_facts_at_all(tool, desk):
    code, _, err = tool("facts")
    assert (code, "facts_them_vi.yml" in err, "--facts" in err) == (1, True, True)
