"""What a running server serves: one reference to a searcher, swapped when a better generation is ready.

A file that can't be read, a build that fails or a gate that refuses leaves the old searcher in place and its
faults in `faults`. Never raises out of refresh().
"""

import contextlib
import logging
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from faq_index.build import build, differing, inputs_digest, remember
from faq_index.embedder import Embedder, load_embedder
from faq_index.entries import Fault, Severity
from faq_index.errors import FaqDataError, FaqIndexError, GateError, ModelError, NoGenerationError
from faq_index.gate import check
from faq_index.generation import Generation, recipes
from faq_index.lineage import successor, vanished
from faq_index.live_entries import live_ids
from faq_index.searcher import FaqSearcher, Models, load_models
from faq_index.settings import Settings, today
from faq_index.source import load_faq
from faq_index.store import Info, Store
from faq_index.text import segment
from faq_index.withdrawals import Withdrawals

log = logging.getLogger(__name__)
MAX_LOGGED = 50  # faults of one load; health has them all
_HELD = "đang chạy một bản cũ vì đã quay lại; sửa tệp rồi lưu thì bản mới mới được đưa vào chạy."


@dataclass(frozen=True, slots=True)
class Status:
    """One moment of the server. `searcher` is None until a generation is live; `replaced` says which entry answers
    instead of an id that is gone.
    """

    searcher: FaqSearcher | None = None
    loaded_at: str | None = None
    faults: tuple[Fault, ...] = ()
    error: str = ""
    replaced: Mapping[str, str | None] = field(default_factory=dict)

    def heir(self, entry_id: str) -> str:
        """The id to ask for instead of one that is gone; the id itself where it is live or nothing replaces it."""
        if self.searcher is None or self.searcher.entry(entry_id) is not None:
            return entry_id
        return successor(entry_id, self.replaced) or entry_id


@dataclass(frozen=True, slots=True)
class Generations:
    """`recipes` are those of the running code and encoder; a generation of others can't be loaded."""

    infos: tuple[Info, ...]
    previous: str | None
    recipes: Mapping[str, Any]
    held: bool


