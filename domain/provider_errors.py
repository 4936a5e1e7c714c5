"""The three ways in which a provider call can fail; callers branch on the kind alone.

::

    ProviderError
    ├── Refused          permanent: a retry would be refused again
    ├── TryLater         nothing happened at the provider; retry, after ``retry_after_s`` if it is set
    └── OutcomeUnknown   the effect may have happened: same key or a look-up, never a fresh send
"""

from __future__ import annotations


class ProviderError(Exception):
    """A failed call.  ``code`` is the provider's own code, if there is one, so that people can look it up."""

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
        """Return whether the provider is only busy: back-off for failures does not apply."""
        return self.code == RATE_LIMITED


class OutcomeUnknown(ProviderError):
    """The call may have had its effect.  ``stored`` is true when the provider stored a failure under our key.

    The provider will replay a stored failure: the same key can never succeed, and only a look-up finds the outcome.
    """

    def __init__(self, provider: str, code: str, message: str, *, stored: bool = False) -> None:
        super().__init__(provider, code, message)
        self.stored = stored
