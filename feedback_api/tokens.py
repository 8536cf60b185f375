"""Random tokens and their hashes at rest. SHA-256 is enough: the tokens are 128 bit or more, so nothing can be guessed."""

from __future__ import annotations

import hashlib
import json
import secrets


def new_token() -> str:
    """128 random bits, URL-safe."""
    return secrets.token_urlsafe(16)


def hash_token(token: str) -> str:
    """What is stored of `token`."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def hash_body(*parts: object) -> str:
    """Fingerprint of a request's content, for idempotency keys."""
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False, default=str).encode()).hexdigest()
