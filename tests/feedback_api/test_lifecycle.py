"""The table of moves, walked whole."""

from __future__ import annotations

import pytest

from feedback_api.tickets.lifecycle import DONE, TABLE, WORKING, IllegalMove, Move, Status, after, reopens


def test_every_status_can_be_reached_from_new():
    reached, before = {Status.NEW}, set()
    while reached != before:
        before = set(reached)
        reached |= {to for (start, _), to in TABLE.items() if start in reached}
    assert reached == set(Status)


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("move", list(Move))
def test_what_is_not_in_the_table_is_an_error(status, move):
    if (status, move) in TABLE:
        assert after(status.value, move) is TABLE[(status, move)]
    else:
        with pytest.raises(IllegalMove):
            after(status.value, move)


def test_working_and_done_are_all():
    assert set(WORKING) | set(DONE) == set(Status)
    assert not set(WORKING) & set(DONE)
    assert [status for status in Status if reopens(status.value)] == [Status.RESOLVED, Status.CLOSED]
    assert all(
        TABLE[(status, Move.CITIZEN_REPLY)] is Status.OPEN for status in Status if reopens(status.value)
    )


def test_citizens_can_always_write_to_living_tickets():
    assert all((status, Move.CITIZEN_REPLY) in TABLE for status in WORKING)
    assert not [status for status in (Status.SPAM, Status.MERGED) if (status, Move.CITIZEN_REPLY) in TABLE]
