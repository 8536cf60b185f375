"""`python -m faq_index` as editors and CI use it: output and exit codes."""

import io
import json
import sys

import jsonschema
import pytest

from faq_index.__main__ import main
from faq_index.entries import Decision


@pytest.fixture
def tool(desk, monkeypatch, capsys):
    """Run a command over the desk's folder; gives (exit code, stdout, stderr)."""
    for name, value in desk.environment().items():
        monkeypatch.setenv(name, value)

    def run(*argv):
        code = main(argv)
        out = capsys.readouterr()
        return code, out.out, out.err

    return run


def test_validate_a_good_file(tool):
    code, out, _ = tool("validate")
    assert code == 0
    assert "4 mục, 0 lỗi" in out


def test_validate_tells_file_line_id_and_mending(tool, desk):
    desk.write("topic: huu-tri", "topic: khong-co")
    code, out, _ = tool("validate")
    assert code == 1
    assert f"{desk.faq.as_posix()}:" in out
    assert "LỖI unknown_topic [luong-huu-ngay-tra]" in out


def test_validate_json(tool, desk):
    desk.write("topic: huu-tri", "topic: khong-co")
    code, out, _ = tool("validate", "--json")
    assert code == 1
    assert json.loads(out)[0]["code"] == "unknown_topic"


def test_validate_on_another_day_only_warns(tool):
    code, out, _ = tool("validate", "--on", "2027-01-01")
    assert code == 0
    assert "nhắc expired" in out


def test_nothing_built_yet(tool):
    for command in (("search", "x"), ("promote",), ("rollback",), ("gate",)):
        code, _, err = tool(*command)
        assert code == 1
        assert err.strip()
    assert tool("generations") == (0, "Chưa có bản nào.\n", "")


def test_build_gate_promote_rollback(tool, desk):
    assert tool("build")[0] == 0
    assert tool("gate")[0] == 0
    assert tool("promote")[0] == 0
    code, out, _ = tool("build")
    assert (code, "dùng lại" in out) == (0, True)
    desk.write("nhánh 8", "nhánh 9")
    assert tool("build", "--promote")[0] == 0
    _, out, _ = tool("generations")
    assert [line[0] for line in out.splitlines()] == [" ", "*"]
    assert tool("rollback")[0] == 0
    _, out, _ = tool("generations")
    assert [line[0] for line in out.splitlines()] == ["*", " "]


def test_a_broken_file_is_never_built(tool, desk):
    desk.write("topic: huu-tri", "topic: khong-co")
    code, _, err = tool("build", "--promote")
    assert code == 1
    assert "unknown_topic" in err
    assert not (desk.folder / "index").exists()


def test_gate_refuses_below_the_floor(tool, desk):
    tool("build")
    path = desk.folder / "set.yml"
    path.write_text(
        "- {q: quên mật khẩu vssid, expect: [mat-the-bhyt], kind: answerable}\n", encoding="utf-8"
    )
    code, out, _ = tool("promote", "--set", str(path))
    assert code == 1
    assert "eval_low" in out
    assert not (desk.folder / "index/CURRENT").exists()
    assert tool("promote", "--force")[0] == 0


def test_search_one(tool):
    tool("build", "--promote")
    code, out, _ = tool("search", "quen", "mat", "khau", "vssid")
    assert code == 0
    assert "quen-mat-khau" in out
    code, out, _ = tool("search", "--explain", "mk vssid quên")
    assert "hiểu là: mật khẩu vssid quên" in out


def test_search_batch(tool, desk, monkeypatch):
    tool("build", "--promote")
    path = desk.folder / "queries.txt"
    path.write_text("quen mat khau vssid\n\ngiá vàng\n", encoding="utf-8")
    code, out, _ = tool("search", "--batch", str(path), "--jsonl")
    rows = [json.loads(line) for line in out.splitlines()]
    assert (code, len(rows)) == (0, 2)
    assert rows[0].keys() == {"query", "decision", "hits", "ms"}
    assert rows[0]["hits"][0].keys() == {"id", "score"}
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("lương hưu trả ngày mấy\n".encode())))
    _, out, _ = tool("search", "--batch", "-", "--jsonl", "--on", "2026-11-24")
    assert json.loads(out)["hits"][0]["id"] == "luong-huu-ngay-tra"


def test_bytes_that_are_no_text_get_a_decision(tool, monkeypatch):
    tool("build", "--promote")
    code, out, _ = tool("search", "--jsonl", b"m\xff\xfet kh\xe1u".decode("utf-8", "surrogateescape"))
    assert code == 0
    assert json.loads(out.encode("utf-8"))["query"] == "m??t kh?u"
    asked = "quên mật khẩu\n😀\nSELECT * FROM entries; --\n您好\nសួស្តី\n".encode() + b"\xff\x00\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(asked)))
    code, out, _ = tool("search", "--batch", "-", "--jsonl")
    rows = [json.loads(line) for line in out.encode("utf-8").splitlines()]
    assert (code, len(rows)) == (0, 6)
    assert {r["decision"] for r in rows} <= set(Decision)


def test_search_without_a_query(tool):
    assert tool("search")[0] == 1
    assert tool("search", "--batch", "none.txt")[0] == 1


def test_search_on_another_day(tool):
    tool("build", "--promote")
    _, out, _ = tool("search", "--on", "2027-01-01", "--jsonl", "lương hưu trả ngày mấy")
    assert "luong-huu-ngay-tra" not in out


def test_evaluate(tool, desk):
    tool("build", "--promote")
    path = desk.folder / "set.yml"
    path.write_text(
        "- {q: quên mật khẩu vssid, expect: [quen-mat-khau], kind: answerable}\n- {q: giá vàng, kind: offtopic}\n",
        encoding="utf-8",
    )
    code, out, _ = tool("evaluate", "--set", str(path), "--json")
    assert (code, json.loads(out)["total"]["hit1"]) == (0, 1.0)
    code, out, _ = tool("evaluate", "--set", str(path), "--mistakes")
    assert "hit1" in out
    assert tool("evaluate", "--set", "none.yml")[0] == 1


def test_schema_is_json_schema(tool):
    code, out, _ = tool("schema")
    assert code == 0
    jsonschema.Draft202012Validator.check_schema(json.loads(out))


def test_wrong_usage():
    with pytest.raises(SystemExit) as caught:
        main(["fly"])
    assert caught.value.code == 2


def test_wrong_setting(monkeypatch, capsys):
    monkeypatch.setenv("FAQ_PORT", "many")
    assert main(["generations"]) == 2
    assert "FAQ_PORT" in capsys.readouterr().err


def test_train_without_corpora(tool):
    code, _, err = tool("train")
    assert code == 1
    assert "--corpora" in err
