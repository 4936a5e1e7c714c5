"""What the tasks that send something under a key have in common: how long the key helps, and when it did not."""

from __future__ import annotations

from datetime import timedelta

import msgspec

KEY_LIFETIME = timedelta(hours=23)
"""Stripe forgets a key after 24 hours; the same key is a repeat only before that."""


class Absent(msgspec.Struct, frozen=True):
    """A look-up found nothing of what we sent."""

    confirm_after: timedelta
