"""E-mail addresses: what can be one, and how it is kept."""

from __future__ import annotations

import re
from unicodedata import category, normalize

from domain.errors import Invalid

MAXIMUM_EMAIL = 254
MAXIMUM_LABEL = 63
# What can be said without sending a mail.  What quotes, separates or comments in a mail's header is no part of an
# address here, though RFC 5322 would let it be quoted.
_ATOM = r"[^@\s<>()\[\]\\,;:\".]+"
_LOCAL = re.compile(rf"(?=.{{1,64}}$){_ATOM}(\.{_ATOM})*")
_UNSEEN_LETTERS = re.compile(
    r"[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
"""Printable, if one believes Unicode; two addresses would look the same."""


def as_kept(email: str) -> str:
    """Lower case, composed: one address, one account, however it was typed."""
    return normalize("NFC", email.lower())


def check_email(email: str) -> str:
    """The address as it is kept; ``Invalid`` when it cannot be one."""
    kept = as_kept(email)  # some letters become two
    local, _, domain = kept.rpartition("@")
    if (
        len(kept) > MAXIMUM_EMAIL
        or not kept.isprintable()
        or _UNSEEN_LETTERS.search(kept)
        or not _LOCAL.fullmatch(local)
        or not _is_domain(domain.split("."))
    ):
        raise Invalid("email_invalid", "This is not an e-mail address.", "email")
    return kept


def _is_domain(labels: list[str]) -> bool:
    """At least two, and the last one is no number and has more than one letter, as all that there are."""
    top = labels[-1]
    return len(labels) > 1 and all(map(_is_label, labels)) and len(top.encode()) > 1 and not top.isdigit()


def _is_label(label: str) -> bool:
    """Letters with their marks, digits, and hyphens within; of any script."""
    return (
        0 < len(label) <= MAXIMUM_LABEL
        and "-" not in (label[0], label[-1])
        and all(c == "-" or category(c)[0] in "LMN" for c in label)
    )
