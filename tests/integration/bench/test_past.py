"""The past that a benchmark seeds is one that the platform could have had: its books agree."""

from __future__ import annotations

from bench.growth.past import payment_id, seed
from bench.seed.rows import Size
from domain.ledger.totals import totals
from domain.oversight.ledger_checks.invariants import breaches
from domain.payments import read
from runtime.database import open_database


def test_the_books_of_a_seeded_past_agree(sqlite_url: str) -> None:
    seed(sqlite_url, Size(20_000, 50), past=100)
    database = open_database(sqlite_url)
    try:
        assert database.read(breaches) == []
        found = {b.account: b.amount_minor for b in database.read(totals)}
        assert found["platform_fee"] == 100 * 1_250
        assert found["held"] == found["payout_pending"] == found["connected"] == 0
        assert database.read(lambda c: read.by_id(c, payment_id(149))).status == "captured"
    finally:
        database.close()
