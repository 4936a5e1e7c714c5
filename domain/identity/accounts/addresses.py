"""Check e-mail addresses, and convert them to the form in which they are stored."""

from __future__ import annotations

import re
from unicodedata import category, normalize

from domain.errors import Invalid

MAXIMUM_EMAIL = 254
MAXIMUM_LABEL = 63
# The checks that need no e-mail.  Characters that quote, separate or comment in an e-mail's header are refused in an
# address, although RFC 5322 allows them in quotes.
_ATOM = r"[^@\s<>()\[\]\\,;:\".]+"
_LOCAL = re.compile(rf"(?=.{{1,64}}$){_ATOM}(\.{_ATOM})*")
_UNSEEN_LETTERS = re.compile(
    r"[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
"""Characters that Unicode calls printable, but readers cannot see: with them, two addresses would look the same."""


def as_kept(email: str) -> str:
    """Return the address in lower case and composed (NFC), so that all spellings of it lead to one account."""
    return normalize("NFC", email.lower())


def check_email(email: str) -> str:
    """Return the address as it is stored; ``Invalid`` when it is not an e-mail address."""
    kept = as_kept(email)  # before the length is checked: some letters become two
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
    """Return whether the labels make a domain: at least two, and the last has more than one byte and is not a
    number, as in all top-level domains."""
    top = labels[-1]
    return len(labels) > 1 and all(map(_is_label, labels)) and len(top.encode()) > 1 and not top.isdigit()


def _is_label(label: str) -> bool:
    """Return whether a label has only letters and marks of any script, digits, and hyphens inside."""
    return (
        0 < len(label) <= MAXIMUM_LABEL
        and "-" not in (label[0], label[-1])
        and all(c == "-" or category(c)[0] in "LMN" for c in label)
    )
