"""The declared table of a ticket's moves; pure. What is not in the table is an error."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """Where a ticket stands."""

    NEW = "new"
    OPEN = "open"
    WAITING_CITIZEN = "waiting_citizen"
    WAITING_OTHER = "waiting_other"
    RESOLVED = "resolved"
    CLOSED = "closed"
    MERGED = "merged"
    SPAM = "spam"


class Move(StrEnum):
    """What people do with a ticket."""

    TAKE = "take"
    RELEASE = "release"
    AGENT_REPLY = "agent_reply"
    CITIZEN_REPLY = "citizen_reply"
    WAIT_OTHER = "wait_other"
    RESOLVE = "resolve"
    MARK_SPAM = "mark_spam"
    MERGE = "merge"
    CLOSE = "close"


class Resolution(StrEnum):
    """Why a ticket is done (DESIGN section 6)."""

    ANSWERED_BY_ENTRY = "answered_by_entry"
    FAQ_GAP = "faq_gap"
    PERSONAL_CASE = "personal_case"
    NO_REPLY = "no_reply"  # the citizen did not answer any more
    OUT_OF_SCOPE = "out_of_scope"
    DUPLICATE = "duplicate"
    SPAM = "spam"


WORKING = (Status.NEW, Status.OPEN, Status.WAITING_CITIZEN, Status.WAITING_OTHER)
DONE = (Status.RESOLVED, Status.CLOSED, Status.MERGED, Status.SPAM)

TABLE: dict[tuple[Status, Move], Status] = {
    (Status.NEW, Move.TAKE): Status.OPEN,
    (Status.OPEN, Move.TAKE): Status.OPEN,
    (Status.WAITING_CITIZEN, Move.TAKE): Status.WAITING_CITIZEN,
    (Status.WAITING_OTHER, Move.TAKE): Status.WAITING_OTHER,
    (Status.OPEN, Move.RELEASE): Status.OPEN,
    (Status.WAITING_CITIZEN, Move.RELEASE): Status.WAITING_CITIZEN,
    (Status.WAITING_OTHER, Move.RELEASE): Status.WAITING_OTHER,
    (Status.NEW, Move.CITIZEN_REPLY): Status.NEW,
    (Status.OPEN, Move.CITIZEN_REPLY): Status.OPEN,
    (Status.WAITING_CITIZEN, Move.CITIZEN_REPLY): Status.OPEN,
    (Status.WAITING_OTHER, Move.CITIZEN_REPLY): Status.OPEN,
    (Status.RESOLVED, Move.CITIZEN_REPLY): Status.OPEN,
    (Status.CLOSED, Move.CITIZEN_REPLY): Status.OPEN,
    (Status.RESOLVED, Move.CLOSE): Status.CLOSED,
    **{(status, Move.AGENT_REPLY): Status.WAITING_CITIZEN for status in WORKING},
    **{(status, Move.WAIT_OTHER): Status.WAITING_OTHER for status in WORKING},
    **{(status, Move.RESOLVE): Status.RESOLVED for status in WORKING},
    **{(status, Move.MARK_SPAM): Status.SPAM for status in WORKING},
    **{(status, Move.MERGE): Status.MERGED for status in WORKING},
}


class IllegalMove(Exception):
    """A move that the table does not know; `args` are status and move."""


def after(status: str, move: Move) -> Status:
    """The status after `move`.

    :raises IllegalMove: when the table has no such move.
    """
    try:
        return TABLE[(Status(status), move)]
    except KeyError:
        raise IllegalMove(status, move) from None


def reopens(status: str) -> bool:
    """Whether a citizen's reply brings the ticket back to life."""
    return Status(status) in {Status.RESOLVED, Status.CLOSED}
