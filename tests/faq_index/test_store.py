import json
import shutil
import subprocess
import sys
import threading
from dataclasses import replace

import pytest

from faq_index.errors import IndexCorruptError, NoGenerationError, RecipeMismatchError, StoreError
from faq_index.searcher import FaqSearcher
from faq_index.store import MANIFEST, Store

from .conftest import DAY, ROOT


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "index", keep=2)


def numbered(generation, number):
    return replace(generation, id=f"20261124T18450{number}-0000000{number}", digest=str(number))


def test_round_trip(store, generation, models):
    store.write(generation)
    store.promote(generation.id)
    again = store.load_current("hash-256")
    assert again.entries == generation.entries
    assert again.questions == generation.questions
    before = FaqSearcher(generation, models).search("quen mat khau", DAY)
    after = FaqSearcher(again, models).search("quen mat khau", DAY)
    assert [(h.entry.id, h.score) for h in after.hits] == [(h.entry.id, h.score) for h in before.hits]


def test_nothing_promoted(store):
    with pytest.raises(NoGenerationError):
        store.load_current("hash-256")
    with pytest.raises(NoGenerationError):
        store.rollback()


@pytest.mark.parametrize("generation_id", ["", "..", "../x", "none"])
def test_promoting_what_is_not_there(store, generation_id):
    with pytest.raises(NoGenerationError):
        store.promote(generation_id)


def test_promote_and_rollback(store, generation):
    first, second = numbered(generation, 1), numbered(generation, 2)
    for made in (first, second):
        store.write(made)
        store.promote(made.id)
    assert store.rollback() == first.id
    assert store.current_id() == first.id
    assert store.rollback() == second.id


def test_old_ones_go_but_never_the_live_or_the_one_before(store, generation):
    for number in range(1, 6):
        made = numbered(generation, number)
        store.write(made)
        if number in (1, 2, 5):
            store.promote(made.id)
    assert [i.id[-1] for i in store.list()] == ["2", "4", "5"]
    assert store.rollback().endswith("2")


def test_another_model_is_refused(store, generation):
    store.write(generation)
    with pytest.raises(RecipeMismatchError, match="build"):
        store.load(generation.id, "other-model")


@pytest.mark.parametrize("part", ["format", "text", "features", "classifier", "encoder"])
def test_another_version_of_any_part_is_refused(store, generation, part):
    path = store.write(generation) / MANIFEST
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["recipes"][part] = "of another version"
    path.write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(RecipeMismatchError):
        store.load(generation.id, "hash-256")


@pytest.mark.parametrize(
    "name",
    [
        "vectors.faiss",
        "entries.json",
        "nearest.npz",
        "classifier.npz",
        "vocabulary.json",
        "idf.npy",
        "intercepts.npy",
        "directions.npy",
    ],
)
@pytest.mark.parametrize("harm", ["cut", "gone", "flip"])
def test_damage_is_found_before_serving(store, generation, name, harm):
    path = store.write(generation) / name
    content = path.read_bytes()
    if harm == "gone":
        path.unlink()
    else:
        path.write_bytes(
            content[: len(content) // 2] if harm == "cut" else bytes([content[0] ^ 1]) + content[1:]
        )
    with pytest.raises(IndexCorruptError, match=name):
        store.load(generation.id, "hash-256")


def test_without_a_manifest_it_does_not_count(store, generation):
    (store.write(generation) / MANIFEST).unlink()
    assert store.list() == []
    with pytest.raises(NoGenerationError):
        store.promote(generation.id)
    store.write(generation)  # what a crash left is replaced
    assert [i.id for i in store.list()] == [generation.id]


def test_same_inputs_are_found_again(store, generation):
    store.write(generation)
    assert store.find(generation.digest, "hash-256") == generation.id
    assert store.find("other", "hash-256") is None
    assert store.find(generation.digest, "other") is None


def test_a_damaged_one_is_not_found_again(store, generation):
    older, newer = numbered(generation, 1), replace(numbered(generation, 2), digest="1")
    for made in (older, newer):
        store.write(made)
    assert store.find("1", "hash-256") == newer.id
    (store.folder / newer.id / "idf.npy").write_bytes(b"broken")
    assert store.find("1", "hash-256") == older.id


def test_two_writers_at_once(tmp_path, generation):
    store = Store(tmp_path / "index", keep=9)  # so that none is forgotten before its writer promotes it
    made = [numbered(generation, n) for n in range(1, 5)]
    failed = []

    def work(one):
        try:
            store.write(one)
            store.promote(one.id)
        except Exception as error:  # noqa: BLE001  # told by the assertion below
            failed.append(error)

    threads = [threading.Thread(target=work, args=(one,)) for one in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == []
    current = store.current_id()
    assert store.load(current, "hash-256").id == current
    assert not list(store.folder.glob(".building-*"))


def test_a_full_disk_leaves_the_live_one_alone(store, generation):
    """A limit on file size stands in for the full disk: writes fail the same way, without filling anything."""
    store.write(generation)
    store.promote(generation.id)
    code = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "from dataclasses import replace; from pathlib import Path; from faq_index.store import Store;"
        "from faq_index.errors import StoreError; s = Store(Path(sys.argv[1]));"
        "g = replace(s.load_current('hash-256'), id='20261124T184509-ffffffff');"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192));\n"
        "try: s.write(g)\nexcept StoreError as e: print('refused', e)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(store.folder)],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=ROOT,
        check=False,
    )
    assert "refused" in done.stdout, done.stderr
    assert "dung lượng đĩa" in done.stdout
    assert store.load_current("hash-256").id == generation.id
    assert [p.name for p in store.folder.iterdir() if p.name.startswith(".building")] == []


def test_a_file_where_the_folder_should_be(tmp_path, generation):
    (tmp_path / "index").write_text("x")
    with pytest.raises(StoreError, match="Không ghi được"):
        Store(tmp_path / "index").write(generation)


def test_a_generation_deleted_under_the_pointer(store, generation):
    store.write(generation)
    store.promote(generation.id)
    shutil.rmtree(store.folder / generation.id)
    with pytest.raises(IndexCorruptError):
        store.load_current("hash-256")
