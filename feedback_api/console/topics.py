"""Topic titles for the console's pages, asked of search and remembered: no page waits for them twice a minute.

Never fails: while search is away the last known titles are used, and an unknown topic is shown by its id.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request

from feedback_api import logs
from feedback_api.clients.search_client import SearchDown
from feedback_api.state import desk_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from feedback_api.clients.faq_client import FaqClient

KEEP = 60.0  # seconds
RETRY = 15.0


class TopicTitles:
    """Remembers the titles of one desk.

    :param clock: seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._titles: dict[str, str] = {}
        self._due = 0.0

    async def get(self, faq: FaqClient) -> dict[str, str]:
        """Topic id -> title; empty until search has answered once."""
        now = self._clock()
        if now < self._due:
            return self._titles
        self._due = now + RETRY  # set before asking: whoever comes meanwhile does not ask too
        try:
            self.learn((await faq.catalogue()).titles)
        except SearchDown as error:
            logs.event("topic_titles_missing", reason=str(error))
        return self._titles

    def learn(self, titles: dict[str, str]) -> None:
        """Takes titles that a page has fetched anyway."""
        self._titles = titles
        self._due = self._clock() + KEEP


async def topic_titles(request: Request) -> dict[str, str]:
    """The dependency; put it before the session, so that none is open while search is asked."""
    desk = desk_of(request.app)
    return await desk.topics.get(desk.faq)


TopicsDep = Annotated[dict[str, str], Depends(topic_titles)]
