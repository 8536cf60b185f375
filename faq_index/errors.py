"""Errors of this room. Every message is a Vietnamese sentence an editor or operator can act on."""

from faq_index.entries import Fault


class FaqIndexError(Exception):
    """Base of all errors that the room raises on purpose; `str(error)` may be shown to an editor."""


class FaqDataError(FaqIndexError):
    """The YAML files can't be used. `faults` holds every fault found, in order of file and line."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        first = faults[0]
        more = f" (và {len(faults) - 1} lỗi khác)" if len(faults) > 1 else ""
        super().__init__(f"{first.file} dòng {first.line}: {first.message}{more}")
        self.faults = faults


class IndexCorruptError(FaqIndexError):
    """A generation on disk is incomplete or damaged; the one before it still serves."""


class RecipeMismatchError(FaqIndexError):
    """A generation was built by another version of the code or by another model."""


class NoGenerationError(FaqIndexError):
    """Nothing has been promoted yet."""


class StoreError(FaqIndexError):
    """The index folder can't be written: disk full, no permission, another build running."""


class ModelError(FaqIndexError):
    """The encoder's folder or name can't be loaded."""


class BadQueryError(FaqIndexError):
    """The query is blank, or longer than the limit."""


class GateError(FaqIndexError):
    """The gate refused a generation. `findings` says why, one Vietnamese sentence each."""

    def __init__(self, findings: tuple[str, ...]) -> None:
        super().__init__("Bản dựng không qua cổng kiểm tra: " + "; ".join(findings))
        self.findings = findings
