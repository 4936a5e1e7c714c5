"""Make the peer's file: ``python -m bench.peers.seed PATH JOBS BOOKINGS``."""

from __future__ import annotations

import sys
from pathlib import Path

from bench.peers.models import Account, Base, Booking, Job
from bench.seed.bulk import fill, opened
from bench.seed.rows import Size, accounts, bookings, jobs

_OURS_ALONE = ("application_id", "client_fee_minor", "worker_fee_minor")


def seed(path: Path, size: Size) -> None:
    with opened(path) as connection:
        Base.metadata.create_all(connection)
        fill(connection, Account.__table__, accounts(size))
        fill(connection, Job.__table__, jobs(size))
        fill(connection, Booking.__table__, bookings(size), without=_OURS_ALONE)


if __name__ == "__main__":
    seed(Path(sys.argv[1]), Size(jobs=int(sys.argv[2]), bookings=int(sys.argv[3])))
