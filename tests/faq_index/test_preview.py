"""The preview page: everything an editor wrote is escaped, nothing is loaded, results are the searcher's."""

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from faq_index.entries import Faq, NearMiss
from faq_index.preview import mail_text, page, results
from faq_index.withdrawals import Withdrawal

from .conftest import DAY
from .editing import Tool, publish

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7 * 7 }}&amp;"


class Tags(HTMLParser):
    """What a browser would make of a page: start tags with attributes, and the text."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data

    def names(self):
        return {tag for tag, _ in self.tags}


@pytest.fixture
def entry(generation):
    return generation.entries[0]


def shown(generation, entry, judged=(), withdrawn=None):
    faq = Faq(generation.entries, generation.topics, {})
    return page(faq, entry, judged, withdrawn)


def test_all_four_parts_are_there(generation, searcher, entry):
    html = Tags(shown(generation, entry, results(searcher, entry, DAY)))
    headings = [attrs["id"] for tag, attrs in html.tags if tag == "h2" and "id" in attrs]
    assert headings == ["chat", "mail", "spoken", "tests"]
    for text in (entry.answer, *entry.steps, entry.spoken, *entry.tests, entry.near_misses[0].question):
        assert text in html.text
    assert "Chào bạn," in html.text


def test_everything_is_escaped(generation, searcher, entry):
    evil = replace(
        entry,
        question=EVIL,
        answer=EVIL,
        steps=(EVIL,),
        spoken=EVIL,
        facets={EVIL: EVIL},
        tests=(EVIL,),
        near_misses=(NearMiss(EVIL, "doi-mat-khau"),),
        links=('https://gov.vn/"onmouseover=alert(1)',),
        as_of=EVIL,
    )
    plain = Tags(shown(generation, entry, results(searcher, entry, DAY)))
    html = Tags(shown(generation, evil, results(searcher, evil, DAY), Withdrawal(evil.id, EVIL, "", EVIL)))
    assert html.names() <= plain.names() | {"strong"}
    assert {key for _, attrs in html.tags for key in attrs} == {
        key for _, attrs in plain.tags for key in attrs
    }
    assert html.text.count(EVIL) >= 10
    assert "49" not in html.text


def test_nothing_is_loaded_and_nothing_runs(generation, entry):
    text = shown(generation, entry)
    html = Tags(text)
    assert not html.names() & {"script", "img", "link", "iframe", "object", "form"}
    (policy,) = [a["content"] for t, a in html.tags if a.get("http-equiv") == "Content-Security-Policy"]
    style = re.search("<style>(.*?)</style>", text, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "@import" not in style
    assert "url(" not in style


def test_results_are_those_of_the_searcher(searcher, entry):
    strange = replace(
        entry,
        tests=("mất thẻ bảo hiểm y tế",),
        near_misses=(NearMiss("quên mật khẩu vssid", "doi-mat-khau"),),
    )
    judged = results(searcher, strange, DAY)
    assert [(r.kind, r.passes) for r in judged] == [
        ("câu hỏi chuẩn", True),
        ("câu thử", False),
        ("câu gần giống", False),
    ]
    assert judged[1].first == "mat-the-bhyt"
    assert judged[2].gets == "mục này"


def test_the_mail_is_the_entry_in_plain_text(entry):
    text = mail_text(entry)
    blocks = text.split("\n\n")
    assert blocks[:2] == ["Chào bạn,", entry.answer]
    assert blocks[2] == "Việc cần làm:\n1. Mở VssID, bấm Quên mật khẩu.\n2. Nhập email và mã OTP."
    assert "https://example.com/bao" not in text  # not among the official hosts
    assert (
        mail_text(replace(entry, steps=(), links=(), official_sources=(), legal_basis=()))
        == f"Chào bạn,\n\n{entry.answer}"
    )


def test_the_command_writes_the_page_of_the_edited_file(desk, monkeypatch, capsys, tmp_path):
    publish(desk)
    desk.write("nhánh 8.", "nhánh 9.")
    tool = Tool(desk, monkeypatch, capsys)
    code, out, _ = tool("preview", "quen-mat-khau", "--out", str(tmp_path / "pages"))
    path = tmp_path / "pages/quen-mat-khau.html"
    assert (code, out) == (0, f"{path}\n")
    html = Tags(path.read_text(encoding="utf-8"))
    assert "nhánh 9." in html.text
    assert "nhánh 8." not in html.text
    assert "Kết quả thử:" in html.text


def test_by_default_into_var_preview_and_with_the_withdrawal(desk, monkeypatch, capsys):
    publish(desk)
    tool = Tool(desk, monkeypatch, capsys)
    tool("withdraw", "quen-mat-khau", "--reason", "Nhánh 8 đã bỏ")
    assert tool("preview", "quen-mat-khau")[1] == "var/preview/quen-mat-khau.html\n"
    assert "Nhánh 8 đã bỏ" in (desk.folder / "var/preview/quen-mat-khau.html").read_text(encoding="utf-8")


def test_an_unknown_id_names_its_neighbours(desk, monkeypatch, capsys, tmp_path):
    tool = Tool(desk, monkeypatch, capsys)
    code, _, err = tool("preview", "quen-mat-khu", "--out", str(tmp_path / "pages"))
    assert (code, "quen-mat-khau" in err) == (1, True)
    assert not (tmp_path / "pages").exists()


def test_a_folder_that_cannot_be_written(desk, monkeypatch, capsys, tmp_path):
    (tmp_path / "pages").write_text("a file", encoding="utf-8")
    code, _, err = Tool(desk, monkeypatch, capsys)(
        "preview", "quen-mat-khau", "--out", str(tmp_path / "pages")
    )
    assert (code, "--out" in err) == (1, True)
