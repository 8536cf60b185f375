"""Verifies the host app's JWT (RS256 or HS256): signature, issuer, audience, expiry. Never trusts a token's own choice of key.

The person's name (`sub`) is kept as a keyed hash only: it may be an insurance number.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Any

import jwt

from feedback_api.settings import SettingsError

if TYPE_CHECKING:
    from pathlib import Path

    from feedback_api.settings import Settings

LONGEST = 8_192  # characters of a token
LONGEST_NAME = 256
LEEWAY = 30  # seconds that clocks may differ
RS256, HS256 = "RS256", "HS256"
SMALLEST_RSA = 2_048  # bits


class BadToken(Exception):
    """The token proves nothing; `args[0]` is a short reason for the log."""


class HostTokens:
    """The keys of the host app. Without any key every token is bad.

    :raises SettingsError: when a key file can't be read or holds no usable key.
    """

    def __init__(self, settings: Settings) -> None:
        self._issuer = settings.host_jwt_issuer
        self._audience = settings.host_jwt_audience
        secret = settings.host_jwt_secret.get_secret_value()
        self._secret = secret.encode() or None
        self._public = _public_keys(settings.host_jwt_public_key) if settings.host_jwt_public_key else {}
        self._pepper = (
            settings.subject_key.get_secret_value() or settings.service_token.get_secret_value()
        ).encode()

    def subject(self, token: str) -> str:
        """The keyed hash (64 hex digits) of the person whom a good token names.

        :raises BadToken: for everything else.
        """
        if len(token) > LONGEST:
            raise BadToken("too long")
        try:
            header = jwt.get_unverified_header(token)
            algorithm = header.get("alg")
            claims: dict[str, Any] = jwt.decode(
                token,
                self._key(algorithm, header.get("kid")),
                algorithms=[str(algorithm)],
                issuer=self._issuer,
                audience=self._audience,
                leeway=LEEWAY,
                options={"require": ["exp", "sub", "iss", "aud"]},
            )
        except jwt.InvalidTokenError as error:
            raise BadToken(type(error).__name__) from error
        name = claims["sub"]
        if not isinstance(name, str) or not 0 < len(name.strip()) <= LONGEST_NAME:
            raise BadToken("no name")
        return self._hashed(name)

    def _key(self, algorithm: object, key_id: object) -> Any:
        # Each algorithm has its own kind of key, so that nobody signs with a public key taken for a secret.
        if algorithm == HS256 and self._secret:
            return self._secret
        if algorithm == RS256 and self._public:
            key = self._public.get(str(key_id)) if key_id is not None else None
            if key is None and len(self._public) == 1 and "" in self._public:
                key = self._public[""]
            if key is None and len(self._public) == 1 and key_id is None:
                key = next(iter(self._public.values()))
            if key is not None:
                return key
        raise BadToken("no key for it")

    def _hashed(self, name: str) -> str:
        text = f"{self._issuer}\0{name.strip()}".encode()
        return hmac.new(self._pepper, text, hashlib.sha256).hexdigest()


def _public_keys(path: Path) -> dict[str, Any]:
    """Key id -> public key of a PEM file (id "") or a JWKS file (several keys while the host app changes them)."""
    place = f"DESK_HOST_JWT_PUBLIC_KEY: {path}"
    try:
        text = path.read_text(encoding="utf-8")
        if text.lstrip().startswith("{"):
            found = {str(key.key_id or ""): key.key for key in jwt.PyJWKSet.from_json(text).keys}
        else:
            found = {"": jwt.get_algorithm_by_name(RS256).prepare_key(text)}
    except (OSError, ValueError, TypeError, json.JSONDecodeError, jwt.PyJWTError) as error:
        raise SettingsError(f"{place}: no public key can be read ({type(error).__name__})") from error
    for key in found.values():
        size = getattr(key, "key_size", 0)
        if hasattr(key, "private_numbers") or not hasattr(key, "public_numbers") or size < SMALLEST_RSA:
            raise SettingsError(f"{place}: a public RSA key of at least {SMALLEST_RSA} bits is expected")
    return found
