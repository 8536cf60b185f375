"""Keeps turns in order: one at a time per conversation, and only so many waiting for the bot at once."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class TurnGate:
    """Locks per conversation, forgotten when nobody holds or awaits them, and slots for calls of the bot.

    :param slots: how many turns may wait for the bot at the same time.
    """

    def __init__(self, slots: int) -> None:
        self.slots = asyncio.Semaphore(slots)
        self._locks: dict[str, asyncio.Lock] = {}
        self._users: dict[str, int] = {}

    @asynccontextmanager
    async def in_order(self, key: str) -> AsyncIterator[None]:
        """Holds the lock of the conversation `key`; later turns wait in the order of their arrival."""
        lock = self._locks.setdefault(key, asyncio.Lock())
        self._users[key] = self._users.get(key, 0) + 1
        try:
            async with lock:
                yield
        finally:
            self._users[key] -= 1
            if not self._users[key]:
                del self._users[key], self._locks[key]
