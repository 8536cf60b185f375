"""The person on the other side, as far as the host app vouches for them; pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Caller:
    """`subject` is the keyed hash of the signed-in person's name, None when nobody is."""

    subject: str | None = None

    def may_use(self, owner: str | None) -> bool:
        """Whether a conversation that belongs to the subject `owner` is this caller's.

        Without a token the cookie decides alone. A person's token never opens another person's conversation.
        """
        return owner is None or self.subject is None or self.subject == owner


ANONYMOUS = Caller()
