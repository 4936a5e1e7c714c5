"""SendGrid's errors: a status, and a list of sentences, each with its field."""

from __future__ import annotations

import msgspec


class Problem(msgspec.Struct, frozen=True):
    message: str
    field: str | None = None
    help: str | None = None


class SendGridError(Exception):
    def __init__(self, status: int, *problems: Problem, retry_after: int | None = None) -> None:
        super().__init__(problems[0].message)
        self.status = status
        self.problems = problems
        self.retry_after = retry_after


def invalid(message: str, field: str | None = None) -> SendGridError:
    return SendGridError(400, Problem(message, field))


def unauthorized() -> SendGridError:
    return SendGridError(401, Problem("The provided authorization grant is invalid, expired, or revoked"))


def unverified() -> SendGridError:
    message = (
        "The from address does not match a verified Sender Identity. Mail cannot be sent until this error is "
        "resolved. Visit https://sendgrid.com/docs/for-developers/sending-email/sender-identity/ to see the Sender "
        "Identity requirements"
    )
    return SendGridError(403, Problem(message, "from"))


def crowded() -> SendGridError:
    return SendGridError(429, Problem("too many requests"), retry_after=1)


def broken() -> SendGridError:
    return SendGridError(500, Problem("Internal Server Error"))
