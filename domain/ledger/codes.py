"""Why money moves: the code of each transfer, with the kinds of account that it debits and credits."""

from __future__ import annotations

from enum import StrEnum


class Code(StrEnum):
    """``debits`` and ``credits``: kinds of account, of which a transfer has one each.  ``why``: a sentence."""

    debits: frozenset[str]
    credits: frozenset[str]
    why: str

    def __new__(cls, code: str, debits: str, credits: str, why: str) -> Code:
        member = str.__new__(cls, code)
        member._value_ = code
        member.debits, member.credits, member.why = frozenset(debits.split()), frozenset(credits.split()), why
        return member

    CAPTURE = (
        "capture",
        "clearing",
        "held unapplied",
        "The provider took a client's money: held for its booking, or unapplied when it funds none.",
    )
    PROVIDER_FEE = (
        "provider_fee",
        "provider_fee",
        "clearing",
        "The provider kept its fee for a charge.",
    )
    SECOND_CHARGE = (
        "second_charge",
        "clearing",
        "unapplied",
        "The provider took the money of one payment twice; the second charge goes back.",
    )
    SECOND_CHARGE_FEE = (
        "second_charge_fee",
        "provider_fee",
        "clearing",
        "The provider's fee for a second charge.",
    )
    RELEASE_WORKER = (
        "release_worker",
        "held",
        "worker_payable",
        "A booking was approved: the worker's share.",
    )
    RELEASE_FEE = (
        "release_fee",
        "held",
        "platform_fee",
        "A booking was approved: the platform's fees.",
    )
    RELEASE_TAX = (
        "release_tax",
        "held",
        "tax",
        "A booking was approved: the tax on the client's fee.",
    )
    RELEASE_DEBT = (
        "release_debt",
        "worker_payable",
        "worker_debt",
        "What the worker owes is kept from the share.",
    )
    RECOVERED = (
        "recovered",
        "worker_debt",
        "clearing",
        "The provider took back what the worker had got: a debt.",
    )
    REFUND_RESERVED = (
        "refund_reserved",
        "held unapplied",
        "refund_pending",
        "A refund was asked for: its money can neither be released nor refunded again.",
    )
    REFUND = (
        "refund",
        "refund_pending",
        "clearing",
        "The provider sent a refund on its way.",
    )
    REFUND_FAILED = (
        "refund_failed",
        "refund_pending clearing",
        "held unapplied",
        "The client did not get a refund: its money is where it was, from wherever it had come to.",
    )
    REFUND_CLOSED = (
        "refund_closed",
        "held unapplied",
        "clearing platform_bank",
        "An operator paid a failed refund in another way: by the provider's dashboard, or from our bank.",
    )
    PAYOUT_RESERVED = (
        "payout_reserved",
        "worker_payable",
        "payout_pending",
        "A payout is on its way: its money cannot go twice.",
    )
    PAYOUT_MOVED = (
        "payout_moved",
        "connected",
        "clearing",
        "The money is in the worker's own balance at the provider.",
    )
    PAYOUT = (
        "payout",
        "payout_pending",
        "connected",
        "The worker's bank has the money.",
    )
    PAYOUT_FAILED = (
        "payout_failed",
        "payout_pending",
        "worker_payable",
        "The payout was not taken: it is payable again.",
    )
    PAYOUT_RETURNED = (
        "payout_returned",
        "connected",
        "worker_payable",
        "The bank sent the money back: it is payable again.",
    )
