"""The editors' side of search over HTTP (docs/contracts.md, section 2), with the bearer SERVICE_TOKEN.

Keeps nothing and decides nothing. No answer at all is `SearchDown`; an answer that says no is `FaqRefused`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, Protocol, TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from feedback_api.clients.search_client import SearchDown, UnknownEntry

EntryStatus = Literal["live", "expiring", "expired", "not_yet", "withdrawn"]
CheckKind = Literal["question", "test", "near_miss"]
T = TypeVar("T")
REFUSALS = {404, 409, 422}
NOT_FOUND = "status 404"
WRITE_TIMEOUT = 20.0  # seconds; going back loads a whole generation from disk


class FaqRefused(Exception):
    """Search understood and refused; `code` is its stable name, `args[0]` the same."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Topic:
    """A group of entries as people name it."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Why, when and by whom an entry was stopped."""

    reason: str
    at: datetime
    by: str | None = None


@dataclass(frozen=True, slots=True)
class EntryState:
    """One entry of the live generation without its texts; `failing_tests` is None until search has counted them."""

    id: str
    topic: str
    question: str
    status: EntryStatus
    reviewed_on: date | None
    review_by: date | None
    review_due: bool
    effective_from: date | None
    effective_to: date | None
    tests: int
    failing_tests: int | None
    withdrawn: Withdrawal | None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All entries in the order of the file, and the topics; `counting`: search still counts failing tests."""

    generation: str
    topics: tuple[Topic, ...]
    entries: tuple[EntryState, ...]
    counting: bool = False

    @property
    def titles(self) -> dict[str, str]:
        """Topic id -> title."""
        return {topic.id: topic.title for topic in self.topics}


@dataclass(frozen=True, slots=True)
class Check:
    """A question that an editor wrote for an entry; `first` is the id of what ranks first, "" where nothing does."""

    kind: CheckKind
    question: str
    passes: bool
    wanted: str
    first: str
    first_question: str


@dataclass(frozen=True, slots=True)
class Detail:
    """An entry with its texts, withdrawn or not; `checks` is None on a day on which it is not in effect.

    `entry` is shaped as search gives it to citizens; its id is another than the one asked for where that one is gone.
    """

    entry: dict[str, Any]
    checks: tuple[Check, ...] | None


@dataclass(frozen=True, slots=True)
class GenerationState:
    """One kept generation; `usable` says that it can be gone back to."""

    id: str
    created_at: datetime
    entries: int
    questions: int
    current: bool
    previous: bool
    usable: bool


@dataclass(frozen=True, slots=True)
class History:
    """Generations, newest first; `held`: after a rollback the file on disk waits until it is saved with other content."""

    held: bool
    generations: tuple[GenerationState, ...]


class FaqClient(Protocol):
    """What the console asks for editors. Every method raises SearchDown when nobody usable answers."""

    async def catalogue(self, on: date | None = None) -> Catalogue:
        """The live generation's entries with their state on that day, None is today."""

    async def detail(self, entry_id: str, on: date | None = None) -> Detail:
        """One entry for editors' eyes, its tests judged on that day.

        :raises UnknownEntry: when search knows no such entry.
        """

    async def history(self) -> History:
        """The kept generations."""

    async def rollback(self, generation: str | None, by: str) -> None:
        """Goes back to `generation`, None is the one before.

        :raises FaqRefused: unknown_generation, unusable_generation.
        """

    async def withdraw(self, entry_id: str, reason: str, by: str) -> None:
        """Stops an entry at once.

        :raises FaqRefused: unknown_entry, already_withdrawn, reason_missing.
        """

    async def restore(self, entry_id: str, by: str) -> None:
        """Lets an entry answer again.

        :raises FaqRefused: not_withdrawn.
        """

    async def close(self) -> None:
        """Releases connections."""


_CATALOGUE = TypeAdapter(Catalogue)
_DETAIL = TypeAdapter(Detail)
_HISTORY = TypeAdapter(History)


class _Texts(BaseModel):
    """What a page can't do without; the rest of the entry is taken as it comes."""

    id: str
    question: str
    answer: str
    steps: list[str]
    spoken: str
    as_of: str
    facets: dict[str, str]
    needs_person: str


class _Error(BaseModel):
    code: str = Field(max_length=60)


class _Refusal(BaseModel):
    error: _Error


class HttpFaq:
    """The real one.

    :param timeout: seconds for reading; writing has WRITE_TIMEOUT.
    """

    def __init__(self, url: str, timeout: float, token: str) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        self._http = httpx.AsyncClient(base_url=url, timeout=timeout, headers=headers, trust_env=False)

    async def catalogue(self, on: date | None = None) -> Catalogue:
        return await self._read("/v1/entries", _CATALOGUE, on)

    async def detail(self, entry_id: str, on: date | None = None) -> Detail:
        try:
            detail = await self._read(f"/v1/entries/{quote(entry_id, safe='')}/detail", _DETAIL, on)
            _Texts.model_validate(detail.entry)
        except ValidationError as error:
            raise SearchDown("malformed") from error
        except SearchDown as down:
            if down.args[0] == NOT_FOUND:
                raise UnknownEntry from down
            raise
        return detail

    async def history(self) -> History:
        return await self._read("/v1/generations", _HISTORY)

    async def rollback(self, generation: str | None, by: str) -> None:
        await self._write("/v1/rollback", {"generation": generation, "by": by})

    async def withdraw(self, entry_id: str, reason: str, by: str) -> None:
        await self._write("/v1/withdraw", {"id": entry_id, "reason": reason, "by": by})

    async def restore(self, entry_id: str, by: str) -> None:
        await self._write("/v1/restore", {"id": entry_id, "by": by})

    async def close(self) -> None:
        await self._http.aclose()

    async def _read(self, path: str, shape: TypeAdapter[T], on: date | None = None) -> T:
        try:
            response = await self._http.get(path, params={"on": on.isoformat()} if on else None)
            response.raise_for_status()
            return shape.validate_json(response.content)
        except (httpx.HTTPError, ValidationError) as error:
            raise SearchDown(_reason(error)) from error

    async def _write(self, path: str, body: Mapping[str, Any]) -> None:
        try:
            response = await self._http.post(path, json=body, timeout=WRITE_TIMEOUT)
            if response.status_code in REFUSALS:
                raise FaqRefused(_Refusal.model_validate_json(response.content).error.code)
            response.raise_for_status()
        except (httpx.HTTPError, ValidationError) as error:
            raise SearchDown(_reason(error)) from error


def _reason(error: httpx.HTTPError | ValidationError) -> str:
    if isinstance(error, httpx.HTTPStatusError):
        return f"status {error.response.status_code}"
    return "malformed" if isinstance(error, ValidationError) else type(error).__name__


class NullFaq:
    """No search: the twin for a desk that runs alone."""

    async def catalogue(self, on: date | None = None) -> Catalogue:
        del on
        raise SearchDown("no search")

    async def detail(self, entry_id: str, on: date | None = None) -> Detail:
        del entry_id, on
        raise SearchDown("no search")

    async def history(self) -> History:
        raise SearchDown("no search")

    async def rollback(self, generation: str | None, by: str) -> None:
        del generation, by
        raise SearchDown("no search")

    async def withdraw(self, entry_id: str, reason: str, by: str) -> None:
        del entry_id, reason, by
        raise SearchDown("no search")

    async def restore(self, entry_id: str, by: str) -> None:
        del entry_id, by
        raise SearchDown("no search")

    async def close(self) -> None:
        return None
