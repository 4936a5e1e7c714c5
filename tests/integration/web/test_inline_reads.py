"""What the event loop reads by itself must be quick whatever the tables hold: no scan, no sorting."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any, TypeVar

import pytest
from litestar import Litestar
from sqlalchemy.sql.base import Executable

from domain.bookings import read as bookings
from domain.database import Connection, Rows, UnitOfWork
from domain.payments import read as payments
from domain.payments.refunds.request import request_refund
from domain.payouts import read as payouts
from domain.payouts.create import create
from runtime.database.engine import SQLITE_PLANS, connect_sqlite
from runtime.database.open import READERS
from runtime.database.patience import PATIENCE_S
from runtime.database.sqlite import SqliteDatabase
from runtime.settings import load
from tests.integration.web.conftest import SETTINGS, Site, open_site
from tests.people import applied, hired, made, posted
from tests.plans import plan_of
from tests.story import cause_of
from web.app import ROUTES
from web.bodies import ApiRequest

T = TypeVar("T")

OF_WORKERS = ("/me/applications", "/me/invitations", "/earnings", "/payouts", "/payout-account")
NOT_INLINE = {"", "/health", "/health/live", "/health/ready", "/categories", "/me/matching-jobs", "/workers"}
FILL = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000)
INSERT INTO {table} ({names}) SELECT {values} FROM n
"""


def id_of(prefix: str, number: str = "i") -> str:
    """The SQL of an id."""
    return f"printf('{prefix}_%025x', {number})"


OF_FEW = id_of("acc", "i % 50 + 1")
"""An account with many rows of its own."""
USUAL = {
    "account_id": id_of("acc"),
    "amount_minor": "90",
    "application_id": id_of("app"),
    "author_id": id_of("acc"),
    "booking_id": id_of("bkg"),
    "client_id": OF_FEW,
    "currency": "'usd'",
    "epoch": "0",
    "generation": "1",
    "job_id": id_of("job"),
    "note": "''",
    "payment_id": id_of("pay"),
    "price_minor": "90",
    "provider": "'stripe'",
    "review_id": id_of("rev"),
    "text": "'T'",
    "worker_id": id_of("acc"),
    **dict.fromkeys(
        ("created_at", "updated_at", "posted_at", "submitted_at", "settled_at", "published_at", "asked_at"), "i"
    ),
    **dict.fromkeys(("at", "starts_at", "expires_at", "place"), "i"),
}


def cells(usual: str, **others: str) -> dict[str, str]:
    """The SQL of each column: that of ``USUAL`` for the names in ``usual``, and the rest as given."""
    return {**{name: USUAL[name] for name in usual.split()}, **others}


MANY = {
    "account": cells(
        "epoch created_at",
        id=id_of("acc"),
        email="'p' || i || '@example.com'",
        password_hash="'-'",
        role="'client'",
        name="'P'",
        status="'active'",
    ),
    "session": cells(
        "account_id epoch created_at expires_at",
        id=id_of("ses"),
        account_id=OF_FEW,
        platform_epoch="0",
        status="'active'",
    ),
    "profile": cells("account_id updated_at", skills="'[]'"),
    "job": cells(
        "client_id currency created_at posted_at place",
        id=id_of("job"),
        title="'T'",
        description="'D'",
        category="'cleaning'",
        city="'Bonn'",
        budget_minor="100",
        status="CASE WHEN i % 3 THEN 'open' ELSE 'closed' END",
    ),
    "application": cells(
        "worker_id price_minor created_at",
        id=id_of("app"),
        job_id=id_of("job", "i % 40 + 1"),
        message="'M'",
        status="'submitted'",
    ),
    "booking": cells(
        "job_id application_id client_id worker_id price_minor currency created_at starts_at expires_at",
        id=id_of("bkg"),
        status="'funded'",
        client_fee_minor="0",
        worker_fee_minor="9",
        total_minor="90",
    ),
    "booking_note": cells("booking_id", change_id=id_of("his"), reason="'completed'", body="'Done.'"),
    "history": cells(
        "at", subject_id=id_of("bkg"), id=id_of("his"), to_status="'funded'", actor="'stripe'", correlation_id="'c'"
    ),
    "invitation": cells("worker_id created_at", id=id_of("inv"), job_id=id_of("job", "i % 40 + 1")),
    "offer": cells("application_id author_id price_minor note created_at", id=id_of("ofr"), status="'open'"),
    "reschedule": cells("booking_id author_id starts_at note created_at", id=id_of("rsc"), status="'open'"),
    "payment": cells(
        "booking_id client_id provider amount_minor currency generation submitted_at created_at settled_at",
        id=id_of("pay"),
        status="'captured'",
    ),
    "message": cells("text created_at", id=id_of("msg"), application_id=id_of("app", "i % 40 + 1"), author_id=OF_FEW),
    "message_side": cells(
        "application_id", account_id=OF_FEW, other_id=id_of("acc"), last_message_id=id_of("msg"), unread="i % 3"
    ),
    "review": cells(
        "booking_id author_id text created_at published_at",
        id=id_of("rev"),
        about_id=OF_FEW,
        rating="5",
        status="CASE WHEN i % 3 THEN 'published' ELSE 'pending' END",
    ),
    "rating": cells("account_id", stars="5", reviews="1"),
    "review_report": cells(
        "review_id created_at",
        id=id_of("rep"),
        reporter_id=OF_FEW,
        reason="'R'",
        status="CASE WHEN i % 3 THEN 'open' ELSE 'upheld' END",
    ),
    "refund": cells(
        "payment_id booking_id client_id provider amount_minor currency generation created_at settled_at",
        id=id_of("rfd"),
        source="'held'",
        reason="'r'",
        status="'succeeded'",
        unique_key="'k' || i",
    ),
    "payout": cells(
        "booking_id worker_id provider amount_minor currency generation created_at", id=id_of("pyt"), status="'paid'"
    ),
    "payout_account": cells(
        "account_id provider generation created_at asked_at", id=id_of("pac"), country="'US'", status="'ready'"
    ),
    "balance": cells("currency", account="'worker_payable:acc_' || i", amount_minor="1"),
    "notification": cells(
        "created_at", id=id_of("ntf"), account_id=OF_FEW, kind="'k'", subject_id="'s' || i", correlation_id="'c'"
    ),
}


