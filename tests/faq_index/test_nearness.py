"""Alternates that lie nearer to another entry than to their own are told to the editor, and nothing else is."""

from dataclasses import replace

from faq_index.entries import Severity
from faq_index.nearness import strayed
from faq_index.source import check_files, load_faq

from .conftest import DAY


def test_a_sound_faq_has_none(desk):
    assert list(strayed(load_faq(desk.files, DAY).entries)) == []


def test_a_question_that_belongs_to_a_sibling_is_named_with_it(desk):
    entries = load_faq(desk.files, DAY).entries
    first = replace(entries[0], alternates=(*entries[0].alternates, "thay mật khẩu vssid đang dùng muốn"))
    found, back = strayed((first, *entries[1:]))
    assert (found.entry_id, found.position) == ("quen-mat-khau", len(entries[0].alternates))
    assert found.other_id == "doi-mat-khau"
    assert (back.entry_id, back.other_id) == ("doi-mat-khau", "quen-mat-khau")  # it is no longer safe either


def test_one_entry_alone_has_no_sibling(desk):
    assert list(strayed(load_faq(desk.files, DAY).entries[:1])) == []


def test_validate_says_so_and_a_saved_file_is_not_kept_waiting(desk):
    line = desk.write("  - mk vssid quên rồi ad ơi\n", "  - thay mật khẩu vssid đang dùng muốn\n")
    _, faults = check_files(desk.files, DAY, thorough=True)
    found = next(f for f in faults if f.code == "nearer_to_another")
    assert (found.line, found.id, found.severity) == (line, "quen-mat-khau", Severity.WARNING)
    assert "'doi-mat-khau'" in found.message
    assert check_files(desk.files, DAY)[1] == ()
