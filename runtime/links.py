"""Sign one-time links.  The process computes a link's signature when it sends the link, so that no table, task or log
contains it.

The key is that of the access tokens (``JWT_SECRET_KEY``) and is rotated with it.  A link's signature cannot pass as a
token's: the text signed here contains a line end, and a token's signed text is base64 and a dot.

The link's row decides whose link it is, for which purpose, until when, and whether it was used.  The signature proves
only that the platform issued the link.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode

from domain.errors import Invalid

SIGNATURE_LENGTH = 32  # characters of base64url: 192 bits


class Links:
    """Signs with the current secret, and accepts signatures of the previous ones too."""

    def __init__(self, secret: str, previous: tuple[str, ...] = ()) -> None:
        if not secret:
            raise ValueError("links cannot be signed without a secret")
        self._secrets = (secret, *previous)

    def sign(self, purpose: str, link_id: str) -> str:
        """Return the link's token, ``lnk_….signature``.  A signature for one ``purpose`` is invalid for another."""
        return f"{link_id}.{_signature(self._secrets[0], purpose, link_id)}"

    def open(self, purpose: str, token: str) -> str:
        """Return the link's id; ``Invalid`` unless ``sign`` made the token for this purpose."""
        link_id, _, given = token.partition(".")
        for secret in self._secrets:
            if hmac.compare_digest(_signature(secret, purpose, link_id).encode(), given.encode()):
                return link_id
        raise Invalid("link_invalid", "This link is not valid, or was used, or is too old.", "token")


def _signature(secret: str, purpose: str, link_id: str) -> str:
    digest = hmac.new(secret.encode(), f"{purpose}\n{link_id}".encode(), hashlib.sha256).digest()
    return urlsafe_b64encode(digest).decode()[:SIGNATURE_LENGTH]
