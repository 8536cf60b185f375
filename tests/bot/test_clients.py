"""The only HTTP out of the bot, against a real small server."""

import asyncio

import pytest

from bot import settings
from bot.clients import DeskClient, Refused, SearchClient, Unreachable
from tests.bot.processes import free_port
from tests.bot.standins import sample


def run(wanted, call):
    """`call` with both clients in a loop of their own."""

    async def inside():
        search, desk = SearchClient(wanted), DeskClient(wanted)
        try:
            return await call(search, desk)
        finally:
            await search.close()
            await desk.close()

    return asyncio.run(inside())


@pytest.fixture
def wanted(standin):
    return settings.load(
        {
            "BOT_SEARCH_URL": standin.url,
            "BOT_DESK_URL": standin.url,
            "BOT_SEARCH_TIMEOUT": "0.3",
            "BOT_DESK_TIMEOUT": "0.3",
            "SERVICE_TOKEN": "secret-token",
        }
    )


def test_search_sends_text_and_group(wanted, world):
    found = run(wanted, lambda search, _: search.search("mất thẻ & sổ?", "a-group"))
    assert found == sample("search_answer")
    assert world.searched == [{"q": "mất thẻ & sổ?", "limit": "5", "group": "a-group"}]


def test_entry_is_the_contracts_or_none(wanted, world):
    assert run(wanted, lambda search, _: search.entry("vssid-quen-mat-khau")) == sample("entry")
    world.unknown_entries = True
    assert run(wanted, lambda search, _: search.entry("gone")) is None


def test_a_read_is_tried_once_more_when_the_connection_broke(wanted, world):
    world.drop_next = 1
    assert run(wanted, lambda search, _: search.search("a"))["decision"] == "answer"
    assert len(world.searched) == 2
    world.drop_next = 2
    with pytest.raises(Unreachable):
        run(wanted, lambda search, _: search.search("a"))


def test_a_slow_read_is_not_tried_again(wanted, world):
    world.delay = 0.8
    with pytest.raises(Unreachable, match="ReadTimeout after"):
        run(wanted, lambda search, _: search.search("câu hỏi riêng"))
    assert len(world.searched) == 1


def test_no_text_of_the_citizen_in_the_error(wanted, world):
    world.delay = 0.8
    with pytest.raises(Unreachable) as caught:
        run(wanted, lambda search, _: search.search("câu hỏi riêng"))
    assert "riêng" not in str(caught.value)


def test_a_write_is_never_repeated_by_itself(wanted, world):
    world.drop_next = 1
    with pytest.raises(Unreachable):
        run(wanted, lambda _, desk: desk.open_ticket(sample("bot_open_ticket")))
    assert len(world.opened) == 1


def test_open_ticket_is_the_contracts(wanted, world):
    ticket = run(wanted, lambda _, desk: desk.open_ticket(sample("bot_open_ticket")))
    assert set(ticket) == set(sample("bot_opened_ticket"))
    assert world.opened == [sample("bot_open_ticket")]
    assert world.tokens == ["Bearer secret-token"]


def test_desks_own_errors_keep_their_code(wanted, world):
    world.desk_error = (422, {"error": {"code": "contact_missing", "message": ""}})
    with pytest.raises(Refused) as caught:
        run(wanted, lambda _, desk: desk.open_ticket(sample("bot_open_ticket")))
    assert (caught.value.status, caught.value.code) == (422, "contact_missing")


def test_tickets_of_a_conversation(wanted, world):
    assert run(wanted, lambda _, desk: desk.tickets("b-1")) == sample("bot_tickets")["tickets"]
    world.desk_error = (404, {"error": {"code": "unknown_conversation", "message": ""}})
    assert run(wanted, lambda _, desk: desk.tickets("b-1")) == []
    world.desk_error = (401, {"error": {"code": "unauthorised", "message": ""}})
    with pytest.raises(Refused):
        run(wanted, lambda _, desk: desk.tickets("b-1"))


@pytest.mark.parametrize("body", ["<html>", "[1]", '"text"', '{"decision": "answer"}'])
def test_nonsense_is_unreachable(wanted, world, body):
    world.search_error = (200, body)
    with pytest.raises(Unreachable):
        run(wanted, lambda search, _: search.search("a"))


def test_nobody_listens():
    wanted = settings.load({"BOT_SEARCH_URL": f"http://127.0.0.1:{free_port()}"})
    with pytest.raises(Unreachable, match="ConnectError"):
        run(wanted, lambda search, _: search.search("a"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BOT_SEARCH_URL", "localhost:8001"),
        ("BOT_SEARCH_TIMEOUT", "soon"),
        ("BOT_SEARCH_TIMEOUT", "0"),
        ("BOT_DESK_TIMEOUT", "-1"),
        ("BOT_ACTIONS_PORT", "http"),
        ("BOT_ACTIONS_PORT", "70000"),
    ],
)
def test_a_wrong_setting_is_named(name, value):
    with pytest.raises(settings.BadSetting, match=name):
        settings.load({name: value})


def test_empty_settings_are_the_defaults_and_the_token_is_not_shown():
    wanted = settings.load({"BOT_SEARCH_URL": "", "SERVICE_TOKEN": "secret-token"})
    assert wanted.search_url == "http://127.0.0.1:8001"
    assert "secret-token" not in repr(wanted)


@pytest.mark.parametrize(("text", "minutes"), [("", 60), ("5", 5), ("10080", 10080)])
def test_how_long_a_session_lasts(text, minutes):
    assert settings.session_minutes({"BOT_SESSION_MINUTES": text}) == minutes


@pytest.mark.parametrize("text", ["0", "-5", "20000", "an hour", "nan"])
def test_a_session_of_no_length_is_refused(text):
    with pytest.raises(settings.BadSetting, match="BOT_SESSION_MINUTES"):
        settings.session_minutes({"BOT_SESSION_MINUTES": text})
