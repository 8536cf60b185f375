"""Generations on disk: var/index/<id>/ with the manifest written last, and the pointer CURRENT.

A folder without a manifest never counts. Nothing that serves is ever changed in place: folders appear by rename,
CURRENT by replace. Keeps the last few generations for rollback.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from faq_index.dense import DenseIndex
from faq_index.errors import (
    FaqIndexError,
    IndexCorruptError,
    NoGenerationError,
    RecipeMismatchError,
    StoreError,
)
from faq_index.features import Vectoriser
from faq_index.generation import Generation, entry_from_json, entry_to_json, recipes
from faq_index.lexical import PerEntry, Postings

MANIFEST = "manifest.json"
CURRENT = "CURRENT"
_REPLACED = "replaced.json"
_PREVIOUS = "PREVIOUS"
_HELD = "HELD"


@dataclass(frozen=True, slots=True)
class Info:
    """What the manifest says of one generation."""

    id: str
    created_at: str
    digest: str
    entries: int
    questions: int
    recipes: dict[str, Any]
    current: bool = False


class Store:
    """The folder of generations. Raises StoreError when it can't be written."""

    def __init__(self, folder: Path, keep: int = 5) -> None:
        self.folder = folder
        self._keep = keep

    def write(self, generation: Generation, replaced: Mapping[str, str | None] | None = None) -> Path:
        """Write beside, then rename into place. On any failure nothing is left behind. `replaced` says, for ids that
        are gone, which entry answers instead.
        """
        target = self.folder / generation.id
        with self._locked(), self._telling_why():
            if (target / MANIFEST).is_file():
                return target
            beside = Path(tempfile.mkdtemp(prefix=".building-", dir=self.folder))
            try:
                _write_parts(generation, beside)
                names = json.dumps(dict(replaced or {}), ensure_ascii=False)
                (beside / _REPLACED).write_text(names, encoding="utf-8")
                _write_manifest(generation, beside)
                if target.exists():
                    shutil.rmtree(target)
                beside.rename(target)
            except BaseException:
                shutil.rmtree(beside, ignore_errors=True)
                raise
        return target

    def find(self, digest: str, encoder: str) -> str | None:
        """The newest undamaged generation of the same inputs, code and encoder."""
        same = [i.id for i in self.list() if i.digest == digest and i.recipes == recipes(encoder)]
        return next((i for i in reversed(same) if _is_sound(self.folder / i)), None)

    def list(self) -> list[Info]:
        """All complete generations, oldest first."""
        current = self.current_id()
        found = []
        for path in sorted(self.folder.glob("*/" + MANIFEST)):
            if path.parent.name.startswith("."):
                continue
            try:
                manifest = _manifest(path.parent)
            except IndexCorruptError:
                continue  # not complete: what a crash left behind
            found.append(
                Info(manifest["id"], manifest["created_at"], manifest["digest"], manifest["entries"],
                     manifest["questions"], manifest["recipes"], manifest["id"] == current)
            )  # fmt: skip
        return sorted(found, key=lambda info: (info.created_at, info.id))  # two may share a second

    def current_id(self) -> str | None:
        return self._pointer(CURRENT)

    def replaced(self, generation_id: str) -> dict[str, str | None]:
        """Old id -> what answers instead, as the generation was written; {} for one that was written without."""
        try:
            names = json.loads((self.folder / generation_id / _REPLACED).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}  # of an earlier version, or damaged: load() tells the latter
        return dict(names)

    def digest(self, generation_id: str) -> str | None:
        """Of the inputs a generation was built from; None where its manifest can't be read."""
        try:
            return str(_manifest(self.folder / generation_id)["digest"])
        except IndexCorruptError:
            return None

    def promote(self, generation_id: str, hold: str | None = None) -> None:
        """Point CURRENT at a complete generation; the one before can be rolled back to. `hold` is the digest of
        inputs that a server must not make live by itself instead.
        """
        with self._locked(), self._telling_why():
            self._require(generation_id)
            self._hold(hold)
            before = self.current_id()
            if before == generation_id:
                return
            if before is not None:
                self._point(_PREVIOUS, before)
            self._point(CURRENT, generation_id)
            self._forget_old()

    def rollback(self) -> str:
        """Swap CURRENT and the one before it; gives the id that is live now."""
        with self._locked(), self._telling_why():
            before = self._pointer(_PREVIOUS)
            current = self.current_id()
            if before is None or current is None:
                raise NoGenerationError("Không có bản nào trước đó để quay lại.")
            self._require(before)
            self._hold(self.digest(current))
            self._point(_PREVIOUS, current)
            self._point(CURRENT, before)
        return before

    def go_back(self, generation_id: str) -> None:
        """Make an older generation live, as rollback() does."""
        current = self.current_id()
        self.promote(generation_id)
        if current is not None and current != generation_id:
            with self._locked(), self._telling_why():
                self._hold(self.digest(current))

    def previous_id(self) -> str | None:
        """What rollback() would make live."""
        return self._pointer(_PREVIOUS)

    def held(self) -> str | None:
        """Digest of the inputs that were rolled back from: a server doesn't bring them back by itself."""
        return self._pointer(_HELD)

    def release(self) -> None:
        with self._locked(), self._telling_why():
            self._hold(None)

    def _hold(self, digest: str | None) -> None:
        # A damaged generation has no digest: building the same inputs anew is what heals it.
        if digest is None:
            (self.folder / _HELD).unlink(missing_ok=True)
        else:
            self._point(_HELD, digest)

    def load(self, generation_id: str, encoder: str) -> Generation:
        """Raises IndexCorruptError, or RecipeMismatchError when code or encoder differ from the builder's."""
        folder = self.folder / generation_id
        manifest = _manifest(folder)
        if manifest["recipes"] != recipes(encoder):
            raise RecipeMismatchError(
                f"Chỉ mục {generation_id} dựng bằng mô hình hoặc bản mã khác; chạy `python -m faq_index build` rồi promote."
            )
        _verify(folder, manifest)
        return _read(folder, manifest)

    def load_reusable(self, encoder: str) -> Generation | None:
        """What is live, for a build to take over what has not changed; None where nothing of it can be used."""
        try:
            return self.load_current(encoder)
        except (NoGenerationError, IndexCorruptError, RecipeMismatchError):
            return None

    def load_current(self, encoder: str) -> Generation:
        current = self.current_id()
        if current is None:
            raise NoGenerationError("Chưa có chỉ mục nào; chạy `python -m faq_index build` rồi promote.")
        return self.load(current, encoder)

    def _require(self, generation_id: str) -> None:
        if "/" in generation_id or not (self.folder / generation_id / MANIFEST).is_file():
            raise NoGenerationError(f"Không có bản '{generation_id}'; xem `python -m faq_index generations`.")

    def _pointer(self, name: str) -> str | None:
        try:
            return (self.folder / name).read_text(encoding="utf-8", errors="replace").strip() or None
        except FileNotFoundError:
            return None

    def _point(self, name: str, generation_id: str) -> None:
        beside = self.folder / f".{name}.{os.getpid()}"
        beside.write_text(generation_id + "\n", encoding="utf-8")
        beside.replace(self.folder / name)

    def _forget_old(self) -> None:
        pinned = {self.current_id(), self._pointer(_PREVIOUS)}
        for info in self.list()[: -self._keep]:
            if info.id not in pinned:
                shutil.rmtree(self.folder / info.id)

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """One writer at a time, across processes; the lock dies with its holder."""
        with self._telling_why():
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = (self.folder / ".lock").open("w")
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    @contextlib.contextmanager
    def _telling_why(self) -> Iterator[None]:
        try:
            yield
        except FaqIndexError:
            raise
        except OSError as error:
            raise StoreError(
                f"Không ghi được vào {self.folder} ({error.strerror}); kiểm tra dung lượng đĩa và quyền ghi. Bản đang chạy không đổi."
            ) from error
        except RuntimeError as error:  # faiss reports a full disk this way
            raise StoreError(
                f"Không ghi được chỉ mục vào {self.folder}; kiểm tra dung lượng đĩa. Bản đang chạy không đổi."
            ) from error


