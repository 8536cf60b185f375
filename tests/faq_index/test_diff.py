"""The difference that an edit makes: entries, tests, whose questions move to whom. And ids that vanish."""

import json
from dataclasses import replace

import pytest

from faq_index.diff import (
    Asked,
    Kind,
    Source,
    Verdict,
    compare,
    entry_changes,
    questions,
    verdicts,
)
from faq_index.diff_text import as_json, lines
from faq_index.entries import Decision
from faq_index.evaluate import Labelled
from faq_index.lineage import successor

from .conftest import DAY
from .editing import Tool, publish

GONE = "replaced: {mat-the-bhyt: quen-mat-khau}\nentries:"


@pytest.fixture
def tool(desk, monkeypatch, capsys):
    publish(desk)
    return Tool(desk, monkeypatch, capsys)


def without_card(desk, replaced=GONE):
    """Save the FAQ without its last entry, which others name in near misses."""
    text = desk.faq.read_text(encoding="utf-8")
    text = text[: text.index("- id: mat-the-bhyt")].replace("id: mat-the-bhyt", "id: luong-huu-ngay-tra")
    desk.faq.write_text(text.replace("entries:", replaced, 1), encoding="utf-8")


# --- entries


def test_no_change(generation):
    assert entry_changes(generation.entries, generation.entries, {}) == ()


def test_only_the_place_in_the_file_is_no_change(generation):
    moved = [replace(e, line=e.line + 7) for e in generation.entries]
    assert entry_changes(generation.entries, moved, {}) == ()


def test_added_changed_and_removed(generation):
    first, second, *others = generation.entries
    changed = replace(first, answer="Câu mới.", steps=("Một.",), tests=())
    added = replace(second, id="moi")
    changes = entry_changes(generation.entries, [changed, *others, added], {second.id: "moi"})
    assert [(c.id, c.kind, c.instead) for c in changes] == [
        (first.id, Kind.CHANGED, None),
        ("moi", Kind.ADDED, None),
        (second.id, Kind.REMOVED, "moi"),
    ]
    assert [(f.field, f.old, f.new) for f in changes[0].fields] == [
        ("answer", first.answer, "Câu mới."),
        ("steps", list(first.steps), ["Một."]),
        ("tests", list(first.tests), []),
    ]


# --- questions and verdicts


def test_every_question_is_asked_once_for_each_place(generation):
    asked = questions(
        generation.entries, generation.entries, [Labelled("câu của bộ", ("doi-mat-khau",), "answerable")], {}
    )
    texts = [(a.text, a.entry, a.source) for a in asked]
    assert len(texts) == len(set(texts))
    written = sum(1 + len(e.alternates) + len(e.tests) + len(e.near_misses) for e in generation.entries)
    assert len(asked) == written + 1
    assert asked[-1] == Asked("câu của bộ", Source.SET, ("doi-mat-khau",))


def test_tests_only_leaves_out_what_is_indexed(generation):
    asked = questions(generation.entries, generation.entries, [], {}, tests_only=True)
    assert {a.source for a in asked} == {Source.TEST, Source.NEAR_MISS}


def test_owners_follow_the_successor(generation):
    kept = [e for e in generation.entries if e.id != "mat-the-bhyt"]
    asked = questions(generation.entries, kept, [], {"mat-the-bhyt": "doi-mat-khau"})
    assert {a.owners for a in asked if a.entry == "mat-the-bhyt" and a.source is Source.TEST} == {
        ("doi-mat-khau",)
    }
    asked = questions(generation.entries, kept, [], {"mat-the-bhyt": None})
    assert {a.owners for a in asked if a.entry == "mat-the-bhyt" and a.source is Source.TEST} == {()}


def test_verdicts_are_those_of_the_searcher(searcher, generation):
    texts = [t for e in generation.entries for t in e.tests]
    judged = verdicts(searcher, texts, DAY)
    for text in texts:
        result = searcher.search(text, DAY)
        assert judged[text].decision is result.decision
        assert judged[text].first == searcher.rank(text, DAY)[0]


def verdict(entry, decision=Decision.ANSWER):
    return Verdict(decision, entry)


def test_moves_and_failures_by_hand(generation):
    own, other = generation.entries[:2]
    test, gone, stray = (
        Asked(t, Source.TEST, (own.id,), own.id) for t in (own.tests[0], "đã bỏ", own.tests[1])
    )
    miss = Asked(own.near_misses[0].question, Source.NEAR_MISS, (other.id,), own.id)
    before = {
        test.text: verdict(own.id),
        gone.text: verdict(other.id),
        stray.text: verdict(other.id),
        miss.text: verdict(other.id),
    }
    after = {
        test.text: verdict(other.id),
        gone.text: verdict(other.id),
        stray.text: verdict(other.id, Decision.CLARIFY),
        miss.text: verdict(own.id),
    }
    found = compare((), [test, gone, stray, miss], before, after, generation.entries)
    assert found.failing_before == 2
    assert [(f.text, f.wins, f.new) for f in found.failing] == [
        (test.text, other.id, True),
        (stray.text, other.id, False),
        (miss.text, own.id, True),
    ]
    assert [(m.asked.text, m.better) for m in found.moved] == [
        (test.text, False),
        (stray.text, None),
        (miss.text, False),
    ]
    assert {way: len(moved) for way, moved in found.routes()} == {
        (own.id, other.id): 1,
        (other.id, "clarify"): 1,
        (other.id, own.id): 1,
    }


