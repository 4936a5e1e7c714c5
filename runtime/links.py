"""The secret half of a one-time link: made from its id when it is sent, so that no table, no task and no log
holds it.

The secret is that of the access tokens (``JWT_SECRET_KEY``): it lives and is rotated the same way, and what is
signed here cannot pass as a token's first half, which is base64 and a dot, because a line end stands in it.

A link's row (who, what for, until when, used or not) is the truth; what is signed here only proves that
whoever brings the id was sent it.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode

from domain.errors import Invalid

SIGNATURE_LENGTH = 32  # characters of base64url: 192 bits


class Links:
    """Signs with the current secret, accepts the previous ones too."""

    def __init__(self, secret: str, previous: tuple[str, ...] = ()) -> None:
        if not secret:
            raise ValueError("links cannot be signed without a secret")
        self._secrets = (secret, *previous)

    def sign(self, purpose: str, link_id: str) -> str:
        """``lnk_….signature``: what the link carries.  ``purpose`` keeps one kind of link from passing as another."""
        return f"{link_id}.{_signature(self._secrets[0], purpose, link_id)}"

    def open(self, purpose: str, token: str) -> str:
        """The link's id; ``Invalid`` for anything that was not signed here for this purpose."""
        link_id, _, given = token.partition(".")
        for secret in self._secrets:
            if hmac.compare_digest(_signature(secret, purpose, link_id).encode(), given.encode()):
                return link_id
        raise Invalid("link_invalid", "This link is not valid, or was used, or is too old.", "token")


def _signature(secret: str, purpose: str, link_id: str) -> str:
    digest = hmac.new(secret.encode(), f"{purpose}\n{link_id}".encode(), hashlib.sha256).digest()
    return urlsafe_b64encode(digest).decode()[:SIGNATURE_LENGTH]