class Live:
    """Safe to read from any thread; refresh() and reload() run one at a time."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._store = Store(settings.index_dir, settings.keep)
        self.withdrawals = Withdrawals(settings.index_dir)
        self._busy = threading.Lock()
        self._models: Models | None = None
        self._followed: str | None = None  # where CURRENT pointed when it was last loaded, well or badly
        self._tried = ""  # digest of the inputs that were last refused or made live
        self.status = Status(error="đang dựng chỉ mục đầu tiên, thử lại sau vài giây.")

    def start(self) -> None:
        """Load models and the current generation. A broken model or index leaves the server up and unavailable."""
        try:
            segment("khởi động")  # two seconds, better spent here than on the first citizen
            embedder = load_embedder(self._settings.model, self._settings.model_prompt)
            self._models = load_models(embedder, self._settings.decision, self._settings.kinds)
        except ModelError as error:
            self._failed(str(error), ())
            return
        self.reload()
        live = self.status.searcher
        if live is not None and self._settings.watch:
            # Beside the first answers, which don't wait for it.
            threading.Thread(target=remember, args=(live.generation,), daemon=True).start()

    def reload(self) -> None:
        """Read CURRENT again and swap if it loads."""
        if self._models is None:
            return
        with self._busy:
            self._followed = self._store.current_id()
            try:
                generation = self._store.load_current(self._models.embedder.fingerprint)
                self._swap(self._searcher(generation, self._models))
            except NoGenerationError:
                log.info("no generation yet")
            except FaqIndexError as error:
                self._failed(str(error), ())

    def follow(self) -> None:
        """Load CURRENT when another process has moved it: a promotion or rollback on the command line."""
        live = self.status.searcher
        with self._outliving():
            # What could not be loaded once is not tried again every second.
            if self._store.current_id() not in (live.generation.id if live else None, self._followed):
                self.reload()

    def generations(self) -> Generations:
        """The generations on disk, newest first, as far as they can be gone back to."""
        encoder = self._models.embedder.fingerprint if self._models else ""
        return Generations(
            tuple(reversed(self._store.list())),
            self._store.previous_id(),
            recipes(encoder),
            self._store.held() is not None,
        )

    def go_back(self, generation_id: str | None) -> str:
        """Make an older generation live, by default the one before. Gives its id. Raises NoGenerationError,
        IndexCorruptError, RecipeMismatchError or StoreError: then nothing has changed.
        """
        if self._models is None:
            raise ModelError(self.status.error)
        with self._busy:
            wanted = generation_id or self._store.previous_id()
            if wanted is None or wanted not in {i.id for i in self._store.list()}:
                raise NoGenerationError(f"Không có bản {wanted or 'nào trước đó'} để quay lại.")
            generation = self._store.load(wanted, self._models.embedder.fingerprint)
            self._store.go_back(wanted)
            self._swap(self._searcher(generation, self._models))
        log.info("rolled back to generation %s", wanted)
        return wanted

    def refresh(self) -> None:
        """Read the files; when they differ from what is live, build, check, promote and swap."""
        if self._models is None:
            return
        with self._busy, self._outliving():
            self._refresh(self._models)

    @contextlib.contextmanager
    def _outliving(self) -> Iterator[None]:
        """Whatever goes wrong becomes a fault of health: an error that ended the watch would leave a server that
        answers, says it is well and never sees a file again.
        """
        try:
            yield
        except FaqDataError as error:
            self._failed(str(error), error.faults)
        except FaqIndexError as error:
            self._failed(str(error), (self._general(str(error)),))
        except Exception as error:  # said above; MemoryError and OSError are the likely ones
            log.exception("not loaded")
            text = f"lỗi ngoài dự kiến khi nạp ({type(error).__name__}: {error}); bản cũ vẫn chạy, báo người vận hành."
            self._failed(text, (self._general(text),))

    def _refresh(self, models: Models) -> None:
        faq = load_faq(self._settings.files(), today())
        gone = vanished(faq, live_ids(self._store), self._settings.data.as_posix())
        if gone:
            raise FaqDataError(gone)
        embedder: Embedder = models.embedder
        key = inputs_digest(faq, embedder.fingerprint)
        live = self.status.searcher
        if live is not None and live.generation.digest == faq.digest:
            self._tried = key
            if self._store.current_id() == live.generation.id:
                self._store.release()
                self._set_faults((), "")
            # Else another process has moved CURRENT: follow() loads it, or has said why it can't be loaded.
            return
        if live is not None and self._store.held() == faq.digest:
            self._set_faults(self._held_faults(), _HELD)
            return
        known = self._store.find(faq.digest, embedder.fingerprint)
        before = live.generation if live else None
        generation = (
            self._store.load(known, embedder.fingerprint) if known else build(faq, embedder, previous=before)
        )
        searcher = self._searcher(generation, models)
        changed = differing(before, generation) if before else None
        found = check(searcher, today(), quick=True, changed=changed)
        stopped = [f.message for f in found if f.severity is Severity.ERROR]
        if stopped:
            raise GateError(tuple(stopped))
        if known is None:
            self._store.write(generation, faq.replaced)
        self._store.promote(generation.id)
        self._swap(searcher)
        log.info("generation %s is live", generation.id)

    def _swap(self, searcher: FaqSearcher) -> None:
        self._followed = searcher.generation.id
        held = self._store.held()
        faults = self._held_faults() if held not in (None, searcher.generation.digest) else ()
        self.status = Status(
            searcher,
            datetime.now(UTC).isoformat(timespec="seconds"),
            faults,
            _HELD if faults else "",
            self._store.replaced(searcher.generation.id),
        )

    def _searcher(self, generation: Generation, models: Models) -> FaqSearcher:
        return FaqSearcher(generation, models, self.withdrawals.ids)

    def _held_faults(self) -> tuple[Fault, ...]:
        return (Fault(self._settings.data.as_posix(), 1, "", "rolled_back", _HELD),)

    def _set_faults(self, faults: tuple[Fault, ...], error: str) -> None:
        self.status = replace(self.status, faults=faults, error=error)

    def _failed(self, message: str, faults: tuple[Fault, ...]) -> None:
        told = [f"  {f.file}:{f.line}: {f.code} {f.id}: {f.message}" for f in faults[:MAX_LOGGED]]
        log.error("%s", "\n".join([message, *told]))
        self._set_faults(
            faults or (Fault(self._settings.data.as_posix(), 1, "", "not_loaded", message),), message
        )

    def _general(self, message: str) -> Fault:
        return Fault(Path(self._settings.data).as_posix(), 1, "", "build_failed", message)
