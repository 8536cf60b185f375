"""Search over HTTP (docs/contracts.md, section 2). Every failure, whatever its kind, is `SearchDown`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

ROLLED_BACK = "rolled_back"  # the code with which health says that an older generation was chosen
Decision = Literal["answer", "clarify", "abstain", "needs_person"]


class SearchDown(Exception):
    """Search gave no usable answer; `args[0]` is a short reason without any of the question's text."""


class UnknownEntry(Exception):
    """Search knows no such entry."""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """`hits` best first, each the entry as citizens may see it plus `score` (probability); `ms` is search's own time.

    `reason` is the name of the rule that decided, `normalised` the question as search understood it.
    """

    decision: Decision
    hits: tuple[dict[str, Any], ...]
    generation: str | None
    ms: float
    reason: str = ""
    normalised: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of an editors' file; `line` counts from 1, `entry_id` is None where the fault is of no entry."""

    file: str
    line: int | None
    entry_id: str | None
    message: str

    @property
    def place(self) -> str:
        """File and line."""
        return f"{self.file} dòng {self.line}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class SearchReport:
    """How search is, for people: `status` ok | degraded | unavailable; `faults` of the last load of the YAML.

    `rolled_back`: an earlier generation was chosen and the file on disk waits; that is no fault of the file.
    """

    status: str
    generation: str | None
    entries: int
    questions: int
    loaded_at: str | None
    faults: tuple[Fault, ...]
    rolled_back: bool = False


class SearchClient(Protocol):
    """What the desk asks of search."""

    async def search(self, query: str, on: date | None = None) -> SearchResult:
        """What would answer on that day, None is today.

        :raises SearchDown: when there is no usable answer in time.
        """

    async def entry(self, entry_id: str) -> dict[str, Any]:
        """:raises SearchDown, UnknownEntry: when there is no answer, or no such entry."""

    async def health(self) -> str:
        """`ok`, `degraded` or `unavailable`.

        :raises SearchDown: when nobody answers.
        """

    async def report(self) -> SearchReport:
        """Health with every fault and its line.

        :raises SearchDown: when nobody answers.
        """

    async def close(self) -> None:
        """Releases connections."""


class _Hit(BaseModel):
    model_config = ConfigDict(extra="allow")

    id: str
    question: str
    answer: str
    score: float = 0.0


class _Body(BaseModel):
    decision: Decision
    hits: list[_Hit]
    generation: str | None = None
    ms: float = 0.0
    reason: str = ""
    normalised: str = ""


class _Fault(BaseModel):
    file: str = ""
    line: int | None = None
    id: str | None = None
    code: str = ""
    message: str

    def fault(self) -> Fault:
        return Fault(self.file, self.line, self.id or None, self.message)


class _Health(BaseModel):
    status: str
    generation: str | None = None
    entries: int | None = 0
    questions: int | None = 0
    loaded_at: str | None = None
    faults: list[_Fault] = []


class HttpSearch:
    """The real one."""

    def __init__(self, url: str, timeout: float) -> None:
        self._http = httpx.AsyncClient(base_url=url, timeout=timeout, trust_env=False)

    async def search(self, query: str, on: date | None = None) -> SearchResult:
        params = {"q": query, "limit": "5", **({"on": on.isoformat()} if on else {})}
        body = await self._get("/v1/search", params)
        try:
            found = _Body.model_validate(body)
        except ValidationError as error:
            raise SearchDown("malformed") from error
        if found.decision in {"answer", "clarify"} and not found.hits:
            raise SearchDown("no hits")
        hits = tuple(hit.model_dump() for hit in found.hits)
        return SearchResult(found.decision, hits, found.generation, found.ms, found.reason, found.normalised)

    async def entry(self, entry_id: str) -> dict[str, Any]:
        body = await self._get(f"/v1/entries/{quote(entry_id, safe='')}")
        try:
            return _Hit.model_validate(body).model_dump(exclude={"score"})
        except ValidationError as error:
            raise SearchDown("malformed") from error

    async def health(self) -> str:
        try:
            response = await self._http.get("/v1/health")
            return str(response.json()["status"])
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            raise SearchDown(type(error).__name__) from error

    async def report(self) -> SearchReport:
        try:
            body = _Health.model_validate((await self._http.get("/v1/health")).json())
        except (httpx.HTTPError, ValueError) as error:
            raise SearchDown(type(error).__name__) from error
        return SearchReport(
            body.status,
            body.generation,
            body.entries or 0,
            body.questions or 0,
            body.loaded_at,
            tuple(fault.fault() for fault in body.faults if fault.code != ROLLED_BACK),
            any(fault.code == ROLLED_BACK for fault in body.faults),
        )

    async def close(self) -> None:
        await self._http.aclose()

    async def _get(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        try:
            response = await self._http.get(path, params=params)
            if response.status_code == 404:
                raise UnknownEntry
            response.raise_for_status()
            return response.json()
        except (httpx.HTTPError, ValueError) as error:
            raise SearchDown(type(error).__name__) from error


class NullSearch:
    """No search: the twin for a desk that runs alone."""

    async def search(self, query: str, on: date | None = None) -> SearchResult:
        del query, on
        raise SearchDown("no search")

    async def entry(self, entry_id: str) -> dict[str, Any]:
        del entry_id
        raise SearchDown("no search")

    async def health(self) -> str:
        return "unavailable"

    async def report(self) -> SearchReport:
        return SearchReport("unavailable", None, 0, 0, None, ())

    async def close(self) -> None:
        return None
