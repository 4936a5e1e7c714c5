"""What a use case may say no with.  Only ``web`` turns these into HTTP.

::

    DomainError            code, message
    ├── NotFound           it is not there, or not yours to see
    ├── Unauthenticated    we do not know who you are
    ├── Forbidden          we know, and you may not
    ├── Conflict           not in this state, or somebody was faster
    ├── Invalid            a value is wrong; says which field
    └── TooMany            later; says when
"""

from __future__ import annotations


class DomainError(Exception):
    """A refusal with a stable ``code`` for programs and a sentence for people."""

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


class Invalid(DomainError):
    def __init__(self, code: str, message: str, field: str) -> None:
        super().__init__(code, message)
        self.field = field


class TooMany(DomainError):
    def __init__(self, code: str, message: str, retry_after_s: int) -> None:
        super().__init__(code, message)
        self.retry_after_s = retry_after_s
