"""The whole platform on a PostgreSQL server: from sign-up to paid-out workers, with the same commands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.stack.connections import NEEDED
from cli.stack.stack import Stack
from runtime.database.postgres.connect import connect_postgres
from tests.acceptance.newcomer import newcomer, run
from tests.postgres import PostgresServer

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    server = PostgresServer()
    try:
        server.start()
        yield {**newcomer(tmp_path / "home"), "DATABASE_URL": server.create("handwork")}
        Stack(tmp_path / "home").stop()
    finally:
        server.stop()


def connections(url: str) -> int:
    with connect_postgres(url, autocommit=True) as driver:
        row = driver.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ).fetchone()
    return row[0] if row else 0


def test_the_platform_runs_on_postgresql(environment: dict[str, str], tmp_path: Path) -> None:
    run("./handwork up --detach", environment)
    assert not (tmp_path / "home" / "handwork.db").exists()
    assert "All is well." in run("./handwork demo --jobs 6", environment)
    assert 0 < connections(environment["DATABASE_URL"]) <= sum(NEEDED.values())
    assert "payouts.pay" in run("./handwork tasks list --task payouts.pay", environment)
    assert "pg_dump" in run("./handwork db backup 2>&1 || true", environment)
    assert "Ended." in run("./handwork down", environment)
