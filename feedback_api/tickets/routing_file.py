"""Reads `data/routing.yml`; the rules themselves live in `routing`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from feedback_api.tickets.routing import Routing, RoutingError, parse

if TYPE_CHECKING:
    from pathlib import Path


def load_routing(path: Path) -> Routing:
    """The rules of the file.

    :raises RoutingError: when the file is missing, no YAML, or wrong; all faults at once.
    """
    try:
        document = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except (OSError, YAMLError, UnicodeDecodeError) as error:
        raise RoutingError(f"{path}: {error}") from error
    try:
        return parse(document)
    except RoutingError as error:
        raise RoutingError(f"{path}:\n{error.args[0]}") from error
