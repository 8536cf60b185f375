"""Turns of one conversation keep their order when several processes of the desk share the database."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
import uuid
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import delete, select

from feedback_api.conversations import order
from feedback_api.conversations.service import find_conversation
from feedback_api.models import Conversation, Message, TurnWaiter, utc_now

from .conftest import ROOT, SAME_ORIGIN, free_port
from .factories import say

LEASE = timedelta(seconds=20)


@pytest.fixture
def two_desks(process_env, rasa):
    """Addresses of two processes of the desk on one database."""
    ports = [free_port(), free_port()]
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "feedback_api", "serve"],
            cwd=ROOT,
            env={
                **process_env,
                "DESK_PORT": str(port),
                "DESK_PUBLIC_URL": "http://testserver",
                "DESK_RASA_URL": rasa.url,
                "DESK_RASA_TIMEOUT": "30",
            },
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for port in ports
    ]
    urls = [f"http://127.0.0.1:{port}" for port in ports]
    try:
        deadline = time.monotonic() + 90
        for url, process in zip(urls, processes, strict=True):
            while True:
                assert time.monotonic() < deadline
                assert process.poll() is None
                try:
                    httpx.get(f"{url}/live")
                    break
                except httpx.HTTPError:
                    time.sleep(0.05)
        yield urls, processes
    finally:
        for process in processes:
            process.kill()
            process.wait(20)


def test_two_processes_take_turns(two_desks, rasa, desk):
    urls, _ = two_desks
    running, most = 0, 0

    async def watched(body):
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.15)
        running -= 1
        return [{"text": f"tra loi {body['message']}"}]

    rasa.before = watched

    async def everybody():
        async with httpx.AsyncClient(timeout=90, headers=SAME_ORIGIN) as http:
            first = await http.post(
                f"{urls[0]}/v1/messages", json={"text": "bat dau", "client_id": str(uuid.uuid4())}
            )
            cookie = {"Cookie": f"vssid_chat={first.cookies['vssid_chat']}"}

            def post(number):
                body = {"text": f"tin {number}", "client_id": f"0000-0000-{number:04}"}
                return http.post(f"{urls[number % 2]}/v1/messages", json=body, headers=cookie)

            # The last one comes again by the other process while its first try may still be under way.
            again = http.post(
                f"{urls[0]}/v1/messages",
                json={"text": "tin 7", "client_id": "0000-0000-0007"},
                headers=cookie,
            )
            return await asyncio.gather(*(post(number) for number in range(8)), again)

    replies = asyncio.run(everybody())
    assert [reply.status_code for reply in replies] == [200] * 9
    assert most == 1
    with desk.database.reading() as session:
        texts = [message.text for message in session.scalars(select(Message).order_by(Message.id))][2:]
        assert list(session.scalars(select(TurnWaiter))) == []
    assert sorted(texts[::2]) == [f"tin {number}" for number in range(8)]
    assert texts[1::2] == [f"tra loi {text}" for text in texts[::2]]


def test_a_killed_process_keeps_nobody_waiting_for_ever(two_desks, rasa, desk):
    urls, processes = two_desks
    with httpx.Client(headers=SAME_ORIGIN, timeout=90) as http:
        body = {"text": "bat dau", "client_id": str(uuid.uuid4())}
        token = http.post(f"{urls[0]}/v1/messages", json=body).cookies["vssid_chat"]
        cookie = {"Cookie": f"vssid_chat={token}"}
        processes[0].kill()
        processes[0].wait(20)
        with desk.database.writing() as session:  # as it had left it in the middle of a turn
            conversation = find_conversation(session, token)
            conversation.turn_holder, conversation.turn_until = "dead", utc_now() + timedelta(seconds=2)
            session.add(
                TurnWaiter(
                    conversation_id=conversation.id, holder="dead too", until=utc_now() + timedelta(seconds=1)
                )
            )
        body = {"text": "con do khong", "client_id": str(uuid.uuid4())}
        reply = http.post(f"{urls[1]}/v1/messages", json=body, headers=cookie)
    assert reply.status_code == 200
    assert reply.json()["messages"][-1]["author"] == "bot"


def test_first_come_first_served(full_desk):
    client, desk, _, _ = full_desk
    say(client, "bat dau")
    token = client.cookies["vssid_chat"]

    def ask(holder):
        with desk.database.writing() as session:
            return order.take(session, find_conversation(session, token), holder, LEASE)

    def done(holder):
        with desk.database.writing() as session:
            order.give_back(find_conversation(session, token), holder)

    assert ask("a")
    assert ask("a")  # asked again after a fault: still its own
    assert [ask("b"), ask("c")] == [False, False]
    done("b")  # not its to give back
    assert not ask("b")
    done("a")
    assert [ask("c"), ask("b")] == [False, True]
    assert not ask("c")
    done("b")
    assert ask("c")
    with desk.database.reading() as session:
        assert list(session.scalars(select(TurnWaiter))) == []


def test_a_fault_between_the_transactions_frees_the_turn(full_desk):
    client, desk, rasa, _ = full_desk
    say(client, "bat dau")

    async def cleared(body):
        with desk.database.writing() as session:
            session.execute(delete(Message))

    rasa.before = cleared
    assert say(client, "hai").status_code == 404
    with desk.database.reading() as session:
        assert session.scalars(select(Conversation)).one().turn_holder is None
    rasa.before = None
    assert say(client, "ba").status_code == 200
