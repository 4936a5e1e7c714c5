"""Invariants of payouts and the ledger."""

from __future__ import annotations

from sqlalchemy import ColumnElement, case, func, or_, select

from domain.ledger.checks import Check, literals, of_noun, of_transfers
from domain.ledger.codes import Code
from domain.ledger.tables import transfer
from domain.payouts.states import OPEN, PayoutStatus
from domain.payouts.tables import payout

CODES = (Code.PAYOUT_RESERVED, Code.PAYOUT_MOVED, Code.PAYOUT, Code.PAYOUT_FAILED, Code.PAYOUT_RETURNED)


def _posted(*codes: Code) -> ColumnElement[int]:
    amount = func.coalesce(func.sum(transfer.c.amount_minor), 0)
    mine = select(amount).where(transfer.c.cause_id == payout.c.id, transfer.c.code.in_(literals(*codes)))
    return mine.scalar_subquery()


def _in(*statuses: PayoutStatus) -> ColumnElement[bool]:
    return payout.c.status.in_(literals(*statuses))


_set_apart = _posted(Code.PAYOUT_RESERVED) - _posted(Code.PAYOUT, Code.PAYOUT_FAILED)
_with_bank = _posted(Code.PAYOUT) - _posted(Code.PAYOUT_RETURNED)
_paid_otherwise = select(payout.c.id).where(
    or_(
        _set_apart != case((_in(*OPEN), payout.c.amount_minor), else_=0),
        _with_bank != case((_in(PayoutStatus.PAID), payout.c.amount_minor), else_=0),
        _posted(Code.PAYOUT_MOVED) != case((payout.c.transfer_id.is_not(None), payout.c.amount_minor), else_=0),
    )
)
_without_payout = (
    select(transfer.c.id)
    .outerjoin(payout, transfer.c.cause_id == payout.c.id)
    .where(transfer.c.code.in_(literals(*CODES)), payout.c.id.is_(None))
)
CHECKS: tuple[Check, ...] = (
    of_noun("payout {} has a status that the ledger does not show", _paid_otherwise, payout.c.id, "pyt"),
    of_transfers("transfer {} belongs to a payout that is not there", _without_payout),
)
