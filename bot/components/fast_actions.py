"""Makes Rasa check an action's answer with a schema that was compiled once.

Stock Rasa 3.6.21 hands the schema to `jsonschema.validate` on every answer, which first checks the schema itself against
its meta-schema: four fifths of a message's time. Here the same schema is checked and compiled once; what is accepted
and what is refused, with which error, stays the same. Installed by the import of `bot.components`, which every model of
ours needs. Only the very code it was written for is replaced: with any other Rasa it says so and leaves Rasa alone.
"""

import hashlib
import inspect
import logging
import os
from typing import Any, Callable, Dict

from jsonschema import ValidationError
from jsonschema.exceptions import best_match
from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction
from rasa.shared.constants import DOCS_BASE_URL

logger = logging.getLogger(__name__)
SETTING = "BOT_FAST_ACTIONS"  # 0 leaves stock Rasa, e.g. to compare
WRITTEN_FOR = "f8cdb4be6812396167ced74161b2ccd65c5ea676ad86d7d359d8c322d9d8dc42"  # rasa 3.6.21


def fingerprint(function: Callable[..., Any]) -> str:
    """sha256 of a function's source."""
    return hashlib.sha256(inspect.getsource(function).encode()).hexdigest()


def compiled(schema: Dict[str, Any]) -> Callable[[Any, Any], bool]:
    """A method that validates its argument as `jsonschema.validate(argument, schema)` does, and returns True.

    :raises SchemaError: at once, when the schema itself is wrong.
    """
    kind = validator_for(schema)
    kind.check_schema(schema)
    validator = kind(schema)

    def validate(_self: Any, result: Any) -> bool:
        error = best_match(validator.iter_errors(result))
        if error is None:
            return True
        error.message += (
            ". Failed to validate Action server response from API, make sure your response from the Action endpoint "
            f"is valid. For more information about the format visit {DOCS_BASE_URL}/custom-actions"
        )
        raise error

    return validate


def install() -> bool:
    """Replaces the check; returns whether it did. Safe to call twice."""
    stock = RemoteAction._validate_action_result  # noqa: SLF001 - the one method that is slow
    if getattr(stock, "compiled_once", False):
        return True
    if os.environ.get(SETTING) == "0":
        return False
    if fingerprint(stock) != WRITTEN_FOR:
        logger.warning("this Rasa checks action results in another way than 3.6.21; it is left as it is")
        return False
    ours = compiled(RemoteAction.action_response_format_spec())
    setattr(ours, "compiled_once", True)  # noqa: B010 - a function has no such attribute for mypy
    setattr(RemoteAction, "_validate_action_result", ours)  # noqa: B010 - mypy forbids assigning to a method
    return True


__all__ = ["ValidationError", "compiled", "fingerprint", "install"]
