"""What a power cut takes from SQLite: nothing that was answered at FULL, and at less a lot, which shows that our cut
of the power is one."""

from __future__ import annotations

import random
import subprocess
from contextlib import closing, suppress
from pathlib import Path

import pysqlite3.dbapi2 as sqlite
import pytest

from domain.oversight.ledger_checks.invariants import breaches
from runtime.database import open_database
from runtime.database.engine import prepare_file
from runtime.migrate import upgrade
from tests.integration.database import notes
from tests.integration.database.processes import start
from tests.volatile_disk.disk import VolatileDisk

COMMITS = 100
WRITES = 20

PLAIN = """
import sys
from pathlib import Path
from runtime.database.engine import connect_sqlite
driver = connect_sqlite(Path(sys.argv[1]))
driver.execute(f"PRAGMA synchronous = {sys.argv[2]}").fetchall()
n = 0
while True:
    n += 1
    driver.execute("INSERT INTO answered VALUES (?)", (n,))
    print(n, flush=True)
"""
"""A commit is answered by its line."""
OURS = """
import sys
from runtime.database import open_database
from tests.integration.database import notes
database = open_database(sys.argv[1])
n = 0
while True:
    n += 1
    database.write(lambda connection: notes.put(connection, f"{n:06}"))
    print(n, flush=True)
"""

MIGRATE = """
import sys
from runtime.migrate import upgrade
upgrade(sys.argv[1])
"""


def cut_in_the_middle_of(disk: VolatileDisk, code: str, *args: str, writes: int, seed: int) -> list[int]:
    """What was answered until the power went; the disk is mounted again."""
    process = start(code, *args)
    assert process.stdout is not None
    try:
        answered = [int(process.stdout.readline()) for _ in range(COMMITS)]
        disk.cut(writes)
    finally:
        process.kill()
    disk.lose(seed)
    rest = process.stdout.read()  # not communicate(), which knows nothing of what readline() has read ahead
    process.communicate(timeout=30)
    disk.mount()
    return [*answered, *(int(line) for line in rest.split("\n")[:-1])]


@pytest.fixture
def plain(volatile_disk: VolatileDisk) -> Path:
    """An empty table, on the disk for good."""
    path = volatile_disk.folder / "plain.db"
    prepare_file(path, create=True)
    with sqlite.connect(str(path)) as driver:
        driver.execute("CREATE TABLE answered (n INTEGER PRIMARY KEY)")
    driver.close()
    subprocess.run(["sync", "--file-system", path], check=True)
    return path


def kept(path: Path) -> list[int]:
    """Nothing, when the file is damaged, as it may be at less than FULL."""
    with closing(sqlite.connect(str(path))) as driver, suppress(sqlite.DatabaseError):
        if driver.execute("PRAGMA integrity_check").fetchone() == ("ok",):
            return [row[0] for row in driver.execute("SELECT n FROM answered ORDER BY n").fetchall()]
    return []


@pytest.mark.parametrize("seed", range(3))
def test_at_full_nothing_that_was_answered_is_lost(volatile_disk: VolatileDisk, plain: Path, seed: int) -> None:
    writes = random.Random(seed).randrange(WRITES)
    answered = cut_in_the_middle_of(volatile_disk, PLAIN, str(plain), "FULL", writes=writes, seed=seed)
    found = kept(plain)
    assert found in (answered, [*answered, len(answered) + 1]), "one may be there of which nobody had heard"


@pytest.mark.parametrize("level", ["NORMAL", "OFF"])
def test_at_less_what_was_answered_is_lost(volatile_disk: VolatileDisk, plain: Path, level: str) -> None:
    answered = cut_in_the_middle_of(volatile_disk, PLAIN, str(plain), level, writes=0, seed=1)
    assert len(kept(plain)) < len(answered)


@pytest.mark.parametrize("seed", range(3))
def test_our_units_of_work_survive(volatile_disk: VolatileDisk, seed: int) -> None:
    url = f"sqlite:///{volatile_disk.folder / 'ours.db'}"
    notes.create(url)
    writes = random.Random(seed).randrange(WRITES)
    answered = cut_in_the_middle_of(volatile_disk, OURS, url, writes=writes, seed=seed)
    database = open_database(url)
    found = database.read(notes.all_ids)
    database.close()
    assert found[: len(answered)] == [f"{n:06}" for n in answered]
    assert len(found) <= len(answered) + 1


@pytest.mark.parametrize("writes", [0, 2, 5, 9])
def test_a_first_start_that_was_cut_begins_again(volatile_disk: VolatileDisk, writes: int) -> None:
    url = f"sqlite:///{volatile_disk.folder / 'handwork.db'}"
    process = start(MIGRATE, url)
    volatile_disk.cut(writes)
    process.kill()
    volatile_disk.lose(seed=writes)
    process.communicate(timeout=30)
    volatile_disk.mount()

    upgrade(url)

    database = open_database(url)
    assert database.read(breaches) == []
    database.close()
