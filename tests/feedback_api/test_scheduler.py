"""The daily purge: at its time, by one of many processes, taken up by another when one dies."""

from __future__ import annotations

import asyncio
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from feedback_api.app import make_desk
from feedback_api.jobs.scheduler import Scheduler, next_time
from feedback_api.models import Conversation, Job, utc_now

from .conftest import make_settings


def old_conversation(desk):
    with desk.database.writing() as session:
        session.add(
            Conversation(token_hash="x", bot_sender="b-1", last_seen_at=utc_now() - timedelta(days=400))
        )


def make_due(desk):
    with desk.database.writing() as session:
        session.merge(Job(name="purge", next_at=utc_now() - timedelta(minutes=1)))


def number_of_conversations(desk):
    with desk.database.reading() as session:
        return session.query(Conversation).count()


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("2026-11-24T19:59", "2026-11-24T20:00"),  # 02:59 in Vietnam
        ("2026-11-24T20:00", "2026-11-25T20:00"),
        ("2026-11-24T10:00", "2026-11-24T20:00"),
    ],
)
def test_the_time_is_vietnams(now, then):
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert next_time("03:00", moment) == datetime.fromisoformat(then).replace(tzinfo=UTC)


def test_waits_for_its_time_and_purges_once(desk, settings):
    old_conversation(desk)
    clock = Scheduler(desk.database, settings)
    now = utc_now()
    assert clock.look(now) is None  # seen for the first time
    due = next_time(settings.purge_at, now)
    assert clock.look(due - timedelta(seconds=1)) is None
    assert number_of_conversations(desk) == 1
    assert clock.look(due).conversations == 1
    assert clock.look(due) is None
    assert number_of_conversations(desk) == 0


def test_many_processes_purge_once(desk, settings):
    old_conversation(desk)
    make_due(desk)
    desks = [make_desk(settings) for _ in range(5)]
    start, done = threading.Barrier(5), []

    def look(one):
        start.wait(20)
        done.append(Scheduler(one.database, settings).look())

    threads = [threading.Thread(target=look, args=(one,)) for one in desks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    for one in desks:
        one.database.dispose()
    assert len(done) == 5
    assert [purged.conversations for purged in done if purged] == [1]


def test_who_fails_leaves_the_job_to_the_next(desk, settings):
    old_conversation(desk)
    make_due(desk)

    def fail(session):
        raise OSError("disk full")

    event.listen(desk.database._write, "before_commit", fail)
    try:
        with pytest.raises(OSError, match="disk full"):
            Scheduler(desk.database, settings).look()
    finally:
        event.remove(desk.database._write, "before_commit", fail)
    assert number_of_conversations(desk) == 1
    assert Scheduler(desk.database, settings).look().conversations == 1


def test_runs_by_itself_and_survives_a_fault(desk, settings):
    old_conversation(desk)
    make_due(desk)
    faults = []

    def fail_once(session):
        if not faults:
            faults.append(1)
            raise OSError("disk full")

    event.listen(desk.database._write, "before_commit", fail_once)

    async def work():
        clock = asyncio.create_task(Scheduler(desk.database, settings, every=0.05).run())
        deadline = time.monotonic() + 20
        while number_of_conversations(desk):
            assert time.monotonic() < deadline
            await asyncio.sleep(0.05)
        clock.cancel()
        await asyncio.wait([clock])

    asyncio.run(work())
    event.remove(desk.database._write, "before_commit", fail_once)
    assert faults == [1]


def test_without_a_time_it_does_nothing(desk, database_url, tmp_path):
    quiet = make_settings(database_url, tmp_path, purge_at="")
    asyncio.run(asyncio.wait_for(Scheduler(desk.database, quiet, every=0.01).run(), 5))