def _write_parts(generation: Generation, folder: Path) -> None:
    entries = {
        "topics": dict(generation.topics),
        "entries": [entry_to_json(e) for e in generation.entries],
        "questions": list(generation.questions),
        "owners": generation.owners.tolist(),
        "lessons": list(generation.lessons),
        "weighing": generation.weighing,
    }
    (folder / "entries.json").write_text(json.dumps(entries, ensure_ascii=False), encoding="utf-8")
    generation.vectoriser.save(folder)
    Postings(generation.rows).save(folder / "rows.npz")
    generation.nearest.save(folder / "nearest.npz")
    generation.classifier.save(folder / "classifier.npz")
    np.save(folder / "intercepts.npy", generation.intercepts)
    np.save(folder / "directions.npy", generation.directions)
    np.save(folder / "meanings.npy", generation.meanings)
    generation.answers.save(folder / "answers.npz")
    generation.words.save(folder / "words.npz")
    generation.dense.save(folder / "vectors.faiss")


def _write_manifest(generation: Generation, folder: Path) -> None:
    manifest = {
        "id": generation.id,
        "created_at": generation.created_at,
        "digest": generation.digest,
        "recipes": recipes(generation.encoder),
        "entries": len(generation.entries),
        "questions": len(generation.questions),
        "files": {p.name: _sha(p) for p in sorted(folder.iterdir())},
    }
    with (folder / MANIFEST).open("w", encoding="utf-8") as file:
        json.dump(manifest, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        complete = {
            "id",
            "created_at",
            "digest",
            "recipes",
            "entries",
            "questions",
            "files",
        } <= manifest.keys()
    except (OSError, ValueError, AttributeError) as error:
        raise IndexCorruptError(f"Bản {folder.name} thiếu hoặc hỏng manifest; dựng lại chỉ mục.") from error
    if not complete:
        raise IndexCorruptError(f"Bản {folder.name} có manifest không đủ; dựng lại chỉ mục.")
    return manifest


def _verify(folder: Path, manifest: dict[str, Any]) -> None:
    for name, digest in manifest["files"].items():
        path = folder / name
        if not path.is_file() or _sha(path) != digest:
            raise IndexCorruptError(f"Tệp {name} của bản {folder.name} thiếu hoặc bị sửa; dựng lại chỉ mục.")


def _is_sound(folder: Path) -> bool:
    try:
        _verify(folder, _manifest(folder))
    except (IndexCorruptError, OSError):
        return False
    return True


def _read(folder: Path, manifest: dict[str, Any]) -> Generation:
    try:
        stored = json.loads((folder / "entries.json").read_text(encoding="utf-8"))
        entries = tuple(entry_from_json(row) for row in stored["entries"])
        owners = np.array(stored["owners"], dtype=np.int32)
        intercepts = np.load(folder / "intercepts.npy", allow_pickle=False)
        directions = np.load(folder / "directions.npy", allow_pickle=False)
        meanings = np.load(folder / "meanings.npy", allow_pickle=False)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexCorruptError(f"Nội dung bản {folder.name} hỏng; dựng lại chỉ mục.") from error
    return Generation(
        id=manifest["id"], created_at=manifest["created_at"], digest=manifest["digest"], encoder=manifest["recipes"]["encoder"],
        entries=entries, topics=stored["topics"], questions=tuple(stored["questions"]), owners=owners,
        vectoriser=Vectoriser.load(folder), nearest=Postings.load(folder / "nearest.npz"),
        classifier=Postings.load(folder / "classifier.npz"), intercepts=intercepts,
        lessons=tuple(stored["lessons"]), weighing=stored["weighing"], rows=Postings.load(folder / "rows.npz").matrix(),
        directions=directions,
        answers=Postings.load(folder / "answers.npz"), words=Postings.load(folder / "words.npz"), meanings=meanings,
        dense=DenseIndex.load(folder / "vectors.faiss"), per_entry=PerEntry(owners, len(entries)),
    )  # fmt: skip


def _sha(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
