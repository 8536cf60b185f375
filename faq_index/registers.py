"""The short lists beside the FAQ: acts in force, terms that are dead, phones and hosts a citizen may be shown.

Only reads; a register that is missing or broken is reported as faults, never guessed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from faq_index.entries import Fault
from faq_index.yaml_nodes import read

# Short numbers of services; mobiles; landlines in groups ("024.3789.9999"), which ungrouped look like the others.
PHONE = re.compile(
    r"(?<![\d.])(?:1[89]00[.\s-]?\d{4,6}|0\d{2,3}[.\s-]?\d{3}[.\s-]?\d{3,4}|02\d{1,2}[.\s-]\d{3,4}[.\s-]\d{3,4})(?!\d)"
)


@dataclass(frozen=True, slots=True)
class Act:
    title: str
    in_force_to: date | None = None
    replaced_by: str | None = None


@dataclass(frozen=True, slots=True)
class DeadTerm:
    """A term that no answer may use, save those of `entries`, which tell people that it is gone or what it was before."""

    term: str
    instead: str
    entries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Registers:
    """`phones` maps digits to the entries that may show them; an empty tuple means every entry."""

    acts: Mapping[str, Act] = field(default_factory=dict)
    dead_terms: tuple[DeadTerm, ...] = ()
    phones: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    hosts: tuple[str, ...] = ()

    def host_allowed(self, url: str) -> bool:
        """Whether the host of `url` is listed, or lies under a listed "*.domain"."""
        try:
            host = (urlsplit(url).hostname or "").lower()
        except ValueError:
            return False
        return any(host == rule or (rule.startswith("*.") and host.endswith(rule[1:])) for rule in self.hosts)

    def phone_allowed(self, digits: str, entry_id: str) -> bool:
        if digits not in self.phones:
            return False
        return not self.phones[digits] or entry_id in self.phones[digits]


def digits_of(phone: str) -> str:
    return re.sub(r"\D", "", phone)


def parse_date(value: Any) -> date | None:
    """A date of the form YYYY-MM-DD, None for anything else."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else None
    except ValueError:
        return None


def load_registers(laws: Path, allowlist: Path) -> tuple[Registers, tuple[Fault, ...], bytes]:
    """Both registers, what is wrong with them, and their bytes for the digest."""
    law_doc, allow_doc = read(laws), read(allowlist)
    faults = [*law_doc.faults, *allow_doc.faults]
    law_value = law_doc.value if isinstance(law_doc.value, dict) else {}
    allow_value = allow_doc.value if isinstance(allow_doc.value, dict) else {}
    if law_doc.value is not None and not isinstance(law_value.get("acts"), dict):
        faults.append(
            Fault(
                law_doc.file,
                1,
                "",
                "bad_register",
                "thiếu phần 'acts': số hiệu văn bản -> title, in_force_to.",
            )
        )
    if allow_doc.value is not None and not isinstance(allow_value.get("hosts"), list):
        faults.append(
            Fault(allow_doc.file, 1, "", "bad_register", "thiếu danh sách 'hosts' các địa chỉ chính thức.")
        )
    registers = Registers(
        acts=_acts(law_value.get("acts")),
        dead_terms=_dead_terms(law_value.get("dead_terms")),
        phones=_phones(allow_value.get("phones")),
        hosts=tuple(str(h).lower() for h in allow_value.get("hosts") or ()),
    )
    return registers, tuple(faults), law_doc.raw + b"\0" + allow_doc.raw


def _acts(value: Any) -> dict[str, Act]:
    if not isinstance(value, dict):
        return {}
    return {
        str(number): Act(
            str(row.get("title") or ""), parse_date(row.get("in_force_to")), row.get("replaced_by")
        )
        for number, row in value.items()
        if isinstance(row, dict)
    }


def _dead_terms(value: Any) -> tuple[DeadTerm, ...]:
    rows = value if isinstance(value, list) else []
    return tuple(
        DeadTerm(str(r["term"]), str(r.get("instead") or ""), tuple(str(i) for i in r.get("entries") or ()))
        for r in rows
        if isinstance(r, dict) and r.get("term")
    )


def _phones(value: Any) -> dict[str, tuple[str, ...]]:
    rows = value if isinstance(value, list) else []
    return {
        digits_of(str(r["number"])): tuple(str(i) for i in r.get("entries") or ())
        for r in rows
        if isinstance(r, dict) and r.get("number")
    }
