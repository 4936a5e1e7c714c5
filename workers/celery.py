"""Start one Celery worker process and give it its engine."""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

from celery import signals
from celery.utils.nodenames import gethostname, nodename

from domain.platform.queues import POOLS, Pool
from runtime import logging
from runtime.database import DatabaseProblem
from runtime.gateways import build_gateways
from runtime.heartbeat import Heartbeat
from runtime.parent import die_with_parent
from runtime.settings import SettingsError, load
from tasks import process
from tasks.app import app
from tasks.execution import Engine
from workers.autoscale import PatientAutoscaler
from workers.metrics import forget_this_process
from workers.remote_control import allow_looking_only

log = logging.get("handwork.workers")
EXIT_CANNOT_WORK = 78
STANDARD_OUTPUT = 1


class _Life:
    """The parts that start and stop with a process that runs tasks."""

    def __init__(self, role: str) -> None:
        self._role = role
        self._started_by = os.getpid()  # the parent of a pool's children, however early it dies
        self._heartbeat: Heartbeat | None = None

    def begin_child(self, **_: Any) -> None:
        """Begin in a child of a pool, which dies with its parent: a busy child would not notice a killed parent.

        Another process takes the child's rows over when their leases expire.
        """
        die_with_parent(signal.SIGKILL, parent=self._started_by)
        self.begin()

    def begin(self, **_: Any) -> None:
        """Install the engine and start the heartbeat; on a failure end the process.

        Celery swallows what a signal's receiver raises, and would take messages without an engine.
        """
        try:
            engine = process.install()
        except Exception as error:
            in_words = isinstance(error, DatabaseProblem)
            log.critical("worker cannot start; the process exits", reason=str(error), exc_info=not in_words)
            os._exit(EXIT_CANNOT_WORK)
        self._heartbeat = Heartbeat(
            engine.database,
            engine.clock,
            self._role,
            every_ms=engine.settings.heartbeat_ms,
            health=lambda: _health(engine),
            file=engine.settings.heartbeat,
        )
        self._heartbeat.start()

    def end(self, **_: Any) -> None:
        if self._heartbeat is not None:
            self._heartbeat.stop()
        process.uninstall()
        forget_this_process()


def _health(engine: Engine) -> tuple[bool | None, dict[str, Any]]:
    return None, {"rows": engine.leases.count()}


def run(name: str) -> None:
    """Run the worker until a signal stops it, and exit with its code.

    On SIGTERM the worker finishes its running tasks first; on SIGQUIT they have some seconds.  The code is 0 after
    both, and 1 after an error that Celery logs.
    """
    settings = load()
    logging.configure(f"worker-{name}", level=settings.log_level, style=settings.log_format)
    if not settings.jwt_secret_key:
        raise SettingsError("JWT_SECRET_KEY: must be set: it signs the links in e-mails")
    build_gateways(settings)  # a wrong setting is refused here, in words, before Celery starts
    allow_looking_only()
    pool = POOLS[name]
    _take_output_from_celery()
    log.info("worker starts", queues=pool.queues, pool=pool.kind, concurrency=pool.concurrency)
    life = _Life(f"worker-{name}")
    if pool.kind == "prefork":
        # The parent never opens the database: SQLite must not be carried over a fork.
        signals.worker_process_init.connect(life.begin_child, weak=False)
        signals.worker_process_shutdown.connect(life.end, weak=False)
    else:
        signals.worker_init.connect(life.begin, weak=False)
        signals.worker_shutdown.connect(life.end, weak=False)
    worker = app.Worker(**_options(name, pool, settings.log_level))
    worker.start()
    sys.exit(worker.exitcode)


def _take_output_from_celery() -> None:
    """Keep Celery from adding log handlers, by a receiver of ``setup_logging``, and silence its banner on stdout."""
    signals.setup_logging.connect(_leave_logging_alone, weak=False)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, STANDARD_OUTPUT)
    os.close(nowhere)


def _leave_logging_alone(**_: Any) -> None:
    pass


def _options(name: str, pool: Pool, log_level: str) -> dict[str, Any]:
    """Return the options that ``celery worker`` would take from its command line.

    That command line costs each process 11 MB, for a shell and for the commands of every installed plug-in.
    """
    return {
        "hostname": nodename(name, gethostname()),
        "queues": pool.queues,
        "pool_cls": pool.kind,
        "concurrency": pool.concurrency,
        "autoscale": pool.at_least and (pool.concurrency, pool.at_least),
        "autoscaler_cls": PatientAutoscaler,
        "time_limit": pool.time_limit_s,
        "loglevel": log_level,
        "task_events": True,
        "without_gossip": True,
        "without_mingle": True,
        "quiet": True,
    }
