"""Checks and normalises how a citizen wants to be reached; pure. Nothing is looked up on any network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from feedback_api import texts_vi
from feedback_api.errors import DeskError
from feedback_api.tickets.views import Contact

if TYPE_CHECKING:
    from feedback_api.tickets.views import TicketRequest


def phone_number(typed: str | None) -> str | None:
    """A Vietnamese number in E.164 ("+84912345678"), None for nothing typed.

    :raises DeskError: 422 bad_phone.
    """
    if not typed or not typed.strip():
        return None
    try:
        number = phonenumbers.parse(typed, "VN")
    except phonenumbers.NumberParseException as error:
        raise DeskError(texts_vi.BAD_PHONE, 422, "bad_phone") from error
    if number.country_code != 84 or not phonenumbers.is_valid_number(number):
        raise DeskError(texts_vi.BAD_PHONE, 422, "bad_phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def email_address(typed: str | None) -> str | None:
    """An address in lower case, None for nothing typed.

    :raises DeskError: 422 bad_email.
    """
    if not typed or not typed.strip():
        return None
    try:
        return validate_email(typed.strip(), check_deliverability=False).normalized.lower()
    except EmailNotValidError as error:
        raise DeskError(texts_vi.BAD_EMAIL, 422, "bad_email") from error


def checked(request: TicketRequest, draft: tuple[str | None, str | None]) -> Contact:
    """The contact of a new ticket: what was typed into the form, else what the conversation's draft holds.

    :param draft: phone and e-mail of the vault.
    :raises DeskError: 422 contact_missing, bad_phone, bad_email, bad_reach_by, no_consent.
    """
    if request.reach_by not in {"phone", "email"}:
        raise DeskError(texts_vi.BAD_REACH_BY, 422, "bad_reach_by")
    if not request.consent_version.strip():
        raise DeskError(texts_vi.NO_CONSENT, 422, "no_consent")
    phone = phone_number(request.phone or draft[0])
    email = email_address(request.email or draft[1])
    if (phone if request.reach_by == "phone" else email) is None:
        raise DeskError(texts_vi.CONTACT_MISSING, 422, "contact_missing")
    name = " ".join((request.name or "").split())[:120] or None
    return Contact(name, phone, email)
