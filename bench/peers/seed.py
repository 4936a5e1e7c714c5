"""Make the peer's database: ``python -m bench.peers.seed URL JOBS BOOKINGS``."""

from __future__ import annotations

import sys

from bench.peers import words
from bench.peers.models import Account, Base, Booking, Job
from bench.seed.bulk import fill, opened
from bench.seed.rows import Size, accounts, bookings, jobs

_OURS_ALONE = ("application_id", "client_fee_minor", "worker_fee_minor")


def seed(url: str, size: Size) -> None:
    with opened(url) as connection:
        Base.metadata.create_all(connection)
        fill(connection, Account.__table__, accounts(size))
        fill(connection, Job.__table__, jobs(size))
        for statement in words.MAKE[connection.dialect.name]:
            connection.exec_driver_sql(statement)
        fill(connection, Booking.__table__, bookings(size), without=_OURS_ALONE)


if __name__ == "__main__":
    seed(sys.argv[1], Size(jobs=int(sys.argv[2]), bookings=int(sys.argv[3])))
