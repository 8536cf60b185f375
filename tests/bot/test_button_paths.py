"""Model-checks the dialogue: every button of every state, each state visited once, until no new state comes up.

So paths of any length are covered. Proven: no state without a way on, every state can still end in an answer, a ticket or the hotline,
a person is reachable from every state, and no press opens a ticket but the one that confirms it.
"""

from collections import deque

import pytest

from bot import texts_vi
from bot.memory import MISSES_BEFORE_PERSON, SLOT
from tests.bot.conftest import Chat
from tests.bot.standins import sample

STARTS = {
    "answer": "quên mật khẩu VssID thì làm sao",
    "clarify": "mật khẩu",
    "abstain": "đăng ký xe máy ở đâu",
    "facet": "mật khẩu",
    "needs_person": "hồ sơ của tôi nộp 3/9 sao chưa có tiền",
    "down": "thẻ của tôi mất thì làm sao",
    "desk_down": "đăng ký xe máy ở đâu",
}
MOST_STATES = 1000  # more means that something counts on and on
TYPE_PHONE = "(gõ số điện thoại)"
# What may stand without a button: the citizen has what was wanted, or writes on.
ENDS = {texts_vi.GLAD, texts_vi.CANCELLED, texts_vi.FINE}
# Of no meaning for where a conversation can go: what was asked, and marks that are different in every conversation.
APART = {"question", "ticket_key", "contact_seen", "about"}


def tracker_of(chat):
    """The stored conversation; asking and saving again changes nothing."""
    tracker = chat.bot.loop.run_until_complete(chat.bot.store.retrieve(chat.sender))
    chat.bot.loop.run_until_complete(chat.bot.store.save(tracker))
    return tracker


def fork(chat):
    """A conversation of its own that has come as far as `chat`."""
    other = Chat(chat.bot)
    twin = tracker_of(chat).copy()
    twin.sender_id = other.sender
    chat.bot.loop.run_until_complete(chat.bot.store.save(twin))
    other.contact = dict(chat.contact)
    other.messages, other.vssid = list(chat.messages), chat.vssid
    return other


def state_of(chat):
    """Two conversations in the same state can go on in the same ways."""
    tracker = tracker_of(chat)
    kept = tracker.get_slot(SLOT) or {}
    kept = {**kept, "misses": min(kept.get("misses", 0), MISSES_BEFORE_PERSON)}  # more of them change nothing
    memory = {key: str(value) for key, value in kept.items() if key not in APART}
    slots = [
        tracker.get_slot(name)
        for name in ("requested_slot", "ticket_reach", "ticket_time", "ticket_confirmed")
    ]
    written = tracker.get_slot("ticket_text") is not None
    return (
        tuple(sorted(memory.items())),
        str(slots),
        written,
        chat.contact["phone"],
        tuple(chat.buttons),
        chat.text,
    )


def moves(chat):
    """What can be done next without writing a question."""
    typed = (
        [TYPE_PHONE]
        if "Bạn gõ số điện thoại" in chat.text or "gõ số điện thoại hay email" in chat.text
        else []
    )
    return [*chat.buttons, *typed]


def is_end(chat):
    return bool(chat.code) or chat.text in ENDS or chat.text == texts_vi.NOT_SENT  # which names the hotline


def follow(chat, move):
    return chat.type_phone() if move == TYPE_PHONE else chat.press(move)


@pytest.fixture(scope="module")
def walked():
    """States that an earlier start has gone on from. No button asks for a search, so what search decided of the first

    question changes nothing of what follows; only a search that is down does, and is walked by itself.
    """
    return set()


@pytest.mark.parametrize("start", STARTS)
def test_every_button_leads_on(bot, standin, start, walked):
    world = standin.world
    hours = sample("bot_hours")
    world.hours = {**hours, "slots": hours["slots"][:1]}  # the others lead to the same
    if start == "down":
        world.search_error = (503, {"error": {"code": "no_generation", "message": ""}})
    elif start == "desk_down":
        world.decision = "abstain"
        world.desk_error = (500, {"error": {"code": "not_saved", "message": ""}})
    elif start == "facet":
        world.decision, world.facets = "clarify", ({"con-email": "có"}, {"con-email": "không"})
    else:
        world.decision = start
    first = Chat(bot).say(STARTS[start])
    todo, back, ended = deque([(first, state_of(first), ())]), {}, set()
    seen = {state_of(first)}
    while todo:
        chat, state, path = todo.popleft()
        assert moves(chat) or is_end(chat), (path, chat.text)
        assert len(seen) < MOST_STATES, path
        if state in walked and start not in ("down", "desk_down"):
            ended.add(state)  # shown before to lead to an end
            continue
        assert_person(fork(chat), path)
        if is_end(chat):
            ended.add(state)
        for move in moves(chat):
            opened = len(world.opened)
            then = follow(fork(chat), move)
            sent = len(world.opened) > opened
            assert sent == (move in (texts_vi.SEND, texts_vi.SEND_AGAIN)), (path, move)
            assert bool(then.code) == (sent and not world.desk_error), (path, move)
            reached = state_of(then)
            back.setdefault(reached, set()).add(state)
            if reached not in seen:
                seen.add(reached)
                todo.append((then, reached, (*path, move)))
    assert seen == leading_to(ended, back), "from every state an end is reached"
    assert world.tickets or start not in ("answer", "down"), "some path ends in a ticket"
    walked |= seen
    print(f"{start}: {len(seen)} states, {sum(map(len, back.values()))} steps between them")


def assert_person(chat, path):
    """A person is one sentence away, and the ticket form is open or the ticket is there."""
    asked = chat.say("gặp cán bộ")
    assert "1900.9068" in asked.text, (path, asked.text)
    assert texts_vi.CANCEL in asked.buttons, (path, asked.text)


def leading_to(ends, back):
    """All states from which one of `ends` can be reached."""
    todo, found = list(ends), set(ends)
    while todo:
        for state in back.get(todo.pop(), ()):
            if state not in found:
                found.add(state)
                todo.append(state)
    return found
