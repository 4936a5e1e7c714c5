"""The chart of accounts: every name that the ledger knows, and on which side each grows.

Accounts that grow by debits are what we have (money at a provider) or spent (its fees); accounts
that grow by credits are what we owe (held for a booking, payable to a worker) or earned.
"""

from __future__ import annotations

DEBIT_NORMAL = ("clearing", "provider_fee", "platform_bank", "worker_debt", "write_off", "charged_back")
CREDIT_NORMAL = ("held", "worker_payable", "platform_fee", "tax", "unapplied")
GUARDED = ("held", "worker_payable", "worker_debt")
"""These have a balance row with a CHECK: they can never be overdrawn."""


def clearing(provider: str) -> str:
    """Money that the provider holds for us."""
    return f"clearing:{provider}"


def held(booking_id: str) -> str:
    """Captured for a booking and not yet released."""
    return f"held:{booking_id}"


def unapplied(payment_id: str) -> str:
    """Captured, but there is no booking that it could pay for: to be refunded."""
    return f"unapplied:{payment_id}"


def worker_payable(worker_id: str) -> str:
    return f"worker_payable:{worker_id}"


PROVIDER_FEE = "provider_fee"


def kind(account: str) -> str:
    """``held`` for ``held:bkg_…``; ``ValueError`` for a name that is not in the chart."""
    name = account.partition(":")[0]
    if name not in DEBIT_NORMAL and name not in CREDIT_NORMAL:
        raise ValueError(f"no such ledger account: {account}")
    return name


def grows_by_debit(account: str) -> bool:
    return kind(account) in DEBIT_NORMAL


def is_guarded(account: str) -> bool:
    return kind(account) in GUARDED