def test_output_is_bounded_and_counts_the_rest(generation):
    own, other = generation.entries[:2]
    entry = replace(own, tests=tuple(f"câu {i}" for i in range(60)))
    asked = [Asked(t, Source.TEST, (own.id,), own.id) for t in entry.tests]
    before = {a.text: verdict(own.id) for a in asked}
    after = {a.text: verdict(f"muc-{i}") for i, a in enumerate(asked)}
    changes = entry_changes([], [replace(other, id=f"muc-{i}") for i in range(60)], {})
    found = compare(changes, asked, before, after, [entry])
    text = list(lines(found, 5))
    assert len(text) < 40
    assert sum("và 55 dòng nữa" in line for line in text) == 3
    body = as_json(found, 5)
    assert [len(body[k]) for k in ("entries", "failing", "moved")] == [5, 5, 5]
    assert body["left_out"] == {"entries": 55, "failing": 55, "moved": 55}
    assert (body["failing_after"], body["moved_count"]) == (60, 60)


# --- the command


def test_nothing_changed(tool):
    assert tool("diff")[:2] == (0, "Không có gì khác bản đang chạy.\n")
    assert json.loads(tool("diff", "--json")[1])["same"] is True


def test_nothing_live(desk, monkeypatch, capsys):
    code, _, err = Tool(desk, monkeypatch, capsys)("diff")
    assert (code, "Chưa có chỉ mục nào" in err) == (1, True)


def test_a_changed_answer_is_shown_old_and_new(tool, desk):
    desk.write("nhánh 8.", "nhánh 9.")
    code, out, _ = tool("diff")
    assert code == 0
    assert "sửa 1" in out
    assert "- Bạn lấy lại mật khẩu miễn phí qua email đã đăng ký, hoặc gọi 1900.9068 nhánh 8." in out
    assert "+ Bạn lấy lại mật khẩu miễn phí qua email đã đăng ký, hoặc gọi 1900.9068 nhánh 9." in out
    assert "Câu hỏi đổi câu trả lời: 0/" in out
    body = json.loads(tool("diff", "--json", "--tests-only")[1])
    ((field,),) = [e["fields"] for e in body["entries"]]
    assert (field["field"], field["old"][-2:], field["new"][-2:]) == ("answer", "8.", "9.")


def test_questions_move_with_a_removed_entry(tool, desk, tmp_path):
    without_card(desk)
    asked = tmp_path / "set.yml"
    asked.write_text(
        "- {q: mất thẻ bảo hiểm y tế, expect: [mat-the-bhyt], kind: answerable}\n", encoding="utf-8"
    )
    code, out, _ = tool("diff", "--json", "--set", str(asked), "--limit", "50")
    body = json.loads(out)
    assert code == 0
    removed = [e for e in body["entries"] if e["change"] == "removed"]
    assert [(e["id"], e["instead"]) for e in removed] == [("mat-the-bhyt", "quen-mat-khau")]
    moved = [q for way in body["moved"] if way["from"] == "needs_person" for q in way["questions"]]
    assert {"làm lại thẻ bhyt bị mất", "mất thẻ bảo hiểm y tế"} <= {q["text"] for q in moved}
    assert "mat-the-bhyt" not in {way["to"] for way in body["moved"]}


def test_a_broken_file_shows_its_faults(tool, desk):
    line = desk.write("topic: huu-tri", "topic: khong-co")
    code, out, err = tool("diff")
    assert (code, out) == (1, "")
    assert f":{line}: LỖI unknown_topic" in err


# --- ids that vanish


@pytest.mark.parametrize(
    ("replaced", "end"),
    [
        ({"a": "b"}, "b"),
        ({"a": "b", "b": "c"}, "c"),
        ({"a": None}, None),
        ({"a": "b", "b": None}, None),
        ({"a": "b", "b": "a"}, None),
        ({"a": "a"}, None),
        ({}, "a"),
    ],
)
def test_successor(replaced, end):
    assert successor("a", replaced) == end


@pytest.mark.parametrize("command", ["validate", "build", "diff"])
def test_a_vanished_id_is_an_error(tool, desk, command):
    without_card(desk, "entries:")
    code, out, err = tool(command)
    assert code == 1
    assert "LỖI vanished_id [mat-the-bhyt]" in out + err
    assert "replaced" in out + err


@pytest.mark.parametrize("command", ["validate", "build", "diff"])
@pytest.mark.parametrize("instead", ["quen-mat-khau", "null", "~"])
def test_a_replaced_id_is_none(tool, desk, command, instead):
    without_card(desk, f"replaced: {{mat-the-bhyt: {instead}}}\nentries:")
    code, out, err = tool(command)
    assert (code, "LỖI" in out + err) == (0, False)


@pytest.mark.parametrize(
    ("replaced", "code"),
    [
        ("{mat-the-bhyt: khong-co}", "replaced_unknown"),
        ("{mat-the-bhyt: cu, cu: mat-the-bhyt}", "replaced_unknown"),
        ("{mat-the-bhyt: quen-mat-khau, doi-mat-khau: quen-mat-khau}", "replaced_still_there"),
        ("{mat-the-bhyt: [quen-mat-khau]}", "wrong_type"),
        ("{mat-the-bhyt: Sai Dạng}", "wrong_form"),
        ("[mat-the-bhyt]", "wrong_type"),
    ],
)
def test_a_wrong_map_stands_on_its_line(tool, desk, replaced, code):
    without_card(desk, f"replaced: {replaced}\nentries:")
    faults = json.loads(tool("validate", "--json")[1])
    line = desk.faq.read_text(encoding="utf-8").splitlines().index(f"replaced: {replaced}") + 1
    assert (line, code) in [(f["line"], f["code"]) for f in faults]


def test_before_anything_is_live_nothing_has_vanished(desk, monkeypatch, capsys):
    without_card(desk, "entries:")
    assert Tool(desk, monkeypatch, capsys)("validate")[0] == 0