class Recorder:
    """Notes each statement that a unit of work runs."""

    def __init__(self, connection: Connection, seen: dict[int, tuple[Executable, dict[str, Any]]]) -> None:
        self._connection = connection
        self._seen = seen

    @property
    def dialect(self) -> str:
        return self._connection.dialect

    def run(self, statement: Executable, /, **params: object) -> Rows:
        self._seen[id(statement)] = (statement, params)
        return self._connection.run(statement, **params)

    def run_many(self, statement: Executable, /, params: Any) -> int:
        raise AssertionError("a read changes nothing")


class Recording(SqliteDatabase):
    """Counts inline reads, and keeps their statements."""

    def __init__(self, url: str) -> None:
        super().__init__(url, readers=READERS, patience_s=PATIENCE_S)
        self.seen: dict[int, tuple[Executable, dict[str, Any]]] = {}
        self.inline = 0

    def read_inline(self, unit: UnitOfWork[T]) -> T:
        self.inline += 1
        return super().read_inline(lambda c: unit(Recorder(c, self.seen)))


@pytest.fixture
async def recording(sqlite_url: str, anyio_backend: str) -> AsyncIterator[Site]:
    async with open_site(load({**SETTINGS, "DATABASE_URL": sqlite_url}), database=Recording(sqlite_url)) as site:
        yield site


def templates() -> set[str]:
    """The paths of every GET that reads."""
    app = Litestar([*ROUTES], request_class=ApiRequest, openapi_config=None)
    found = {
        route.path_format.rstrip("/")
        for route in app.routes
        if any("GET" in handler.http_methods for handler in getattr(route, "route_handlers", []))
    }
    return found - NOT_INLINE


async def test_no_inline_read_scans_or_sorts(recording: Site) -> None:
    database = recording.database
    assert isinstance(database, Recording)
    connection = connect_sqlite(database.path)
    for table, columns in MANY.items():
        names, values = ", ".join(columns), ", ".join(columns.values())
        connection.execute(FILL.format(table=table, names=names, values=values))
    await read_everything(recording, database)
    assert len(database.seen) == 49, [SQLITE_PLANS.by_id[key].sql for key in database.seen]
    for statistics in (False, True):
        if statistics:
            connection.execute("ANALYZE")
        for key, (_, params) in database.seen.items():
            plan = SQLITE_PLANS.by_id[key]
            steps = plan_of(connection, plan.sql, plan.values(params))
            bad = [step for step in steps if is_slow(step)]
            assert steps, plan.sql
            assert not bad, (statistics, plan.sql, steps)
    connection.close()


def is_slow(step: str) -> bool:
    """``json_each`` is the list that was given, as short as we made it."""
    return ("SCAN" in step and "json_each" not in step) or "TEMP B-TREE" in step


def money_out(site: Site, payment_id: str) -> tuple[str, str]:
    """(a refund of alice's, a payout of bob's)."""
    cause = cause_of(site.clock, "system")

    def unit(connection: Connection) -> tuple[str, str]:
        paid = payments.by_id(connection, payment_id)
        refund = request_refund(connection, cause, paid, amount_minor=1, reason="x", unique_key="k")
        create(connection, cause, bookings.by_id(connection, paid.booking_id), 1)
        payout = payouts.of_booking(connection, paid.booking_id)
        assert payout is not None
        return refund.id, payout.id

    return site.database.write(unit)


async def read_everything(site: Site, database: Recording) -> None:
    """Ask every GET that reads; each must have read inline."""
    alice, bob = await site.people.alice(), await site.people.bob()
    booking, admin = await hired(alice, bob), await site.admin()
    payment = made(await alice.pay(booking["id"]), 202)
    offer = await applied(bob, (await posted(alice))["id"])
    site.capture(payment)
    refund_id, payout_id = money_out(site, payment["id"])
    made(await bob.post("/payout-account", {"country": "US"}), 202)
    ids = {f"{noun}_id": thing["id"] for noun, thing in (("booking", booking), ("payment", payment))}
    ids |= {"refund_id": refund_id, "payout_id": payout_id, "job_id": booking["job_id"], "application_id": offer["id"]}
    for template in templates():
        before = database.inline
        asking = admin if template.startswith("/admin") else bob if template.startswith(OF_WORKERS) else alice
        account = alice if template.startswith("/clients") else bob
        made(await asking.get(template.format(**ids, account_id=account.id)), 200)
        assert database.inline > before, template
    made(await bob.get("/bookings"), 200)  # a statement of its own
    account = asyncio.create_task(bob.get("/payout-account", headers={"Prefer": "wait=1"}))
    assert (await account).status_code == 200
    waiting = asyncio.create_task(alice.get(f"/payments/{payment['id']}", headers={"Prefer": "wait=1"}))
    assert (await waiting).status_code == 200
