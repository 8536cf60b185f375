"""The form with which a citizen asks for a person: what was typed, and what is wrong with it, field by field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from feedback_api import texts_vi
from feedback_api.errors import DeskError
from feedback_api.tickets import contacts
from feedback_api.tickets.opening import checked_text

if TYPE_CHECKING:
    from collections.abc import Callable

# Which field a refusal of the service belongs to; anything else is shown above the form.
FIELDS = {
    "empty_text": "text",
    "text_too_long": "text",
    "bad_phone": "phone",
    "bad_email": "email",
    "bad_reach_by": "reach_by",
    "no_consent": "consent",
    "bad_slot": "callback_slot",
}


@dataclass(frozen=True, slots=True)
class NewTicket:
    """What was typed, kept as typed so that a page with errors loses nothing."""

    text: str = ""
    name: str = ""
    reach_by: str = ""
    phone: str = ""
    email: str = ""
    consent: bool = False
    callback_slot: str = ""


def faults(form: NewTicket, draft: tuple[str | None, str | None]) -> dict[str, str]:
    """Field -> sentence, in the order of the form; empty when all is well.

    :param draft: phone and e-mail that the conversation's draft holds (as shown), used where the field is blank.
    """
    found: dict[str, str] = {}

    def check(name: str, call: Callable[[], object]) -> None:
        try:
            call()
        except DeskError as error:
            found[name] = error.message_vi

    check("text", lambda: checked_text(form.text))
    if form.reach_by not in {"phone", "email"}:
        found["reach_by"] = texts_vi.BAD_REACH_BY
    check("phone", lambda: contacts.phone_number(form.phone))
    check("email", lambda: contacts.email_address(form.email))
    if form.reach_by == "phone" and not form.phone.strip() and not draft[0]:
        found["phone"] = texts_vi.PHONE_NEEDED
    if form.reach_by == "email" and not form.email.strip() and not draft[1]:
        found["email"] = texts_vi.EMAIL_NEEDED
    if not form.consent:
        found["consent"] = texts_vi.NO_CONSENT
    return found


def fault_of(error: DeskError) -> dict[str, str]:
    """A refusal of the service, at its field."""
    return {FIELDS.get(error.code, "form"): error.message_vi}
