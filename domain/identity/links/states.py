"""The purposes of one-time links."""

from datetime import timedelta
from enum import StrEnum


class Purpose(StrEnum):
    """The purpose of a link, which its signature covers, so that a link for one purpose cannot serve another."""

    VERIFY_EMAIL = "verify_email"
    """Prove that the account's owner receives e-mail at its address."""
    RESET_PASSWORD = "reset_password"  # noqa: S105 - the name of a purpose
    """Choose a new password."""


LIFETIME: dict[Purpose, timedelta] = {
    Purpose.VERIFY_EMAIL: timedelta(days=3),
    Purpose.RESET_PASSWORD: timedelta(hours=1),
}
