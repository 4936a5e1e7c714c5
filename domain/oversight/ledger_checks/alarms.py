"""Count captures that differ from their order, and second charges."""

from __future__ import annotations

from sqlalchemy import and_, case, func, select

from domain.database import Connection
from domain.ledger.checks import literals
from domain.ledger.codes import Code
from domain.ledger.tables import transfer
from domain.oversight.ledger_checks.invariants import capture_differs
from domain.payments.capture import WRONG_CODE
from domain.payments.tables import payment

_second, _capture = (transfer.c.code == code for code in literals(Code.SECOND_CHARGE, Code.CAPTURE))
_counts = (
    select(func.count(case((and_(_capture, capture_differs), 1))), func.count(case((_second, 1))))
    .join(payment, payment.c.id == transfer.c.cause_id)
    .where(transfer.c.credit_account > "unapplied:", transfer.c.credit_account < "unapplied:~")
)


def counts(connection: Connection) -> dict[str, int]:
    """Return the counts of ``capture_mismatch`` and ``second_charge``.

    ``capture_mismatch``: captures of another amount or currency than ordered.  ``second_charge``: payments that the
    provider took twice.  Both count everything since the start, so a number only grows.
    """
    row = connection.run(_counts).first()
    wrong, second = row or (0, 0)
    return {WRONG_CODE: int(wrong), Code.SECOND_CHARGE.value: int(second)}
