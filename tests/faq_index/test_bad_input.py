"""Whatever editors, crashes and disks do to the files: the running server answers as before and says what is wrong.

One process serves through the whole list; what it is given never leaves a trace once a good file is saved.
"""

import json
import os
import resource
import shutil
import subprocess
import sys
import unicodedata

import pytest

from .conftest import ROOT, Desk
from .serving import PATIENCE, health, live, search, serving, until

QUESTION = "quên mật khẩu vssid"
LAUGHS = "\n".join(
    ["a0: &a0 [ha, ha]", *(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 40))]
)


@pytest.fixture(scope="module")
def served(tmp_path_factory, learned):
    """(desk, client of its server), the file as it should be and live."""
    desk = Desk.of_small_faq(tmp_path_factory.mktemp("served"), learned)
    with serving(desk) as client:
        live(client)
        until(lambda: health(client)["status"] == "ok", "the first look at the file")
        yield desk, client


@pytest.fixture(scope="module")
def good(served):
    """The file's text as it should be."""
    return served[0].faq.read_text(encoding="utf-8")


def written(desk):
    return (desk.folder / "server.log").read_text(encoding="utf-8")


def put(desk, content):
    """Save as editors do, by renaming; None deletes the file, a number is that many bytes of nothing."""
    if desk.faq.is_dir():
        desk.faq.rmdir()
    if content is None:
        desk.faq.unlink(missing_ok=True)
        return
    beside = desk.folder / "beside"
    if isinstance(content, int):
        with beside.open("wb") as file:
            file.truncate(content)
    else:
        beside.write_bytes(content.encode() if isinstance(content, str) else content)
    beside.replace(desk.faq)


def still_answers(client, generation):
    reply = search(client, QUESTION)
    assert reply.status_code == 200
    assert reply.json()["hits"][0]["id"] == "quen-mat-khau"
    assert reply.json()["generation"] == generation
    assert client.get("/v1/entries/quen-mat-khau").status_code == 200


def change(old, new):
    return lambda text: text.replace(old, new, 1)


