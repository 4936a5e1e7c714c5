"""Invariants of refunds and the ledger."""

from __future__ import annotations

from sqlalchemy import ColumnElement, case, func, literal_column, or_, select

from domain.ledger.checks import Check, literals, of_noun, of_transfers
from domain.ledger.codes import Code
from domain.ledger.tables import transfer
from domain.payments.refunds.states import OPEN, RefundStatus
from domain.payments.refunds.tables import refund


def _posted(code: Code) -> ColumnElement[int]:
    amount = func.coalesce(func.sum(transfer.c.amount_minor), 0)
    mine = select(amount).where(transfer.c.cause_id == refund.c.id, transfer.c.code.in_(literals(code)))
    return mine.scalar_subquery()


_is_open = refund.c.status.in_(literals(*OPEN))
_has_gone = refund.c.status == literal_column(f"'{RefundStatus.SUCCEEDED.value}'")
_is_closed = refund.c.status == literal_column(f"'{RefundStatus.CLOSED.value}'")
_is_back = or_(refund.c.status == literal_column(f"'{RefundStatus.FAILED.value}'"), _is_closed)
_not_set_apart = select(refund.c.id).where(_posted(Code.REFUND_RESERVED) != refund.c.amount_minor)
_sent_otherwise = select(refund.c.id).where(
    or_(
        _is_open & (_posted(Code.REFUND) + _posted(Code.REFUND_FAILED) != 0),
        _has_gone & (_posted(Code.REFUND) != refund.c.amount_minor),
        # A refund that failed after it had succeeded has both transfers.
        _posted(Code.REFUND_FAILED) != case((_is_back, refund.c.amount_minor), else_=0),
        _posted(Code.REFUND_CLOSED) != case((_is_closed, refund.c.amount_minor), else_=0),
    )
)
_without_refund = (
    select(transfer.c.id)
    .outerjoin(refund, transfer.c.cause_id == refund.c.id)
    .where(
        transfer.c.code.in_(literals(Code.REFUND_RESERVED, Code.REFUND, Code.REFUND_FAILED, Code.REFUND_CLOSED)),
        refund.c.id.is_(None),
    )
)
CHECKS: tuple[Check, ...] = (
    of_noun(
        "refund {} was requested, but its amount is not set apart in the ledger", _not_set_apart, refund.c.id, "rfd"
    ),
    of_noun("refund {} has a status that the ledger does not show", _sent_otherwise, refund.c.id, "rfd"),
    of_transfers("transfer {} belongs to a refund that is not there", _without_refund),
)
