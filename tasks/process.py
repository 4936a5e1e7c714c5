"""This process's engine: made after the fork, found by the tasks.

The engine is the only process-wide state: Celery calls our tasks as module-level functions, so they must find the
engine from there.
"""

from __future__ import annotations

import os
import random
import socket
from datetime import timedelta

from runtime.clock import open_clock
from runtime.database import Database, open_database
from runtime.gateways import Gateways, build_gateways
from runtime.ids import new_id, reseed
from runtime.settings import Settings, load
from tasks.execution import Engine
from tasks.leases import Leases
from tasks.loop import LoopThread

_engine: Engine | None = None


def holder_name() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


def build(settings: Settings, database: Database, gateways: Gateways) -> Engine:
    """Return an engine that is not started; ``install`` starts the engine of this process."""
    holder = holder_name()
    clock = open_clock(database)
    leases = Leases(
        database,
        clock,
        holder,
        length=settings.lease,
        renew_every=timedelta(milliseconds=settings.lease_renew_ms),
    )
    return Engine(
        database=database,
        gateways=gateways,
        settings=settings,
        clock=clock,
        new_id=new_id,
        leases=leases,
        loop=LoopThread(),
        holder=holder,
        chance=random.Random(),
    )


def install() -> Engine:
    """Open the database and the gateways, and start this process's engine; call this after the fork, never before."""
    global _engine
    reseed()
    settings = load()
    made = build(settings, open_database(settings.database), build_gateways(settings))
    made.leases.start()
    made.loop.start()
    _engine = made
    return made


def engine() -> Engine:
    if _engine is None:
        raise RuntimeError("this process has no engine: tasks run in `python -m workers`")
    return _engine


def uninstall() -> None:
    """Stop the threads and close the database; work in flight has ended by now."""
    global _engine
    if _engine is not None:
        _engine.leases.stop()
        _engine.loop.run(_engine.gateways.close())
        _engine.loop.stop()
        _engine.database.close()
        _engine = None