BAD = {
    "tab": ("tab", change("  topic: huu-tri", "\ttopic: huu-tri")),
    "duplicate key": ("duplicate_key", change("  confidence: high\n", "  confidence: high\n  confidence: low\n")),
    "duplicate id": ("duplicate_id", change("- id: doi-mat-khau", "- id: quen-mat-khau")),
    "anchor": ("alias", change("steps: []", "steps: &buoc []")),
    "billion laughs": ("alias", lambda _: LAUGHS),
    "deep nesting": ("too_deep", lambda _: "[" * 20 + "]" * 20),
    "absurd nesting": ("yaml_syntax", lambda _: "[" * 50_000),
    "50 MB": ("too_big", lambda _: 50_000_000),
    "binary": ("binary", lambda _: b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + os.urandom(4000)),
    "no UTF-8": ("binary", lambda text: text.encode("utf-16-le")[1:]),
    "old Windows letters": ("binary", lambda text: text.encode("cp1258", "replace")),
    "control character": ("yaml_syntax", change("Bạn vào", "Bạn\x07 vào")),
    "wrong type": ("wrong_type", change("related: [doi-mat-khau]", "related: {doi-mat-khau: 1}")),
    "a list instead of the file": ("wrong_type", lambda _: "- id: quen-mat-khau\n"),
    "text instead of the file": ("wrong_type", lambda _: "xin chào\n"),
    "empty": ("empty", lambda _: b""),
    "blank": ("empty", lambda _: b"\xef\xbb\xbf \r\n\r\n"),
    "comments only": ("empty", lambda _: "# đang sửa\n"),
    "half of it": ("yaml_syntax", lambda text: text.encode()[: len(text.encode()) // 2]),
    "cut between two lines": ("missing_field", lambda text: text[: text.index("  answer: Bạn vào")]),
    "cut inside a letter": ("binary", lambda text: text.encode()[: text.encode().index("ạ".encode()) + 1]),
    "deleted": ("no_file", lambda _: None),
    "id that vanished": ("vanished_id", lambda text: text[: text.index("- id: mat-the-bhyt")].replace("id: mat-the-bhyt", "id: luong-huu-ngay-tra")),
    "unsound in ten ways": ("unknown_topic", lambda text: text.replace("topic: tai-khoan", "topic: khong-co").replace("nhánh 8", "1900.6600")),
}  # fmt: skip


@pytest.mark.parametrize(("code", "spoil"), BAD.values(), ids=BAD)
def test_a_bad_file_changes_no_answer_and_is_told(served, good, code, spoil):
    desk, client = served
    before, told = health(client), len(written(desk))
    put(desk, spoil(good))
    until(lambda: f": {code} " in written(desk)[told:], f"{code} on stderr")
    after = until(lambda: (h := health(client))["status"] == "degraded" and h, "the fault in health")
    fault = next(f for f in after["faults"] if f["code"] == code)
    assert fault["file"] == desk.faq.as_posix()
    assert fault["line"] >= 1
    assert fault["message"] in written(desk)[told:]
    assert "Traceback" not in written(desk)[told:]
    assert after["generation"] == before["generation"]
    assert client.process.poll() is None
    still_answers(client, before["generation"])


@pytest.mark.parametrize(
    ("branch", "form"),
    [
        (1, lambda text: text.encode("utf-8-sig")),
        (2, lambda text: text.replace("\n", "\r\n").encode()),
        (3, lambda text: unicodedata.normalize("NFD", text).encode()),
        (4, lambda text: unicodedata.normalize("NFD", text).replace("\n", "\r\n").encode("utf-8-sig")),
    ],
    ids=["byte order mark", "Windows line ends", "NFD", "all three"],
)
def test_what_windows_and_macs_do_to_a_file_is_taken_in_stride(served, good, branch, form):
    desk, client = served
    put(desk, form(good.replace("nhánh 8", f"nhánh {branch}")))

    def answer():
        return client.get("/v1/entries/quen-mat-khau").json()["answer"]

    until(lambda: f"nhánh {branch}." in answer(), "the saved file")
    assert answer() == unicodedata.normalize("NFC", answer())
    assert "\r" not in answer()
    assert until(lambda: (h := health(client))["status"] == "ok" and h, "ok")["faults"] == []


def test_a_file_that_arrives_in_pieces_is_live_when_it_is_whole(served, good):
    desk, client = served
    text = good.replace("nhánh 8", "nhánh 5").encode()
    told = len(written(desk))
    with desk.faq.open("wb") as file:
        file.write(text[: len(text) // 2])
        file.flush()
        until(lambda: written(desk)[told:], "the half on stderr")
        assert health(client)["status"] == "degraded"
        file.write(text[len(text) // 2 :])
    until(lambda: "nhánh 5." in client.get("/v1/entries/quen-mat-khau").json()["answer"], "the whole file")
    assert until(lambda: health(client)["status"] == "ok", "ok")


def test_a_full_disk_while_building_keeps_the_old_answers(served, good):
    """A limit on the size of files stands in for the full disk: writes fail the same way, without filling anything."""
    desk, client = served
    put(desk, good)
    until(lambda: (h := health(client))["status"] == "ok" and h, "the good file")
    before = health(client)["generation"]
    index = desk.folder / "index"
    limit = max(path.stat().st_size for path in (index / before).iterdir()) - 1
    told = len(written(desk))
    assert told < limit / 2, "else what the server says would not fit either"
    _, hard = resource.prlimit(client.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(client.process.pid, resource.RLIMIT_FSIZE, (limit, hard))
    try:
        put(desk, good.replace("nhánh 8", "nhánh 6"))
        until(lambda: "dung lượng đĩa" in written(desk)[told:], "the full disk on stderr")
        faults = until(lambda: health(client)["faults"], "the full disk in health")
        assert [f["code"] for f in faults] == ["build_failed"]
        still_answers(client, before)
        assert (index / "CURRENT").read_text(encoding="utf-8").strip() == before
        assert not list(index.glob(".building-*"))
    finally:
        resource.prlimit(client.process.pid, resource.RLIMIT_FSIZE, (hard, hard))
    put(desk, good.replace("nhánh 8", "nhánh 6"))  # saved again with room on the disk
    until(lambda: "nhánh 6." in client.get("/v1/entries/quen-mat-khau").json()["answer"], "the new answer")


def test_two_builds_beside_the_servers_own(served, good):
    desk, client = served
    environment = {**os.environ, **desk.environment()}
    command = [sys.executable, "-m", "faq_index", "build", "--promote"]
    put(desk, good.replace("nhánh 8", "nhánh 9"))
    builders = [
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    try:
        while any(builder.poll() is None for builder in builders):
            assert search(client, QUESTION).json()["hits"][0]["id"] == "quen-mat-khau"
        for builder in builders:
            _, error = builder.communicate(timeout=PATIENCE)
            assert builder.returncode == 0, error.decode()
    finally:
        for builder in builders:
            builder.kill()
            builder.wait(PATIENCE)
    until(lambda: "nhánh 9." in client.get("/v1/entries/quen-mat-khau").json()["answer"], "the new answer")
    until(lambda: health(client)["status"] == "ok", "ok")
    index = desk.folder / "index"
    current = (index / "CURRENT").read_text(encoding="utf-8").strip()
    assert until(lambda: health(client)["generation"] == current, "the generation that CURRENT names")
    assert not list(index.glob(".building-*"))


@pytest.mark.parametrize("part", ["encoder", "text"], ids=["another model", "another version"])
def test_an_index_of_another_make_is_not_served(served, part):
    desk, client = served
    index, before = desk.folder / "index", health(client)["generation"]
    strange = f"{before}-{part}"
    shutil.copytree(index / before, index / strange)
    manifest = json.loads((index / strange / "manifest.json").read_text(encoding="utf-8"))
    manifest["id"] = strange
    manifest["recipes"][part] = "of another make"
    (index / strange / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    told = len(written(desk))
    beside = index / "beside"
    beside.write_text(strange + "\n", encoding="utf-8")
    beside.replace(index / "CURRENT")
    until(lambda: "bản mã khác" in written(desk)[told:], "the strange index on stderr")
    faults = until(lambda: health(client)["faults"], "the strange index in health")
    assert [f["code"] for f in faults] == ["not_loaded"]
    assert strange in faults[0]["message"]
    still_answers(client, before)


def test_after_all_that_a_good_file_is_live(served, good):
    desk, client = served
    put(desk, good.replace("nhánh 8", "nhánh 7"))
    until(lambda: "nhánh 7." in client.get("/v1/entries/quen-mat-khau").json()["answer"], "the mended file")
    assert until(lambda: (h := health(client))["status"] == "ok" and h, "ok")["faults"] == []
