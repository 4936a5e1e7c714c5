"""The chart of accounts: every name in the ledger, and the side on which each account grows.

Accounts that grow by debits are what we have (money at a provider) or spent (its fees).  Accounts that grow by credits
are what we owe (held for a booking, payable to a worker) or earned.
"""

from __future__ import annotations

DEBIT_NORMAL = ("clearing", "connected", "provider_fee", "platform_bank", "worker_debt")
CREDIT_NORMAL = ("held", "refund_pending", "worker_payable", "payout_pending", "platform_fee", "tax", "unapplied")
GUARDED = ("held", "worker_payable", "worker_debt")
"""The accounts that have a balance row with a CHECK: they can never be overdrawn."""


def clearing(provider: str) -> str:
    """Return the account of the money that the provider holds for us."""
    return f"clearing:{provider}"


def held(booking_id: str) -> str:
    """Return the account of the money that is captured for a booking and not yet released."""
    return f"held:{booking_id}"


def unapplied(charge: str) -> str:
    """Return the account of captured money that no booking takes: it will be refunded.

    ``charge`` is a payment's id, or the provider's id of a second charge.
    """
    return f"unapplied:{charge}"


def worker_payable(worker_id: str) -> str:
    return f"worker_payable:{worker_id}"


def worker_debt(worker_id: str) -> str:
    """Return the account of the worker's debt: the provider took back money that we had paid out.

    Later releases settle the debt first.
    """
    return f"worker_debt:{worker_id}"


def refund_pending(refund_id: str) -> str:
    """Return the account that reserves money for one refund until its outcome, so that nothing else releases it."""
    return f"refund_pending:{refund_id}"


def payout_pending(payout_id: str) -> str:
    """Return the account that reserves money for one payout until the bank has it, or has returned it."""
    return f"payout_pending:{payout_id}"


def connected(worker_id: str) -> str:
    """Return the account of money in the worker's balance at the provider that has not reached a bank yet."""
    return f"connected:{worker_id}"


PROVIDER_FEE = "provider_fee"
PLATFORM_FEE = "platform_fee"
TAX = "tax"
PLATFORM_BANK = "platform_bank"
"""Our own account at a bank, beside the providers."""


def kind(account: str) -> str:
    """Return ``held`` for ``held:bkg_…``; ``ValueError`` for a name that is not in the chart."""
    name = account.partition(":")[0]
    if name not in DEBIT_NORMAL and name not in CREDIT_NORMAL:
        raise ValueError(f"no such ledger account: {account}")
    return name


def grows_by_debit(account: str) -> bool:
    return kind(account) in DEBIT_NORMAL


def is_guarded(account: str) -> bool:
    return kind(account) in GUARDED
