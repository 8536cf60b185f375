"""Limits in memory and in Redis: honest crowds pass, hammering and guessing do not."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from limits import parse
from starlette.testclient import TestClient

from feedback_api.app import create_app
from feedback_api.errors import DeskError
from feedback_api.rate_limits import CHAT, CHAT_ADDRESS, GUESSES, Limiter, wait_said

from .conftest import SAME_ORIGIN, free_port, make_settings
from .factories import say


@pytest.fixture(params=["memory", "redis"])
def limiter(request):
    if request.param == "memory":
        return Limiter("memory://")
    return Limiter(request.getfixturevalue("redis_url"))


def test_a_limit_is_used_up_and_says_how_long(limiter, request):
    who = request.node.name
    items = (parse("3/minute"),)
    for _ in range(3):
        limiter.hit(items, who)
    limiter.hit(items, who + "other")
    with pytest.raises(DeskError) as error:
        limiter.hit(items, who)
    assert (error.value.status, error.value.code) == (429, "too_many")
    assert 1 <= int(error.value.headers["Retry-After"]) <= 60
    assert error.value.headers["Retry-After"] in error.value.message_vi


def test_right_guesses_cost_nothing(limiter, request):
    who = request.node.name
    for _ in range(200):
        limiter.guard_guess("ticket", who)
    for _ in range(GUESSES["ticket"].amount):
        limiter.guard_guess("ticket", who)
        limiter.guess_failed("ticket", who)
    with pytest.raises(DeskError) as error:
        limiter.guard_guess("ticket", who)
    assert (error.value.status, error.value.code) == (429, "too_many")


def test_five_hundred_honest_people_behind_one_address(limiter, request):
    for _ in range(3):
        for person in range(500):
            limiter.hit(CHAT_ADDRESS, request.node.name)
            limiter.hit(CHAT, f"{request.node.name}{person}")


def test_redis_away_counts_in_memory():
    limiter = Limiter(f"redis://127.0.0.1:{free_port()}")
    items = (parse("2/minute"),)
    limiter.hit(items, "a")
    limiter.hit(items, "a")
    with pytest.raises(DeskError):
        limiter.hit(items, "a")


def test_hammering_the_chat_is_slowed_down(full_desk):
    client, *_ = full_desk
    replies = [say(client, f"cau {number}") for number in range(22)]
    assert [reply.status_code for reply in replies[:20]] == [200] * 20
    last = replies[-1]
    assert (last.status_code, last.json()["error"]["code"]) == (429, "too_many")
    assert int(last.headers["retry-after"]) >= 1


def test_five_hundred_sessions_behind_one_address_pass(sqlite_url, tmp_path):
    """A carrier's shared address: 500 people, each with a cookie of their own, some with more to say."""
    with TestClient(create_app(make_settings(sqlite_url, tmp_path)), headers=SAME_ORIGIN) as client:
        cookies = []
        for _ in range(500):
            client.cookies.clear()
            assert say(client, "👍").status_code == 200
            cookies.append(client.cookies["vssid_chat"])
        assert len(set(cookies)) == 500
        for cookie in cookies[:100]:
            client.cookies.clear()
            client.cookies.set("vssid_chat", cookie)
            assert say(client, "👍").status_code == 200


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(1, "1 giây"), (90, "90 giây"), (91, "2 phút"), (900, "15 phút"), (3541, "1 giờ"), (7300, "3 giờ")],
)
def test_waiting_times_are_said_as_people_say_them(seconds, said):
    assert wait_said(seconds) == said


def test_a_flood_is_refused_before_it_waits_for_the_bot(full_desk):
    client, _, rasa, _ = full_desk
    say(client, "bat dau")
    asked_when_refused = []

    async def slow(body):
        await asyncio.sleep(0.1)

    def one(number):
        reply = say(client, f"tin {number}")
        if reply.status_code == 429:
            asked_when_refused.append(len(rasa.seen))
        return reply.status_code

    rasa.before = slow
    with ThreadPoolExecutor(30) as pool:
        statuses = list(pool.map(one, range(30)))
    assert sorted(statuses) == [200] * 20 + [429] * 10
    assert min(asked_when_refused) < 20
