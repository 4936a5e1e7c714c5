"""Everything that the database holds, as rows with names: what rules and invariants look at."""

from __future__ import annotations

from collections import namedtuple
from functools import cached_property
from typing import Any

from domain.marketplace.applications.states import LIVE
from domain.platform.outbox.states import FINISHED
from runtime.schema import metadata
from tests.contents import Contents

_ROWS = {table.name: namedtuple(table.name, table.c.keys()) for table in metadata.sorted_tables}
_NOUNS = (
    "account",
    "job",
    "application",
    "offer",
    "booking",
    "reschedule",
    "payment",
    "refund",
    "payout",
    "payout_account",
)


class Seen:
    """``seen.booking`` are the bookings, oldest first; ``seen["bkg_…"]`` is one of them."""

    def __init__(self, contents: Contents) -> None:
        self.contents = contents

    def __getattr__(self, table: str) -> list[Any]:
        rows = [_ROWS[table](*row) for row in self.contents[table]]
        setattr(self, table, rows)
        return rows

    def __getitem__(self, row_id: str) -> Any:
        return self._by_id[row_id]

    @cached_property
    def _by_id(self) -> dict[str, Any]:
        return {row.id: row for noun in _NOUNS for row in getattr(self, noun)}

    @cached_property
    def histories(self) -> dict[str, list[Any]]:
        """The changes of each thing, oldest first."""
        found: dict[str, list[Any]] = {}
        for change in self.history:
            found.setdefault(change.subject_id, []).append(change)
        return found

    @cached_property
    def balances(self) -> dict[str, int]:
        """Of every ledger account, summed from the transfers here and not by the code: credits less debits."""
        sums: dict[str, int] = {}
        for t in self.transfer:
            sums[t.credit_account] = sums.get(t.credit_account, 0) + t.amount_minor
            sums[t.debit_account] = sums.get(t.debit_account, 0) - t.amount_minor
        return sums

    @cached_property
    def open_tasks(self) -> list[Any]:
        return [row for row in self.outbox if row.status not in FINISHED]

    def applications_of(self, job_id: str) -> list[Any]:
        return [a for a in self.application if a.job_id == job_id]

    def live_applications_of(self, job_id: str) -> list[Any]:
        return [a for a in self.applications_of(job_id) if a.status in LIVE]

    def standing_offer(self, application_id: str) -> Any:
        found = [o for o in self.offer if o.application_id == application_id and o.status in ("open", "accepted")]
        return found[0] if found else None

    def of_booking(self, noun: str, booking_id: str) -> list[Any]:
        return [row for row in getattr(self, noun) if row.booking_id == booking_id]

    def account_of(self, worker_id: str) -> Any:
        found = [a for a in self.payout_account if a.account_id == worker_id]
        return found[0] if found else None

    def source_of(self, payment_id: str) -> str | None:
        """The ledger account that a payment's capture was posted to."""
        found = [t.credit_account for t in self.transfer if t.cause_id == payment_id and t.code == "capture"]
        return found[0] if found else None
