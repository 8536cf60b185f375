"""Routing rules, and the file that the hotline owns."""

from __future__ import annotations

import pytest

from feedback_api.tickets.routing import Route, RoutingError, parse
from feedback_api.tickets.routing_file import load_routing

from .conftest import ROOT


def test_the_shipped_file_is_right():
    routing = load_routing(ROOT / "data" / "routing.yml")
    assert routing.route("vssid-tai-khoan", "chat") == Route("ky-thuat", 2, 8.0)
    assert routing.route("lua-dao", "web").priority == 1
    assert routing.route("huu-tri", "callback").group == "tong-dai"
    assert routing.route(None, "web") == routing.route("không có", "web") == routing.default


def test_all_faults_at_once():
    with pytest.raises(RoutingError) as error:
        parse(
            {
                "groups": {"a": "A"},
                "default": {"group": "b", "priority": 9, "hours": 0},
                "rules": [{"group": "a", "priority": 1, "hours": 1}, {"topics": "x"}, 5],
            }
        )
    message = error.value.args[0]
    for part in (
        "default: group 'b'",
        "default: priority",
        "default: hours",
        "rules[1]: names neither",
        "rules[2]: topics",
        "rules[3]",
    ):
        assert part in message


@pytest.mark.parametrize("document", [None, [], {"groups": {}}, {"groups": {"a": "A"}}])
def test_a_file_that_says_nothing(document):
    with pytest.raises(RoutingError):
        parse(document)


def test_a_file_that_is_no_yaml(tmp_path):
    path = tmp_path / "routing.yml"
    with pytest.raises(RoutingError, match=r"routing\.yml"):
        load_routing(path)
    path.write_text("groups: [", encoding="utf-8")
    with pytest.raises(RoutingError, match=r"routing\.yml"):
        load_routing(path)
