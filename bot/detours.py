"""Short words whose meaning hangs on what was shown last: "1", "thiếu bước", a ticket code; pure.

The intents can't know it, so each action that ends a turn asks here first whether another one is meant. Never inside the
ticket form, which reads such words itself.
"""

from typing import Optional

from bot import facets, text
from bot.replies import REASONS
from bot.turn import Turn

# Actions that end a turn by themselves; only these may give way to another.
FROM = {
    "action_answer_faq", "action_choose_option", "action_affirm", "action_deny", "action_none_of_these", "action_repeat",
    "action_simpler", "action_cancel", "action_complaint", "action_ticket_status",
}  # fmt: skip
TICKET = "ticket"  # the button beside the reasons


def instead_of(action: str, turn: Turn) -> Optional[str]:
    """The name of the action that is meant instead of `action`; None when `action` itself is."""
    if action not in FROM or turn.in_form or turn.text.startswith("/"):
        return None
    if text.ticket_code(turn.text):
        return "action_ticket_status"
    expecting = turn.memory.expecting
    if expecting == "facet":
        value = value_of(turn)
        return {None: None, facets.NONE: "action_none_of_these"}.get(value, "action_choose_facet")
    if expecting == "code_contact" and text.hidden(turn.text) == "contact":
        return "action_ticket_status"
    return "action_why_not" if expecting == "reason" and reason_of(turn) else _by_number(turn)


def _by_number(turn: Turn) -> Optional[str]:
    """The numbers of buttons that no action reads itself, and "go on" to the offer of a ticket."""
    number, expecting = text.chosen_number(turn.text) or 0, turn.memory.expecting
    if expecting == "retry" and text.is_once_more(turn.text):
        return "action_affirm"
    if expecting == "ticket":
        return "action_affirm" if text.is_go_ahead(turn.text) else None
    if expecting == "resolved":
        return {1: "action_affirm", 2: "action_deny"}.get(number)
    # "None of these" stands last below the candidates.
    below = expecting is None and turn.memory.offered and number == len(turn.memory.offered) + 1
    return "action_none_of_these" if below else None


def reason_of(turn: Turn) -> Optional[str]:
    """A key of `REASONS` or `TICKET`: by button, by the button's number, or in words."""
    by_button = turn.entities.get("reason")
    if by_button:
        return by_button if by_button in REASONS else None
    number = text.chosen_number(turn.text)
    if number is None:
        return text.reason(turn.text)
    shown = [TICKET, *REASONS] if turn.memory.out_of_tries else [*REASONS, TICKET]
    return shown[number - 1] if number >= 1 else shown[-1]


def value_of(turn: Turn) -> Optional[str]:
    """What was answered to a facet's question, by button or in words: a value, `facets.NONE` or `facets.PERSON`."""
    was = turn.memory
    if was.expecting != "facet" or was.facet_key is None:
        return None
    by_button = turn.entities.get("facet")
    if by_button is not None:
        return by_button if by_button in [value for value, *_ in was.facet] else None
    return facets.chosen(turn.text, was.facet_key, was.facet)


def related_of(turn: Turn) -> Optional[str]:
    """The related question whose button's number was typed: they stand below yes and no."""
    number = text.chosen_number(turn.text)
    if number is None or turn.memory.expecting != "resolved" or number < 3:
        return None
    return turn.memory.related[number - 3] if number - 3 < len(turn.memory.related) else None
