"""Walks every button of every message to depth 4: no dead end, and a person within reach from everywhere."""

import pytest

from bot import texts_vi
from tests.bot.conftest import Chat

STARTS = {
    "answer": "quên mật khẩu VssID thì làm sao",
    "clarify": "mật khẩu",
    "abstain": "đăng ký xe máy ở đâu",
    "needs_person": "hồ sơ của tôi nộp 3/9 sao chưa có tiền",
    "down": "thẻ của tôi mất thì làm sao",
}
DEPTH = 4
# What may stand without a button: the citizen has what was wanted, or writes on.
ENDS = {texts_vi.GLAD, texts_vi.CANCELLED, texts_vi.FINE, texts_vi.STALE_CHOICE}


def walk(bot, world, opening, path):
    """The conversation after the presses of `path`, from a fresh start; a phone is typed where one is asked for."""
    chat = Chat(bot).say(opening)
    for title in path:
        chat.press(title)
        if "Bạn gõ số điện thoại" in chat.text:
            chat.type_phone()
    return chat


@pytest.mark.parametrize("start", STARTS)
def test_every_button_leads_on(bot, standin, start):
    world = standin.world
    if start == "down":
        world.search_error = (503, {"error": {"code": "no_generation", "message": ""}})
    else:
        world.decision = start
    todo, seen, codes = [()], set(), []
    while todo:
        path = todo.pop()
        chat = walk(bot, world, STARTS[start], path)
        state = (chat.text, tuple(chat.buttons))
        if chat.code:
            codes.append(chat.code)
        assert chat.buttons or chat.code or chat.text in ENDS, (path, chat.text)
        if state not in seen and len(path) < DEPTH:
            todo += [(*path, title) for title in chat.buttons]
        seen.add(state)
        asked = chat.say("gặp cán bộ")
        assert "1900.9068" in asked.text, (path, asked.text)
        assert {"Không gửi nữa"} <= set(asked.buttons), "the ticket form is open"
    assert codes, "some path ends in a ticket"
    assert len(seen) > 3
