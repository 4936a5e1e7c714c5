"""Texts about accounts."""

from domain.announcements.texts.text import Text
from domain.notifications.kinds import Kind

TEXTS = {
    Kind.ACCOUNT_VERIFY_EMAIL: Text(
        title="Confirm your e-mail address",
        subject="Confirm your e-mail address",
        body="Somebody, probably you, opened an account with this e-mail address. Confirm that it is yours. "
        "The link works once, for three days. If it was not you, do nothing.",
        action="Confirm the address",
    ),
    Kind.ACCOUNT_RESET_PASSWORD: Text(
        title="Choose a new password",
        subject="Choose a new password",
        body="Somebody, probably you, asked for a new password. The link works once, for one hour. "
        "If it was not you, do nothing: your password stays as it is.",
        action="Choose a new password",
    ),
    Kind.ACCOUNT_PASSWORD_CHANGED: Text(
        title="Your password was changed",
        subject="Your password was changed",
        body="Your password was changed, and every other session was ended. If it was not you, ask for a new "
        "password at once.",
        action="See your account",
    ),
    Kind.ACCOUNT_EMAIL_TAKEN: Text(
        title="You have an account already",
        subject="You have an account already",
        body="Somebody, perhaps you, tried to open an account with this e-mail address, which has one. "
        "Nothing was changed. If it was you: log in, or ask for a new password.",
        action="Log in",
    ),
}
