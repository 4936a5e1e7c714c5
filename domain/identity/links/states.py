"""The purposes of one-time links."""

from datetime import timedelta
from enum import StrEnum


class Purpose(StrEnum):
    """Signed into the link, so that one kind does not pass as another."""

    VERIFY_EMAIL = "verify_email"
    """Prove that the address is yours."""
    RESET_PASSWORD = "reset_password"  # noqa: S105 - the name of a purpose
    """Choose a new password."""


LIFETIME: dict[Purpose, timedelta] = {
    Purpose.VERIFY_EMAIL: timedelta(days=3),
    Purpose.RESET_PASSWORD: timedelta(hours=1),
}
