"""A hanging bot: after a few time-outs search answers at once, one message tries the bot again, then all is as before."""

from __future__ import annotations

import time

import pytest
from starlette.testclient import TestClient

from feedback_api.app import create_app
from feedback_api.clients.breaker import Breaker, State

from .conftest import SAME_ORIGIN, make_settings
from .factories import say
from .test_chat import bot_messages


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def breaker(clock):
    return Breaker(3, 30, clock)


def opened(breaker):
    for _ in range(3):
        assert breaker.may_call()
    return [breaker.timed_out() for _ in range(3)]


def test_opens_after_time_outs_in_a_row(breaker):
    assert not breaker.timed_out()
    assert not breaker.timed_out()
    breaker.answered()
    assert opened(breaker) == [False, False, True]
    assert breaker.state is State.OPEN
    assert not breaker.may_call()


def test_one_probe_at_a_time(breaker, clock):
    opened(breaker)
    clock.now = 29.9
    assert not breaker.may_call()
    clock.now = 30
    assert [breaker.may_call() for _ in range(4)] == [True, False, False, False]
    assert breaker.state is State.HALF_OPEN
    assert breaker.answered()
    assert breaker.state is State.CLOSED
    assert breaker.may_call()


def test_a_failed_probe_starts_the_rest_anew(breaker, clock):
    opened(breaker)
    clock.now = 30
    assert breaker.may_call()
    assert breaker.timed_out()
    clock.now = 59
    assert not breaker.may_call()
    clock.now = 60
    assert breaker.may_call()
    breaker.given_up()
    assert breaker.may_call()  # the probe told nothing: the next one finds out


def test_late_time_outs_do_not_prolong_the_rest(breaker, clock):
    opened(breaker)
    clock.now = 20
    assert not breaker.timed_out()
    clock.now = 30
    assert breaker.may_call()


def test_a_hanging_bot_costs_a_few_people_their_time_only(database_url, tmp_path, rasa, search):
    settings = make_settings(
        database_url,
        tmp_path,
        rasa_url=rasa.url,
        search_url=search.url,
        rasa_timeout=0.3,
        breaker_timeouts=2,
        breaker_seconds=1.5,
    )
    rasa.delay = 3
    with TestClient(create_app(settings), headers=SAME_ORIGIN) as client:
        for _ in range(2):
            assert bot_messages(say(client, "quen mat khau"))[-1]["card"]["id"] == "vssid-quen-mat-khau"
        assert len(rasa.seen) == 2
        for _ in range(4):
            assert bot_messages(say(client, "quen mat khau"))[-1]["card"]["id"] == "vssid-quen-mat-khau"
        assert len(rasa.seen) == 2  # nobody waited for the bot
        assert client.get("/ready").json()["rasa"] == "hanging"
        rasa.delay = 0
        rasa.reply = [{"text": "Tôi đây."}]
        deadline = time.monotonic() + 20
        while bot_messages(say(client, "con do khong"))[-1]["text"] != "Tôi đây.":
            assert time.monotonic() < deadline
            time.sleep(0.3)
        assert len(rasa.seen) == 3
        assert bot_messages(say(client, "mot lan nua"))[-1]["text"] == "Tôi đây."


def test_quick_faults_do_not_open_it(full_desk):
    client, desk, rasa, _ = full_desk
    rasa.status = 500
    for _ in range(desk.settings.breaker_timeouts + 2):
        say(client, "quen mat khau")
    assert desk.breaker.state is State.CLOSED
    assert len(rasa.seen) == desk.settings.breaker_timeouts + 2
