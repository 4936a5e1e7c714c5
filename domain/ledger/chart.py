"""The chart of accounts: every name that the ledger knows, and on which side each grows.

Accounts that grow by debits are what we have (money at a provider) or spent (its fees); accounts
that grow by credits are what we owe (held for a booking, payable to a worker) or earned.
"""

from __future__ import annotations

DEBIT_NORMAL = ("clearing", "connected", "provider_fee", "platform_bank", "worker_debt")
CREDIT_NORMAL = ("held", "refund_pending", "worker_payable", "payout_pending", "platform_fee", "tax", "unapplied")
GUARDED = ("held", "worker_payable", "worker_debt")
"""These have a balance row with a CHECK: they can never be overdrawn."""


def clearing(provider: str) -> str:
    """Money that the provider holds for us."""
    return f"clearing:{provider}"


def held(booking_id: str) -> str:
    """Captured for a booking and not yet released."""
    return f"held:{booking_id}"


def unapplied(charge: str) -> str:
    """Captured, but there is nothing that it could pay for: to be refunded.  Of a payment, or of a second charge of one
    by its id at the provider."""
    return f"unapplied:{charge}"


def worker_payable(worker_id: str) -> str:
    return f"worker_payable:{worker_id}"


def worker_debt(worker_id: str) -> str:
    """The worker's debt: we paid money out, and the provider took it back from us later.  Later releases settle it
    first."""
    return f"worker_debt:{worker_id}"


def refund_pending(refund_id: str) -> str:
    """Set apart for one refund, so that it cannot be released meanwhile, until the provider says how it ended."""
    return f"refund_pending:{refund_id}"


def payout_pending(payout_id: str) -> str:
    """Set apart for one payout until the bank has it, or sent it back."""
    return f"payout_pending:{payout_id}"


def connected(worker_id: str) -> str:
    """Money that left our balance at the provider for the worker's own there, and has not reached a bank yet."""
    return f"connected:{worker_id}"


PROVIDER_FEE = "provider_fee"
PLATFORM_FEE = "platform_fee"
TAX = "tax"
PLATFORM_BANK = "platform_bank"
"""Our own account at a bank, beside the providers."""


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
