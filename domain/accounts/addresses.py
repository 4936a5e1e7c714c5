"""E-mail addresses: what can be one, and how it is kept."""

from __future__ import annotations

import re
from unicodedata import normalize

from domain.errors import Invalid

MAXIMUM_EMAIL = 254
# One @, a dot in the domain: what can be said without sending a mail.  What quotes, separates or comments in a
# mail's header is no part of an address here, though RFC 5322 would let it be quoted.
_EMAIL = re.compile(r"[^@\s<>()\[\]\\,;:\"]{1,64}@[^@\s<>()\[\]\\,;:\".]+(\.[^@\s<>()\[\]\\,;:\".]+)+")


def as_kept(email: str) -> str:
    """Lower case, composed: one address, one account, however it was typed."""
    return normalize("NFC", email.lower())


def check_email(email: str) -> str:
    """The address as it is kept; ``Invalid`` when it cannot be one."""
    kept = as_kept(email)  # some letters become two
    if len(kept) > MAXIMUM_EMAIL or not kept.isprintable() or not _EMAIL.fullmatch(kept):
        raise Invalid("email_invalid", "This is not an e-mail address.", "email")
    return kept
