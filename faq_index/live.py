"""What a running server serves: one reference to a searcher, swapped when a better generation is ready.

A file that can't be read, a build that fails or a gate that refuses leaves the old searcher in place and its
faults in `faults`. Never raises out of refresh().
"""

import logging
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from faq_index.build import build, inputs_digest
from faq_index.embedder import Embedder, load_embedder
from faq_index.entries import Fault, Severity
from faq_index.errors import FaqDataError, FaqIndexError, GateError, ModelError, NoGenerationError
from faq_index.gate import check
from faq_index.searcher import FaqSearcher, Models, load_models
from faq_index.settings import Settings, today
from faq_index.source import load_faq
from faq_index.store import Store
from faq_index.text import segment

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Status:
    """One moment of the server. `searcher` is None until a generation is live."""

    searcher: FaqSearcher | None = None
    loaded_at: str | None = None
    faults: tuple[Fault, ...] = ()
    error: str = ""


class Live:
    """Safe to read from any thread; refresh() and reload() run one at a time."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._store = Store(settings.index_dir, settings.keep)
        self._busy = threading.Lock()
        self._models: Models | None = None
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

    def reload(self) -> None:
        """Read CURRENT again and swap if it loads."""
        if self._models is None:
            return
        with self._busy:
            try:
                generation = self._store.load_current(self._models.embedder.fingerprint)
                self._swap(FaqSearcher(generation, self._models))
            except NoGenerationError:
                log.info("no generation yet")
            except FaqIndexError as error:
                self._failed(str(error), ())

    def refresh(self) -> None:
        """Read the files; when they differ from what is live, build, check, promote and swap."""
        if self._models is None:
            return
        with self._busy:
            try:
                self._refresh(self._models)
            except FaqDataError as error:
                self._failed(str(error), error.faults)
            except FaqIndexError as error:
                self._failed(str(error), (self._general(error),))
            except (OSError, MemoryError) as error:
                self._failed(f"{error}", (self._general(error),))

    def _refresh(self, models: Models) -> None:
        faq = load_faq(self._settings.files(), today())
        embedder: Embedder = models.embedder
        key = inputs_digest(faq, embedder.fingerprint)
        live = self.status.searcher
        if live is not None and live.generation.digest == faq.digest:
            self._tried = key
            self._set_faults((), "")
            return
        known = self._store.find(faq.digest, embedder.fingerprint)
        generation = self._store.load(known, embedder.fingerprint) if known else build(faq, embedder)
        searcher = FaqSearcher(generation, models)
        stopped = [f.message for f in check(searcher, today(), quick=True) if f.severity is Severity.ERROR]
        if stopped:
            raise GateError(tuple(stopped))
        if known is None:
            self._store.write(generation)
        self._store.promote(generation.id)
        self._swap(searcher)
        log.info("generation %s is live", generation.id)

    def _swap(self, searcher: FaqSearcher) -> None:
        self.status = Status(searcher, datetime.now(UTC).isoformat(timespec="seconds"))

    def _set_faults(self, faults: tuple[Fault, ...], error: str) -> None:
        self.status = Status(self.status.searcher, self.status.loaded_at, faults, error)

    def _failed(self, message: str, faults: tuple[Fault, ...]) -> None:
        log.error("%s", message)
        self._set_faults(
            faults or (Fault(self._settings.data.as_posix(), 1, "", "not_loaded", message),), message
        )

    def _general(self, error: BaseException) -> Fault:
        return Fault(Path(self._settings.data).as_posix(), 1, "", "build_failed", str(error))
