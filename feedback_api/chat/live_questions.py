"""The questions that search answers just now, asked for at most once a minute and remembered while search is away.

Never fails: without search nothing is suggested, and the citizen types on.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from feedback_api import logs
from feedback_api.chat.suggest import AT_MOST, Question, fitting
from feedback_api.clients.search_client import SearchDown, UnknownEntry

if TYPE_CHECKING:
    from collections.abc import Callable

    from feedback_api.clients.faq_client import FaqClient
    from feedback_api.clients.search_client import SearchClient

KEEP = 60.0  # seconds
RETRY = 15.0
ANSWERING = {"live", "expiring"}
ENOUGH_WORDS = 2  # a single word may mean anything
BY_MEANING_AT_ONCE = 2  # typing must not take search's time from questions that were sent


class LiveQuestions:
    """Suggests questions of one desk.

    :param clock: seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._questions: tuple[Question, ...] = ()
        self._due = 0.0
        self._slots = asyncio.Semaphore(BY_MEANING_AT_ONCE)

    async def suggest(self, typed: str, faq: FaqClient, search: SearchClient) -> tuple[str, ...]:
        """At most AT_MOST questions: those with the typed words first, filled up by those that mean it."""
        questions = await self._get(faq)
        found = list(fitting(typed, questions))
        if len(found) < AT_MOST and len(typed.split()) >= ENOUGH_WORDS and not self._slots.locked():
            async with self._slots:
                found += [text for text in await _by_meaning(typed, search) if text not in found]
        return tuple(found[:AT_MOST])

    async def _get(self, faq: FaqClient) -> tuple[Question, ...]:
        now = self._clock()
        if now >= self._due:
            self._due = now + RETRY  # set before asking: whoever types meanwhile does not ask too
            try:
                entries = (await faq.catalogue()).entries
                self._questions = tuple(
                    Question.of(one.question) for one in entries if one.status in ANSWERING
                )
                self._due = now + KEEP
            except SearchDown as error:
                logs.event("suggestions_not_renewed", reason=str(error))
        return self._questions


async def _by_meaning(typed: str, search: SearchClient) -> list[str]:
    try:
        result = await search.search(typed)
    except (SearchDown, UnknownEntry) as error:
        logs.event("suggestions_by_words_only", reason=str(error))
        return []
    return [] if result.decision == "abstain" else [str(hit["question"]) for hit in result.hits]
