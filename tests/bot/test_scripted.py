"""Runs every conversation of tests/conversations/*.yml against the trained model and the real action server.

A turn is `say`, `press` (a button by the beginning of its title), `phone` or `email` (the citizen types one, desk masks it);
beside it what is expected: `intent`, `outcome`, `entry`, `reply` (a part of the text), `feedback`, `buttons` (beginnings).
`end` is where the conversation must have come to: `answer`, `ticket` or `hotline`. `world`: `closed`, `search_down`,
`desk_down`, `tomorrow` (desk's next call slots are this afternoon's and tomorrow's).
"""

import pytest
from ruamel.yaml import YAML

from bot import texts_vi
from tests.bot.conftest import Chat
from tests.bot.library import FOLDER, Library, load
from tests.bot.standins import sample, slots_from_today

FILES = sorted(path for path in FOLDER.glob("*.yml") if path.name != "answers.yml")
ALL = [
    pytest.param(told, id=f"{path.stem}-{told['name']}")
    for path in FILES
    for told in YAML(typ="safe").load(path)
]
MOVES = {"say", "press", "phone", "email"}
EXPECTED = {"intent", "outcome", "entry", "reply", "feedback", "buttons", "group"}
DOWN = (503, {"error": {"code": "no_generation", "message": ""}})


@pytest.mark.parametrize("told", ALL)
def test_conversation(bot, standin, told):
    standin.world = world = made(told.get("world", ""))
    chat, reached = Chat(bot), []
    for number, turn in enumerate(told["turns"], start=1):
        go(chat, turn)
        check(chat, world, turn, f"turn {number} {turn}: {chat.text!r} {list(chat.buttons)}")
        reached += where(chat)
    assert reached, "it came nowhere"
    assert reached[-1] == told["end"], (reached, chat.text)
    codes = {ticket["code"] for ticket in world.tickets.values()}
    assert len(codes) == (told["end"] == "ticket"), "one ticket where a ticket is the end, none elsewhere"


def made(kind):
    world = Library()
    world.hours = {**sample("bot_hours"), "open": kind != "closed"}
    if kind == "search_down":
        world.search_error = DOWN
    elif kind == "desk_down":
        world.desk_error = (500, {"error": {"code": "not_saved", "message": ""}})
    elif kind == "tomorrow":
        world.hours = {**world.hours, "slots": slots_from_today()}
    else:
        assert kind in ("", "closed"), kind
    return world


def go(chat, turn):
    (move,) = MOVES & set(turn)
    if move == "say":
        chat.say(turn["say"])
    elif move == "press":
        (title,) = [title for title in chat.buttons if title.startswith(turn["press"])] or [None]
        assert title, f"no button {turn['press']!r} among {list(chat.buttons)}"
        chat.press(title)
    elif move == "phone":
        chat.type_phone()
    else:
        chat.type_email()


def check(chat, world, turn, context):
    if "intent" in turn:
        said = chat.bot.parse(turn["say"])["intent"]["name"]
        assert ("ask_faq" if said == "nlu_fallback" else said) == turn["intent"], f"{said}: {context}"
    if "outcome" in turn:
        assert chat.status == turn["outcome"], context
    if "entry" in turn:
        assert (chat.vssid["outcome"] or {}).get("entry_id") == turn["entry"], context
    if "reply" in turn:
        assert str(turn["reply"]).lower() in chat.text.lower(), context
    if "feedback" in turn:
        assert chat.vssid.get("feedback", {}).get("reason") == turn["feedback"], context
    if "group" in turn:
        assert turn["group"] in [query.get("group") for query in world.searched], context
    for title in turn.get("buttons", ()):
        assert any(shown.startswith(title) for shown in chat.buttons), context


def where(chat):
    """What this turn brought the citizen to; small talk brings nowhere."""
    if chat.code:
        return ["ticket"]
    if chat.status == "answered" or chat.text == texts_vi.GLAD:
        return ["answer"]
    return ["hotline"] if any(number in chat.text for number in ("1900.9068", "115", "113")) else []


def test_there_are_a_hundred_and_each_has_a_name_of_its_own():
    names = [param.id for param in ALL]
    assert len(names) == len(set(names))
    assert len(names) >= 110
    assert {told.values[0]["end"] for told in ALL} == {"answer", "ticket", "hotline"}


def test_nothing_in_the_scripts_is_misspelt():
    for param in ALL:
        (told,) = param.values
        assert set(told) <= {"name", "who", "world", "end", "turns"}, param.id
        for turn in told["turns"]:
            assert set(turn) <= MOVES | EXPECTED, (param.id, turn)
            assert len(MOVES & set(turn)) == 1, (param.id, turn)


def test_the_fixed_entries_are_whole():
    known = load()
    for entry in known.values():
        assert set(entry["related"]) <= set(known), entry["id"]
        assert entry["answer"]
        assert entry["spoken"]
        assert entry["keys"]
