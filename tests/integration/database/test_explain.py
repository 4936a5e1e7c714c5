"""SQLite's plan for every statement of the domain: an index for each, but for those with a reason.

A statement that scans is quick on a test's ten rows and stops the event loop on a year's million.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.dml import Delete, Update
from sqlalchemy.sql.selectable import SelectBase

import domain
from domain.history.machine import StateMachine
from domain.schema.reader import Reader
from runtime.database.engine import SQLITE_PLANS, connect_sqlite
from runtime.database.statement import Plan
from tests.plans import plan_of

ALLOWED = {
    "domain.bookings.read._all_named": "never runs: others add their conditions",
    "domain.payments.refunds.overview._all": "never runs: _page adds its conditions",
    "domain.platform.outbox.read._all": "never runs: others add their conditions",
    "domain.bookings.invariants._released_otherwise": "an invariant looks at everything",
    "domain.bookings.invariants._released_too_early": "an invariant looks at everything",
    "domain.platform.inbox.alarms._count": "counts an index that holds alarms alone",
    "domain.platform.inbox.alarms._first_page": "an operator's: the index that holds alarms alone, from its end",
    "domain.platform.inbox.alarms._next_page": "as _first_page: it sorts what came in one microsecond",
    "domain.platform.inbox.alarms._received_of": "as _first_page: one event of the page before",
    "domain.ledger.invariants._off": "an invariant looks at everything",
    "domain.oversight.ledger_checks.read._last": "the newest row: the scan ends at the first",
    "domain.oversight.ledger_checks.read._last_of": "as _last: it ends within a day's rows",
    "domain.platform.outbox.bring_back._late": "at a relay's start, or when a clock went back: all that waits",
    "domain.platform.outbox.bring_back._sent_later": "as _was_sent",
    "domain.platform.outbox.bring_back._was_sent": "after a clock has gone back: a window a queue at most",
    "domain.platform.outbox.control._controls": "one row a queue",
    "domain.platform.outbox.due._count_sent": "a window a queue at most, by an index of the rows that were sent alone",
    "domain.platform.outbox.due._due": "two parts of at most a window each, which it found by the index",
    "domain.platform.outbox.prune._tasks": "the names that it found itself, by a step in the index for each",
    "domain.platform.outbox.read._counts": "counts every open row: the exporter and operators",
    "domain.platform.outbox.read._waiting": "as _counts: operators",
    "domain.payments.overdue._lost": "the unsettled ones, by an index of theirs alone",
    "domain.payments.overdue._overdue": "the unsettled ones, the one asked longest ago first",
    "domain.payouts.accounts.poll._unready": "as payments.overdue._overdue",
    "domain.payouts.poll._open": "as payments.overdue._overdue",
    "domain.payments.refunds.overdue._overdue": "as payments.overdue._overdue",
    "domain.platform.outbox.unserved._at_work": "names the tasks of late: a handful",
    "domain.platform.outbox.unserved._sent": "as _counts: of the rows that were sent alone",
    "domain.platform.processes.restarts._counts": "one row a process",
    "domain.oversight.story.gather._by_cause": "an operator's: an index by cause would cost every request",
    "domain.oversight.story.gather._events_named": "an operator's: it reads the index of provider and id",
    "domain.oversight.ledger_checks.invariants._captured_without_transfer": "an invariant looks at everything",
    "domain.oversight.ledger_checks.invariants._transfer_without_captured": "an invariant looks at everything",
    "domain.oversight.ledger_checks.invariants._funded_not_held": "an invariant looks at everything",
    "domain.payouts.invariants._paid_otherwise": "an invariant looks at everything",
    "domain.payouts.invariants._without_payout": "an invariant looks at everything",
    "domain.payments.refunds.invariants._not_set_apart": "an invariant looks at everything",
    "domain.payments.refunds.invariants._sent_otherwise": "an invariant looks at everything",
    "domain.payments.refunds.invariants._without_refund": "an invariant looks at everything",
    "domain.payments.refunds.overview._waiting": "counts what failed: the exporter, beside its sums of the ledger",
    "domain.marketplace.directory.workers._matching": "counts the terms that an index found, in the pool",
    "domain.identity.service_tokens.read._all": "an operator's list of a handful",
    "domain.platform.processes.beat._since": "one row a process",
}


def statements() -> Iterator[tuple[str, Executable]]:
    """Every module-level statement that looks for rows, and those of readers and state machines."""
    for module in pkgutil.walk_packages(domain.__path__, "domain."):
        for name, value in vars(importlib.import_module(module.name)).items():
            if isinstance(value, SelectBase | Update | Delete):
                yield f"{module.name}.{name}", value
            owner = value if isinstance(value, StateMachine) else getattr(value, "__self__", None)
            if isinstance(owner, Reader):
                yield f"{module.name}.{name}: by id", owner._by_id
            if isinstance(owner, StateMachine):
                yield f"{module.name}.{name}: move", owner._statement()
            if name == "CHECKS":
                yield from ((f"{module.name}: recent: {check.sentence}", check.recent) for check in value)


def is_dear(step: str) -> bool:
    """``json_each`` is the list that was bound, not a table; ``0:=`` is full text search's look-up of one row."""
    is_scan = step.startswith("SCAN") and "json_each" not in step and not step.endswith("VIRTUAL TABLE INDEX 0:=")
    return is_scan or "TEMP B-TREE" in step


def test_every_statement_finds_its_rows_by_an_index(sqlite_url: str) -> None:
    driver = connect_sqlite(Path(sqlite_url.removeprefix("sqlite:///")), read_only=True)
    dear: dict[str, list[str]] = {}
    seen = 0
    for name, statement in statements():
        plan = Plan(statement, SQLITE_PLANS.dialect)
        seen += 1
        if steps := [step for step in plan_of(driver, plan.sql, [None] * len(plan.template)) if is_dear(step)]:
            dear[name] = steps
    driver.close()
    assert seen > 300
    assert {name: steps for name, steps in dear.items() if name not in ALLOWED} == {}
    assert sorted(ALLOWED.keys() - dear.keys()) == [], "allowed, but no longer dear"


def test_a_scan_is_seen() -> None:
    assert is_dear("SCAN outbox")
    assert is_dear("SCAN job_terms VIRTUAL TABLE INDEX 0:")
    assert is_dear("USE TEMP B-TREE FOR ORDER BY")
    assert not is_dear("SCAN job_terms VIRTUAL TABLE INDEX 0:=")
    assert not is_dear("SEARCH outbox USING PRIMARY KEY (id=?)")
    assert not is_dear("SCAN json_each VIRTUAL TABLE INDEX 1:")
