"""One index generation in memory: entries, owners of the questions, lexical, classifier and dense parts.

Built from a Faq by build.py, written and read by store.py. Immutable once made.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from faq_index.classifier import CLASSIFIER_RECIPE
from faq_index.dense import DenseIndex
from faq_index.entries import FaqEntry, LegalBasis, NearMiss, NeedsPerson
from faq_index.features import FEATURE_RECIPE, Vectoriser
from faq_index.lexical import PerEntry, Postings
from faq_index.registers import parse_date
from faq_index.text import TEXT_RECIPE

FORMAT = 5
_DATES = ("reviewed_on", "review_by", "effective_from", "effective_to")


@dataclass(frozen=True, slots=True)
class Generation:
    """`owners[i]` is the number of the entry that question i belongs to; questions are grouped by entry."""

    id: str
    created_at: str
    digest: str
    encoder: str
    entries: tuple[FaqEntry, ...]
    topics: Mapping[str, str]
    questions: tuple[str, ...]
    owners: NDArray[np.int32]
    vectoriser: Vectoriser
    weighing: str  # digest of the texts that rarity is counted over
    rows: sp.csr_matrix  # (questions + answers, features): for the next build to take over
    nearest: Postings
    classifier: Postings
    intercepts: NDArray[np.float32]
    lessons: tuple[str, ...]  # what each entry's classifier was learned from
    directions: NDArray[np.float32]  # (entries, dimension): where an entry lies apart from the others
    answers: Postings  # (features x entries): the words of the answers
    words: Postings  # (features x entries): 1 for each word that an entry has anywhere
    meanings: NDArray[np.float32]  # (entries, dimension): of the answers
    dense: DenseIndex
    per_entry: PerEntry


def recipes(encoder: str) -> dict[str, Any]:
    """What must be equal between the code that built a generation and the code that serves it."""
    return {
        "format": FORMAT,
        "text": TEXT_RECIPE,
        "features": FEATURE_RECIPE,
        "classifier": CLASSIFIER_RECIPE,
        "encoder": encoder,
    }


def entry_to_json(entry: FaqEntry) -> dict[str, Any]:
    row = asdict(entry)
    for key in _DATES:
        row[key] = row[key].isoformat() if isinstance(row[key], date) else None
    return row


def entry_from_json(row: Mapping[str, Any]) -> FaqEntry:
    """Inverse of entry_to_json. Raises KeyError, TypeError or ValueError for a damaged row."""
    values = dict(row)
    for key in _DATES:
        values[key] = parse_date(values[key])
    for key in ("alternates", "steps", "sources", "official_sources", "links", "related", "tests"):
        values[key] = tuple(values[key])
    values["legal_basis"] = tuple(LegalBasis(**b) for b in values["legal_basis"])
    values["near_misses"] = tuple(NearMiss(**m) for m in values["near_misses"])
    values["needs_person"] = NeedsPerson(values["needs_person"])
    return FaqEntry(**values)


def word_postings(
    rows: sp.csr_matrix, owners: NDArray[np.int32], entries: int, kept: NDArray[np.bool_]
) -> Postings:
    """Ones where a row of the entry has the word; `kept` are the columns that are words."""
    present = (
        sp.coo_matrix((np.ones(len(owners), np.float32), (owners, np.arange(len(owners))))).tocsr() @ rows
    )
    present.data[:] = kept[present.indices]
    present.eliminate_zeros()
    return transposed(sp.csr_matrix(present, shape=(entries, len(kept))))


def transposed(rows: sp.csr_matrix) -> Postings:
    """Postings (features x rows) of a matrix with one row per question."""
    return Postings(rows.T.tocsr())
