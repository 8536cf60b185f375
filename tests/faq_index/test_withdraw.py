"""Withdrawing an entry: it stops at once, in every process, survives damage, and leaves a trace."""

import json
import threading

import pytest

from faq_index.audit import AUDIT, lines
from faq_index.errors import StoreError
from faq_index.searcher import FaqSearcher
from faq_index.withdrawals import (
    MAX_REASON,
    WITHDRAWN,
    AlreadyWithdrawnError,
    NotWithdrawnError,
    ReasonMissingError,
    Withdrawals,
)

from .conftest import DAY
from .editing import Tool, publish

QUERY = "quen mat khau vssid lam sao lay lai"


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "index"


@pytest.fixture
def tool(desk, monkeypatch, capsys):
    publish(desk)
    return Tool(desk, monkeypatch, capsys)


def test_nothing_is_withdrawn_where_there_is_no_folder(folder):
    withdrawals = Withdrawals(folder)
    assert (withdrawals.all(), withdrawals.ids(), withdrawals.fault()) == ((), frozenset(), "")
    assert not folder.exists()


def test_withdraw_and_restore(folder):
    withdrawals = Withdrawals(folder)
    made = withdrawals.withdraw("quen-mat-khau", "  Số  phím\nđã đổi. ", "lan")
    assert (made.id, made.reason, made.by) == ("quen-mat-khau", "Số phím đã đổi.", "lan")
    assert withdrawals.all() == (made,)
    withdrawals.restore("quen-mat-khau", "minh")
    assert withdrawals.ids() == frozenset()
    trace = [(r["action"], r["id"], r["by"]) for r in lines(folder)]
    assert trace == [("withdraw", "quen-mat-khau", "lan"), ("restore", "quen-mat-khau", "minh")]


def test_another_process_sees_it_at_the_next_question(folder):
    editor, server = Withdrawals(folder), Withdrawals(folder)
    assert server.ids() == frozenset()
    editor.withdraw("a", "sai")
    assert server.ids() == {"a"}
    editor.withdraw("b", "sai")
    assert server.ids() == {"a", "b"}
    editor.restore("a")
    assert server.ids() == {"b"}


def test_refusals_change_nothing(folder):
    withdrawals = Withdrawals(folder)
    with pytest.raises(ReasonMissingError):
        withdrawals.withdraw("a", " \n ")
    with pytest.raises(ReasonMissingError):
        withdrawals.withdraw("a", "x" * (MAX_REASON + 1))
    with pytest.raises(NotWithdrawnError):
        withdrawals.restore("a")
    withdrawals.withdraw("a", "lý do đầu")
    with pytest.raises(AlreadyWithdrawnError):
        withdrawals.withdraw("a", "lý do sau")
    assert [w.reason for w in withdrawals.all()] == ["lý do đầu"]
    assert len(list(lines(folder))) == 1


def test_many_editors_at_once_lose_nothing(folder):
    ids = [f"muc-{i}" for i in range(16)]
    threads = [threading.Thread(target=Withdrawals(folder).withdraw, args=(i, "cùng lúc")) for i in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Withdrawals(folder).ids() == set(ids)
    assert {row["id"] for row in lines(folder)} == set(ids)
    assert not list(folder.glob(f".{WITHDRAWN}.*"))


@pytest.mark.parametrize(
    "damage",
    [
        "",
        "{",
        "[]",
        '{"withdrawn": [{"id": "a"}]}',
        '{"withdrawn": [{"id": 1, "reason": "", "at": "", "by": ""}]}',
    ],
)
def test_a_damaged_list_brings_nothing_back(folder, damage):
    withdrawals = Withdrawals(folder)
    withdrawals.withdraw("a", "sai số tiền", "lan")
    withdrawals.withdraw("b", "sai")
    withdrawals.restore("b")
    (folder / WITHDRAWN).write_text(damage, encoding="utf-8")
    started_later = Withdrawals(folder)
    for one in (withdrawals, started_later):
        assert one.ids() == {"a"}
        assert WITHDRAWN in one.fault()
    started_later.withdraw("c", "cũng sai")  # writes the list anew
    assert Withdrawals(folder).ids() == {"a", "c"}
    assert withdrawals.fault() == ""


def test_a_log_line_cut_off_by_a_crash_is_left_out(folder):
    Withdrawals(folder).withdraw("a", "sai")
    with (folder / AUDIT).open("a", encoding="utf-8") as log:
        log.write('{"action": "with')
    (folder / WITHDRAWN).write_text("?", encoding="utf-8")
    assert Withdrawals(folder).ids() == {"a"}


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "index").write_text("a file where the folder should be", encoding="utf-8")
    with pytest.raises(StoreError, match="Chưa có gì thay đổi"):
        Withdrawals(tmp_path / "index").withdraw("a", "sai")


