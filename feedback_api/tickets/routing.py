"""Topic and channel -> group, priority, service level; pure. The rules are `data/routing.yml`, owned by the hotline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


class RoutingError(Exception):
    """The routing file is wrong; `args[0]` lists all faults, one a line."""


@dataclass(frozen=True, slots=True)
class Route:
    """Where a ticket goes. `priority` 1 (most urgent) to 4; `hours` until the first answer is due."""

    group: str
    priority: int
    hours: float


@dataclass(frozen=True, slots=True)
class Rule:
    """A route for the topics and channels it names; an empty tuple means any."""

    topics: tuple[str, ...]
    channels: tuple[str, ...]
    route: Route


@dataclass(frozen=True, slots=True)
class Routing:
    """All rules, first match wins, and the group titles people see."""

    groups: dict[str, str]
    rules: tuple[Rule, ...]
    default: Route

    def route(self, topic: str | None, channel: str) -> Route:
        """The route of a ticket; an unknown topic goes to the default group, never nowhere."""
        for rule in self.rules:
            if rule.topics and topic not in rule.topics:
                continue
            if rule.channels and channel not in rule.channels:
                continue
            return rule.route
        return self.default


def parse(document: Any) -> Routing:
    """Rules from the parsed YAML.

    :raises RoutingError: listing every fault.
    """
    faults: list[str] = []
    if not isinstance(document, dict):
        raise RoutingError("routing: a mapping with groups, default and rules is expected")
    groups = document.get("groups") or {}
    if not isinstance(groups, dict) or not groups:
        raise RoutingError("groups: at least one group with its title is needed")
    groups = {str(key): str(title) for key, title in groups.items()}
    default = _route(document.get("default"), "default", groups, faults)
    rules = []
    for number, item in enumerate(document.get("rules") or [], start=1):
        place = f"rules[{number}]"
        route = _route(item, place, groups, faults)
        topics, channels = _names(item, "topics", place, faults), _names(item, "channels", place, faults)
        if not topics and not channels:
            faults.append(f"{place}: names neither topics nor channels, so it would catch everything")
        rules.append(Rule(topics, channels, route))
    if faults:
        raise RoutingError("\n".join(faults))
    return Routing(groups, tuple(rules), default)


def _route(item: Any, place: str, groups: dict[str, str], faults: list[str]) -> Route:
    if not isinstance(item, dict):
        faults.append(f"{place}: group, priority and hours are expected")
        return Route("", 4, 1)
    group, priority, hours = item.get("group"), item.get("priority"), item.get("hours")
    if group not in groups:
        faults.append(f"{place}: group {group!r} is not one of {', '.join(groups)}")
    if not isinstance(priority, int) or not 1 <= priority <= 4:
        faults.append(f"{place}: priority must be 1, 2, 3 or 4")
        priority = 4
    if isinstance(hours, bool) or not isinstance(hours, int | float) or not 0 < hours <= 24 * 60:
        faults.append(f"{place}: hours must be a number above 0")
        hours = 1
    return Route(str(group), priority, float(hours))


def _names(item: Any, key: str, place: str, faults: list[str]) -> tuple[str, ...]:
    names = item.get(key, []) if isinstance(item, dict) else []
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        faults.append(f"{place}: {key} must be a list of names")
        return ()
    return tuple(names)
