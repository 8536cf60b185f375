"""A circuit breaker: after some time-outs in a row a neighbour is left alone for a while, then asked by one call first.

Pure besides the clock it is given; used from one event loop, so it needs no lock.
"""

from __future__ import annotations

import time
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class State(StrEnum):
    """`half_open`: one call is on its way to find out, all others are answered without the neighbour."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class Breaker:
    """Counts time-outs of one neighbour.

    :param limit: time-outs in a row that open it.
    :param rest: seconds until the neighbour is tried again.
    :param clock: seconds that only grow.
    """

    def __init__(self, limit: int, rest: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._rest = rest
        self._clock = clock
        self._missed = 0
        self._opened: float | None = None
        self._probing = False

    @property
    def state(self) -> State:
        """Where it stands."""
        if self._opened is None:
            return State.CLOSED
        return State.HALF_OPEN if self._probing else State.OPEN

    def may_call(self) -> bool:
        """Whether to ask the neighbour now. True after the rest means: this call is the probe, tell how it went."""
        if self._opened is None:
            return True
        if self._probing or self._clock() - self._opened < self._rest:
            return False
        self._probing = True
        return True

    def answered(self) -> bool:
        """The neighbour answered (well or badly, but in time); True when this closed the circuit."""
        closed = self._opened is not None
        self._missed, self._opened, self._probing = 0, None, False
        return closed

    def timed_out(self) -> bool:
        """The neighbour did not answer in time; True when this opened the circuit, or kept it open after a probe."""
        self._missed += 1
        if self._opened is not None and not self._probing:
            return False  # a call from before it opened
        if self._probing or self._missed >= self._limit:
            self._opened, self._probing = self._clock(), False
            return True
        return False

    def given_up(self) -> None:
        """A call ended without telling anything (the citizen went away): the next one may probe."""
        self._probing = False
