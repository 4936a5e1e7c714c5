"""The three ways in which a provider can fail us; callers branch on the kind alone.

::

    ProviderError
    ├── Refused          permanent: asking again would be refused again
    ├── TryLater         nothing happened there; ask again, after ``retry_after_s`` where it said so
    └── OutcomeUnknown   it may have happened: same key or a look-up, never a fresh send
"""

from __future__ import annotations


class ProviderError(Exception):
    """``code`` is the provider's own word where it has one, for people who look it up."""

    def __init__(self, provider: str, code: str, message: str) -> None:
        super().__init__(f"{provider}: {code}: {message}")
        self.provider = provider
        self.code = code
        self.message = message


class Refused(ProviderError): ...


RATE_LIMITED = "rate_limited"
"""Every gateway's code for a provider that asks us to slow down."""


class TryLater(ProviderError):
    def __init__(self, provider: str, code: str, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(provider, code, message)
        self.retry_after_s = retry_after_s

    @property
    def is_rate_limit(self) -> bool:
        """The provider is well and busy: back-off for failures does not apply."""
        return self.code == RATE_LIMITED


class OutcomeUnknown(ProviderError):
    """``stored`` is true when the provider stored a failure under our key and will replay it:
    the same key can never succeed, and only a look-up tells what happened."""

    def __init__(self, provider: str, code: str, message: str, *, stored: bool = False) -> None:
        super().__init__(provider, code, message)
        self.stored = stored
