"""Entries that an editor has withdrawn: FAQ_INDEX_DIR/withdrawn.json, read before every query, written by editors.

An answer must stop within seconds, so nothing is built: the searcher leaves these entries out. A damaged list
never brings a withdrawn answer back: what the audit log says is in force, without a log the last good list.
"""

import contextlib
import fcntl
import json
import logging
import os
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from faq_index import audit
from faq_index.errors import FaqIndexError, StoreError

WITHDRAWN = "withdrawn.json"
MAX_REASON = 500
log = logging.getLogger(__name__)


class AlreadyWithdrawnError(FaqIndexError):
    """The entry is withdrawn already; its first reason stays."""


class NotWithdrawnError(FaqIndexError):
    """The entry is not withdrawn."""


class ReasonMissingError(FaqIndexError):
    """No reason was given, or one beyond MAX_REASON characters."""


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """`at` is a UTC time stamp; `by` is "" where nobody was named."""

    id: str
    reason: str
    at: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the file held when its stamp was `stamp`. `fault` says why it could not be read, "" when it could."""

    stamp: tuple[int, int, int] | None
    rows: tuple[Withdrawal, ...]
    ids: frozenset[str]
    fault: str = ""


class Withdrawals:
    """Safe to share between threads and processes; a change by another process is seen by the next query."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / WITHDRAWN
        self._last: _Seen | None = None

    def all(self) -> tuple[Withdrawal, ...]:
        """Oldest first."""
        return self._seen().rows

    def ids(self) -> frozenset[str]:
        return self._seen().ids

    def fault(self) -> str:
        """Why the list on disk can't be read, as a sentence for editors; "" when it can."""
        return self._seen().fault

    def withdraw(self, entry_id: str, reason: str, by: str = "") -> Withdrawal:
        """Stop the entry. Raises ReasonMissingError, AlreadyWithdrawnError, or StoreError: then nothing changed."""
        reason = " ".join(reason.split())
        if not reason:
            raise ReasonMissingError("Chưa có lý do; ghi vì sao thu hồi để người khác biết mà sửa.")
        if len(reason) > MAX_REASON:
            raise ReasonMissingError(f"Lý do dài quá {MAX_REASON} ký tự; rút ngắn lại.")
        with self._locked():
            rows = self.all()
            if any(row.id == entry_id for row in rows):
                raise AlreadyWithdrawnError(f"Mục '{entry_id}' đã được thu hồi từ trước.")
            new = Withdrawal(entry_id, reason, audit.now(), by)
            self._write((*rows, new), "withdraw", new.at, by, id=entry_id, reason=reason)
        return new

    def restore(self, entry_id: str, by: str = "") -> None:
        """Let the entry answer again. Raises NotWithdrawnError, or StoreError: then nothing changed."""
        with self._locked():
            rows = self.all()
            if not any(row.id == entry_id for row in rows):
                raise NotWithdrawnError(
                    f"Mục '{entry_id}' không bị thu hồi; xem `python -m faq_index withdrawn`."
                )
            kept = tuple(row for row in rows if row.id != entry_id)
            self._write(kept, "restore", audit.now(), by, id=entry_id)

    def _seen(self) -> _Seen:
        stamp = self._stamp()
        last = self._last
        if last is None or last.stamp != stamp:
            last = self._last = self._read(stamp, last)
        return last

    def _stamp(self) -> tuple[int, int, int] | None:
        """Changes whenever the file is replaced; None without a file."""
        try:
            stat = self._path.stat()
        except FileNotFoundError:
            return None
        except OSError:
            return 0, 0, 0  # reading it says why
        return stat.st_mtime_ns, stat.st_size, stat.st_ino

    def _read(self, stamp: tuple[int, int, int] | None, last: _Seen | None) -> _Seen:
        if stamp is None:
            return _Seen(None, (), frozenset())
        try:
            stored = json.loads(self._path.read_text(encoding="utf-8"))
            rows = tuple(Withdrawal(**row) for row in stored["withdrawn"])
            if not all(isinstance(v, str) for row in rows for v in asdict(row).values()):
                raise ValueError("a value is not text")  # noqa: TRY301  # joins the other ways to be damaged
        except (OSError, ValueError, KeyError, TypeError) as error:
            fault = f"{self._path} hỏng ({error}); danh sách thu hồi theo nhật ký vẫn có hiệu lực. Thu hồi hoặc khôi phục một mục để ghi lại tệp."
            log.exception("%s", self._path)
            rows = self._logged() or (last.rows if last is not None else ())
            return _Seen(stamp, rows, frozenset(r.id for r in rows), fault)
        return _Seen(stamp, rows, frozenset(r.id for r in rows))

    def _logged(self) -> tuple[Withdrawal, ...]:
        """What the audit log says is withdrawn; () where it can't be read either."""
        rows: dict[str, Withdrawal] = {}
        try:
            trace = tuple(audit.lines(self._folder))
        except OSError:
            log.exception("%s", self._folder / audit.AUDIT)
            return ()
        for line in trace:
            entry_id = line.get("id", "")
            if line.get("action") == "withdraw":
                rows[entry_id] = Withdrawal(
                    entry_id, line.get("reason", ""), line.get("at", ""), line.get("by", "")
                )
            elif line.get("action") == "restore":
                rows.pop(entry_id, None)
        return tuple(rows.values())

    def _write(self, rows: tuple[Withdrawal, ...], action: str, at: str, by: str, **what: str) -> None:
        """1. the new list beside, on disk; 2. the audit line; 3. the rename. A failure before 3 changes no answer."""
        with self._telling_why():
            number, name = tempfile.mkstemp(prefix=f".{WITHDRAWN}.", dir=self._folder)
            beside = Path(name)
            try:
                with os.fdopen(number, "w", encoding="utf-8") as file:
                    json.dump({"withdrawn": [asdict(r) for r in rows]}, file, ensure_ascii=False, indent=1)
                    file.flush()
                    os.fsync(file.fileno())
                beside.chmod(0o644)  # mkstemp keeps others out, but the server may run as another user
                audit.append(self._folder, action, at, by, **what)
                beside.replace(self._path)
            except BaseException:
                beside.unlink(missing_ok=True)
                raise

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """One writer at a time, across processes. Not the store's lock: a build may hold that for long."""
        with self._telling_why():
            self._folder.mkdir(parents=True, exist_ok=True)
            lock = (self._folder / ".withdrawn.lock").open("w")
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    @contextlib.contextmanager
    def _telling_why(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise StoreError(
                f"Không ghi được vào {self._folder} ({error.strerror}); kiểm tra dung lượng đĩa và quyền ghi. Chưa có gì thay đổi."
            ) from error