def test_the_searcher_leaves_it_out_and_takes_it_back(folder, generation, models):
    withdrawals = Withdrawals(folder)
    searcher = FaqSearcher(generation, models, withdrawals.ids)
    assert searcher.search(QUERY, DAY).hits[0].entry.id == "quen-mat-khau"
    withdrawals.withdraw("quen-mat-khau", "sai")
    assert "quen-mat-khau" not in [h.entry.id for h in searcher.search(QUERY, DAY, 20).hits]
    assert searcher.shown("quen-mat-khau") is None
    assert searcher.rank(QUERY, DAY)[0] == "quen-mat-khau"  # what the gate measures is the generation
    withdrawals.restore("quen-mat-khau")
    assert searcher.search(QUERY, DAY).hits[0].entry.id == "quen-mat-khau"


def test_an_id_that_is_gone_may_stay_withdrawn(generation, models):
    searcher = FaqSearcher(generation, models, lambda: frozenset({"khong-con-nua"}))
    assert searcher.search(QUERY, DAY).hits


def test_with_every_entry_withdrawn_nothing_answers(generation, models):
    everything = frozenset(e.id for e in generation.entries)
    result = FaqSearcher(generation, models, lambda: everything).search(QUERY, DAY)
    assert (str(result.decision), result.hits) == ("abstain", ())


def test_on_the_command_line(tool):
    assert tool("withdrawn")[1] == "Không mục nào bị thu hồi.\n"
    code, out, _ = tool("withdraw", "quen-mat-khau", "--reason", "Nhánh 8 đã bỏ")
    assert (code, "restore quen-mat-khau" in out) == (0, True)
    found = tool("search", "--jsonl", QUERY)[1]
    assert "quen-mat-khau" not in [h["id"] for h in json.loads(found)["hits"]]
    (row,) = json.loads(tool("withdrawn", "--json")[1])
    assert (row["id"], row["reason"], bool(row["by"])) == ("quen-mat-khau", "Nhánh 8 đã bỏ", True)
    assert "Nhánh 8 đã bỏ" in tool("withdrawn")[1]
    assert tool("restore", "quen-mat-khau")[0] == 0
    assert json.loads(tool("search", "--jsonl", QUERY)[1])["hits"][0]["id"] == "quen-mat-khau"


def test_command_line_says_what_is_wrong(tool):
    code, _, err = tool("withdraw", "quen-mat-khu", "--reason", "gõ sai mã")
    assert (code, "quen-mat-khau" in err) == (1, True)  # names the near one
    assert tool("withdraw", "quen-mat-khau", "--reason", " ")[0] == 1
    assert tool("restore", "quen-mat-khau")[0] == 1
    with pytest.raises(SystemExit) as wrong_usage:
        tool("withdraw", "quen-mat-khau")
    assert wrong_usage.value.code == 2


def test_nothing_live_nothing_to_withdraw(desk, monkeypatch, capsys):
    code, _, err = Tool(desk, monkeypatch, capsys)("withdraw", "quen-mat-khau", "--reason", "sai")
    assert (code, "Chưa có bản nào" in err) == (1, True)
