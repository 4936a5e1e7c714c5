"""The errors of use cases.  Only ``web`` turns these into HTTP.

::

    DomainError            code, message
    ├── NotFound           there is no such object, or you may not see it
    ├── Unauthenticated    your identity is unknown
    ├── Forbidden          your identity is known, and you may not do this
    ├── Conflict           the object is in the wrong status, or another caller was faster
    ├── Invalid            values are wrong; names their fields
    └── TooMany            the caller must wait; states how long
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple


class DomainError(Exception):
    """An error with a stable ``code`` for programs and a sentence for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class NotFound(DomainError):
    def __init__(self, noun: str) -> None:
        super().__init__("not_found", f"There is no such {noun}.")


class Unauthenticated(DomainError): ...


class Forbidden(DomainError): ...


class Conflict(DomainError): ...


class Fault(NamedTuple):
    """One value that is wrong.  ``field`` is empty when the fault concerns the whole body."""

    code: str
    message: str
    field: str


class Invalid(DomainError):
    """One or more wrong values.  ``faults`` lists all; with several, ``code`` and ``message`` summarise them."""

    def __init__(self, code: str, message: str, field: str, *, faults: Sequence[Fault] = ()) -> None:
        super().__init__(code, message)
        self.field = field
        self.faults = tuple(faults) or (Fault(code, message, field),)


def check_all(*checks: Callable[[], object]) -> None:
    """Run every check, and raise one ``Invalid`` for all that fail, so that the caller can correct them together."""
    failed: list[Invalid] = []
    for check in checks:
        try:
            check()
        except Invalid as error:
            failed.append(error)
    if len(failed) == 1:
        raise failed[0]
    if failed:
        raise wrong_body([fault for error in failed for fault in error.faults])


def wrong_body(faults: Sequence[Fault]) -> Invalid:
    says = " ".join(fault.message for fault in faults)
    return Invalid("body_invalid", f"The body is wrong. {says}", "", faults=faults)


class TooMany(DomainError):
    def __init__(self, code: str, message: str, retry_after_s: int) -> None:
        super().__init__(code, message)
        self.retry_after_s = retry_after_s
