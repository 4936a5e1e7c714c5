"""The platform's own upkeep, on the prefork pool, where Celery's time limits hold."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

from domain.announcements.deliveries.record import prune as prune_deliveries
from domain.cause import Cause
from domain.database import Connection
from domain.identity.links.use import prune as prune_links
from domain.identity.sessions.prune import prune as prune_sessions
from domain.oversight.ledger_checks.check import Finding, Scope, look, record
from domain.oversight.ledger_checks.check import prune as prune_checks
from domain.platform.idempotency.claim import prune as prune_keys
from domain.platform.inbox.handle import prune as prune_events
from domain.platform.maintenance.work import Backup, CheckInvariants, Optimize, Prune
from domain.platform.outbox.enqueue import enqueue
from domain.platform.outbox.prune import prune_attempts, prune_rows
from domain.platform.processes.beat import prune as prune_processes
from domain.platform.throttles.token_bucket import prune as prune_throttles
from runtime import logging
from runtime.database.upkeep import backup as copy_database
from runtime.database.upkeep import optimize as refresh_statistics
from tasks.declare import Call, database_task, durable_task, work_itself
from tasks.retry import QUICK

log = logging.get("handwork.maintenance")

DONE_KEPT = timedelta(days=1)
KEYS_KEPT = timedelta(days=7)
ATTEMPTS_KEPT = timedelta(days=30)
MONEY_ATTEMPTS_KEPT = timedelta(days=400)
DELIVERIES_KEPT = timedelta(days=90)
EVENTS_KEPT = timedelta(days=400)
CHECKS_KEPT = LINKS_KEPT = SESSIONS_KEPT = timedelta(days=30)
PROCESSES_KEPT = timedelta(hours=1)
MINUTE = timedelta(seconds=60)


def _prune(connection: Connection, cause: Cause, _work: Prune) -> None:
    """Delete expired rows, at most 500 of each kind, and queue another task after a deletion.

    Another task goes on, because a task that ran itself again would run out of attempts.
    """
    gone = prune_rows(connection, finished_before=cause.now - DONE_KEPT)
    gone += prune_keys(connection, before=cause.now - KEYS_KEPT)
    gone += prune_attempts(
        connection, other_before=cause.now - ATTEMPTS_KEPT, money_before=cause.now - MONEY_ATTEMPTS_KEPT
    )
    gone += prune_events(connection, before=cause.now - EVENTS_KEPT)
    gone += prune_links(connection, before=cause.now - LINKS_KEPT)
    gone += prune_sessions(connection, before=cause.now - SESSIONS_KEPT)
    gone += prune_deliveries(connection, before=cause.now - DELIVERIES_KEPT)
    gone += prune_throttles(connection, before=cause.now)
    gone += prune_checks(connection, before=cause.now - CHECKS_KEPT)
    prune_processes(connection, before=cause.now - PROCESSES_KEPT)
    if gone:
        enqueue(connection, cause, Prune())


prune = database_task(Prune, _prune, max_runtime=MINUTE)


def _note_backup(_connection: Connection, _cause: Cause, _work: Backup, path: Path | None) -> None:
    if path is None:
        log.info("backup left to PostgreSQL's own tools")
    else:
        log.info("backup written", path=str(path))


@durable_task(work=Backup, prepare=work_itself, record=_note_backup, max_runtime=10 * MINUTE, retry=QUICK)
async def backup(call: Call, _work: Backup, _order: Backup) -> Path | None:
    """Copy the database to a file named by the time, and return its path; None where PostgreSQL's own tools back up.

    Only a copy that passed its checks gets that name.
    """
    name = f"handwork-{call.now:%Y%m%dT%H%M%SZ}.db"
    return await asyncio.to_thread(copy_database, call.settings.database, call.settings.backups / name)


def _record_check(connection: Connection, cause: Cause, _work: CheckInvariants, found: Finding) -> None:
    for sentence in found.sentences:
        log.error("invariant broken", breach=sentence)
    record(connection, cause, found)


@durable_task(work=CheckInvariants, prepare=work_itself, record=_record_check, max_runtime=10 * MINUTE, retry=QUICK)
async def check_invariants(call: Call, work: CheckInvariants, _order: CheckInvariants) -> Finding:
    """Check the books in one read that blocks no writes: a check of everything takes longer than a write may wait."""
    scope = Scope.EVERYTHING if work.everything else Scope.RECENT
    return await call.read(lambda connection: look(connection, call.now, scope))


def _note_optimized(_connection: Connection, _cause: Cause, _work: Optimize, _: None) -> None:
    log.info("query statistics refreshed")


@durable_task(work=Optimize, prepare=work_itself, record=_note_optimized, max_runtime=MINUTE, retry=QUICK)
async def optimize(call: Call, _work: Optimize, _order: Optimize) -> None:
    await asyncio.to_thread(refresh_statistics, call.settings.database)
