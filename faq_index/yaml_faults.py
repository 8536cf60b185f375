"""Says in Vietnamese, at the line to mend, what the YAML parser found. Its own words are for programmers.

A parser stops at the first mistake, and a quote left open leads it astray; so every entry is tried by itself.
"""

import re

import yaml  # type: ignore[import-untyped]  # its stubs are not among the locked packages

from faq_index.entries import Fault

# What the parser says -> what an editor did, and what mends it.
_CAUSES = (
    ("found a tab character", "dòng thụt bằng phím Tab; thay mỗi Tab bằng hai dấu cách."),
    ("mapping values are not allowed", "có dấu hai chấm ở giữa câu, hoặc dòng này thụt lệch so với dòng trên; đặt cả câu trong ngoặc kép, hoặc thụt lại cho thẳng."),
    ("did not find expected key", "dòng này không khớp với các dòng trên: thụt lệch, thừa chữ sau ngoặc kép, hoặc thêm dòng con cho trường đã có giá trị; sửa dòng này hoặc dòng ngay trên."),
    ("did not find expected '-' indicator", "dòng này không khớp với danh sách ở trên: thiếu dấu '- ' hoặc thụt lệch; sửa cho thẳng hàng."),
    ("could not find expected ':'", "dòng chữ này không thuộc trường nào: thiếu dấu ': ' sau tên trường, hoặc câu viết tiếp chưa thụt vào; sửa lại."),
    ("did not find expected ',' or", "ngoặc mở ở dòng này chưa đóng, hoặc thiếu dấu phẩy bên trong; đóng ngoặc."),
    ("found unexpected end of stream", "dấu nháy mở ở dòng này chưa đóng; thêm dấu nháy ở cuối câu."),
    ("found character that cannot start any token", "giá trị mở đầu bằng ký tự YAML không cho phép (Tab, @, %, `); xoá ký tự ấy hoặc đặt cả câu trong ngoặc kép."),
    ("did not find expected alphabetic or numeric", "câu mở đầu bằng * hoặc &; đặt cả câu trong ngoặc kép."),
    ("found unknown escape character", "có dấu \\ trong ngoặc kép; xoá đi, hoặc dùng nháy đơn."),
    ("did not find expected comment or line break", "sau '>-' hoặc '|' phải xuống dòng rồi mới viết nội dung."),
    ("block sequence entries are not allowed", "dấu '- ' nằm cùng dòng với tên trường; xuống dòng rồi viết từng dòng '- '."),
    ("did not find expected node content", "giá trị bị cắt dở hoặc thừa dấu ngoặc; viết nốt hoặc bỏ đi."),
    ("but found another document", "có dòng '---' ngăn tệp làm đôi; xoá dòng ấy."),
    ("exceeded maximum nesting depth", "lồng quá nhiều tầng ngoặc; kiểm tra xem có dán nhầm không."),
)  # fmt: skip
# Where the mistake began tells more than where the parser gave up.
_FROM_THE_START = (
    "found unexpected end of stream",
    "did not find expected ',' or",
    "could not find expected ':'",
)
_SECTION = re.compile(r"(?:schema|topics|replaced|entries):")
_ID = re.compile(r"- +id: *([a-z0-9-]+)")


def syntax_faults(error: yaml.MarkedYAMLError, text: str, name: str) -> tuple[Fault, ...]:
    """The faults of a file called `name` whose text the parser refused: those of each entry, else the parser's own."""
    lines = text.split("\n")
    starts = [i for i, line in enumerate(lines) if _ID.match(line)]
    ends = [i for i, line in enumerate(lines) if _ID.match(line) or _SECTION.match(line)] + [len(lines)]
    found = []
    for start in starts:
        end = next(i for i in ends if i > start)
        # Blank lines above keep the numbers of the lines.
        alone = "\n" * start + "\n".join(lines[start:end]) + "\n"
        try:
            for _ in yaml.parse(alone, Loader=yaml.CSafeLoader):
                pass
        except yaml.MarkedYAMLError as one:
            found.append(_fault(one, lines, name))
    return tuple(found) or (_fault(error, lines, name),)


def _fault(error: yaml.MarkedYAMLError, lines: list[str], name: str) -> Fault:
    problem = error.problem or ""
    mark = error.problem_mark or error.context_mark
    if error.context_mark is not None and problem.startswith(_FROM_THE_START):
        mark = error.context_mark
    at = min(mark.line if mark else 0, len(lines) - 1)
    indent = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
    if "\t" in indent:
        problem = "found a tab character"
    said = next((words for start, words in _CAUSES if problem.startswith(start)), None)
    code = "tab" if problem.startswith("found a tab character") else "yaml_syntax"
    message = (
        said
        or f"YAML sai cú pháp ({problem}); kiểm tra dấu hai chấm, ngoặc kép và thụt dòng ở đây và dòng ngay trên."
    )
    return Fault(name, at + 1, _entry_at(lines, at), code, message)


def _entry_at(lines: list[str], at: int) -> str:
    """The id of the entry that holds a line, "" above the entries."""
    for line in reversed(lines[: at + 1]):
        if line.startswith("entries:"):
            return ""
        found = _ID.match(line)
        if found:
            return found[1]
    return ""
