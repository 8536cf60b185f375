"""Ticket codes such as VS-7K2M-9QXD: random, not countable, in an alphabet without look-alikes (Crockford's base 32)."""

from __future__ import annotations

import re
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_SHAPE = re.compile(rf"^VS-[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}$")
_LOOK_ALIKES = str.maketrans("OIL", "011")


def new_code() -> str:
    """A random code: 8 letters, 40 bits."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"VS-{letters[:4]}-{letters[4:]}"


def normalise(typed: str) -> str | None:
    """A code as people type it (lower case, spaces, without hyphens, O for 0) in the stored form, or None."""
    letters = re.sub(r"[^0-9A-Z]", "", typed.upper())
    letters = letters.removeprefix("VS").translate(_LOOK_ALIKES)
    code = f"VS-{letters[:4]}-{letters[4:]}"
    return code if _SHAPE.match(code) else None
