"""Checkpoints keep the log short; a backup is a copy that was proved good."""

from __future__ import annotations

import errno
import fcntl
import os
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pysqlite3.dbapi2 as sqlite
import pytest

from domain.database import Connection
from runtime.database import BackupRefused, Database, open_checkpointer, open_database
from runtime.database.checkpoint import NOTHING, SqliteCheckpointer
from runtime.database.engine import connect_sqlite
from runtime.database.upkeep import backup, optimize, verify
from tests.integration.database import notes
from tests.small_disk import SmallDisk

KILOBYTE = 1_000


@pytest.fixture
def path(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


@pytest.fixture
def checkpointer(path: Path) -> Iterator[SqliteCheckpointer]:
    made = SqliteCheckpointer(path, grown_bytes=100 * KILOBYTE, restart_pages=1)
    yield made
    made.close()


def fill(database: Database, name: str, rows: int = 100, text: str = "x" * 150) -> None:
    def unit(connection: Connection) -> None:
        for i in range(rows):
            notes.put(connection, f"{name}-{i:04}", text)

    database.write(unit)


def copied(url: str, into: Path) -> Path:
    made = backup(url, into)
    assert made is not None
    return made


def log_size(path: Path) -> int:
    return path.with_name(path.name + "-wal").stat().st_size


def log_salt(path: Path) -> bytes:
    """Changes whenever the log is begun anew (bytes 16 to 24 of its header)."""
    with path.with_name(path.name + "-wal").open("rb") as log:
        return log.read(24)[16:]


def test_the_log_grows_without_checkpoints_and_not_with_them(
    opened: Database, path: Path, checkpointer: SqliteCheckpointer
) -> None:
    for i in range(20):
        fill(opened, f"a{i:02}")
    grown = log_size(path)
    assert checkpointer.step().restarted
    for i in range(100):
        fill(opened, f"b{i:02}")
        assert checkpointer.step().restarted
    assert log_size(path) == grown


def test_a_short_log_is_moved_without_the_write_lock_and_begun_anew_by_who_writes_next(
    opened: Database, path: Path
) -> None:
    checkpointer = SqliteCheckpointer(path)
    fill(opened, "a", 1)
    first = log_salt(path)
    done = checkpointer.step()
    assert done.moved == done.frames > 0
    assert (done.restarted, done.held_s) == (False, 0.0)
    assert log_salt(path) == first
    fill(opened, "b", 1)
    assert log_salt(path) != first
    checkpointer.close()


def test_a_checkpoint_moves_everything_and_then_has_nothing_to_do(
    opened: Database, checkpointer: SqliteCheckpointer
) -> None:
    fill(opened, "a")
    done = checkpointer.step()
    assert done.moved == done.frames > 0
    fill(opened, "b", 1)
    checkpointer.step()
    assert checkpointer.step() == NOTHING


def test_a_grown_log_is_cut_when_it_is_quiet(opened: Database, path: Path, checkpointer: SqliteCheckpointer) -> None:
    for i in range(20):
        fill(opened, f"a{i:02}")
    assert log_size(path) > 100 * KILOBYTE
    assert not checkpointer.step().truncated
    assert checkpointer.step().truncated
    assert log_size(path) == 0
    assert checkpointer.step() == NOTHING
    assert len(opened.read(notes.all_ids)) == 2_000


def test_a_reader_of_the_past_delays_it_and_nobody_waits(opened: Database, checkpointer: SqliteCheckpointer) -> None:
    reading, enough = threading.Event(), threading.Event()

    def old_view(connection: Connection) -> int:
        first = len(notes.all_ids(connection))
        reading.set()
        enough.wait(10)
        return len(notes.all_ids(connection)) - first

    fill(opened, "a")
    reader = threading.Thread(target=lambda: results.append(opened.read(old_view)))
    results: list[int] = []
    reader.start()
    assert reading.wait(10)
    fill(opened, "b")
    start = time.perf_counter()
    assert not checkpointer.step().restarted
    assert time.perf_counter() - start < 8, "it does not wait for the reader"
    fill(opened, "c")
    enough.set()
    reader.join()
    assert results == [0]
    assert checkpointer.step().restarted


def test_it_works_beside_writers_on_its_own_thread(opened: Database, url: str, path: Path) -> None:
    checkpointer = open_checkpointer(url)
    checkpointer.start(every=timedelta(milliseconds=10))
    first, written, deadline = log_salt(path), 0, time.monotonic() + 60
    while log_salt(path) == first and time.monotonic() < deadline:
        fill(opened, f"a{written:05}", 20)
        written += 1
    checkpointer.close()
    assert log_salt(path) != first  # the log was begun anew while somebody wrote
    assert len(opened.read(notes.all_ids)) == written * 20


def test_postgresql_looks_after_its_log(postgres_url: str) -> None:
    assert open_checkpointer(postgres_url).step() == NOTHING


def test_optimize_writes_statistics(opened: Database, url: str, path: Path) -> None:
    fill(opened, "a", 500)
    optimize(url)
    driver = connect_sqlite(path, read_only=True)
    assert driver.execute("SELECT count(*) FROM sqlite_stat1 WHERE tbl = 'note'").fetchone()[0] == 1
    driver.close()


def test_a_backup_holds_what_was_committed_and_nothing_lies_about(opened: Database, url: str, tmp_path: Path) -> None:
    fill(opened, "a", 300)
    folder = tmp_path / "backups"
    made = backup(url, folder / "copy.db")
    assert made == folder / "copy.db"
    assert sorted(p.name for p in folder.iterdir()) == [".backup.lock", "copy.db"]
    copy = open_database(f"sqlite:///{made}")
    assert copy.read(notes.all_ids) == opened.read(notes.all_ids)
    copy.close()


def test_a_backup_beside_a_writer_stalls_nobody(opened: Database, url: str, tmp_path: Path) -> None:
    fill(opened, "a", 5_000)
    stop = threading.Event()
    slowest: list[float] = [0.0]

    def write() -> None:
        i = 0
        while not stop.is_set():
            start = time.perf_counter()
            opened.write(lambda c, i=i: notes.put(c, f"beside-{i:06}"))
            slowest[0] = max(slowest[0], time.perf_counter() - start)
            i += 1

    writer = threading.Thread(target=write)
    writer.start()
    made = copied(url, tmp_path / "copy.db")
    stop.set()
    writer.join()
    verify(made)
    assert slowest[0] < 1


def test_a_copy_waits_for_the_disk_every_few_megabytes(opened: Database, url: str, tmp_path: Path) -> None:
    fill(opened, "a", 5_000, "x" * 4_000)
    sizes = [0]
    made = backup(url, tmp_path / "copy.db", flush=lambda descriptor: sizes.append(os.fstat(descriptor).st_size))
    assert made is not None
    sizes.append(made.stat().st_size)
    assert sizes[-1] > 16 << 20
    assert max(after - before for before, after in pairwise(sizes)) < 8 << 20


def test_a_copy_that_cannot_be_written_to_disk_is_refused(opened: Database, url: str, tmp_path: Path) -> None:
    fill(opened, "a", 2_000, "x" * 4_000)

    def flush(_descriptor: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with pytest.raises(BackupRefused, match="Input/output error"):
        backup(url, tmp_path / "backups" / "copy.db", flush)
    assert [p.name for p in (tmp_path / "backups").iterdir()] == [".backup.lock"]


def test_a_partial_copy_of_a_killed_backup_is_replaced(opened: Database, url: str, tmp_path: Path) -> None:
    (tmp_path / ".backup.partial").write_bytes(b"half a database")
    made = copied(url, tmp_path / "copy.db")
    verify(made)
    assert not (tmp_path / ".backup.partial").exists()


def test_where_a_copy_would_fill_the_disk_none_is_begun(url: str, small_disk: SmallDisk) -> None:
    folder = small_disk.folder / "backups"
    with pytest.raises(BackupRefused, match=r"16,777,216 must stay free .*: free [0-9,]+ more"):
        backup(url, folder / "copy.db")
    assert [p.name for p in folder.iterdir()] == [".backup.lock"]


def test_two_backups_at_once_are_refused(opened: Database, url: str, tmp_path: Path) -> None:
    with (tmp_path / ".backup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(BackupRefused, match="another backup"):
            backup(url, tmp_path / "copy.db")
    assert backup(url, tmp_path / "copy.db") is not None


def damage(file: Path) -> None:
    """Overwrite a page in the middle, as a bad disk would."""
    content = bytearray(file.read_bytes())
    middle = len(content) // 2 // 4096 * 4096
    content[middle : middle + 4096] = b"\xa5" * 4096
    file.write_bytes(content)


def test_a_damaged_copy_is_refused(opened: Database, url: str, tmp_path: Path) -> None:
    fill(opened, "a", 3_000)
    made = copied(url, tmp_path / "copy.db")
    damage(made)
    with pytest.raises(BackupRefused):
        verify(made)


@pytest.mark.parametrize("content", [b"", b"not a database at all, but long enough to have a header" * 20])
def test_what_is_no_database_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "copy.db").write_bytes(content)
    with pytest.raises(BackupRefused):
        verify(tmp_path / "copy.db")


def test_a_copy_that_lacks_a_table_is_refused(tmp_path: Path, url: str) -> None:
    made = copied(url, tmp_path / "copy.db")
    with pytest.raises(BackupRefused, match=r"lacks.*'gone'"):
        verify(made, [("table", "gone")])


def test_rows_that_point_at_nothing_are_refused_and_no_copy_is_left(url: str, path: Path, tmp_path: Path) -> None:
    driver = sqlite.connect(path, isolation_level=None)
    driver.execute("CREATE TABLE parent (id TEXT PRIMARY KEY)")
    driver.execute("CREATE TABLE child (id TEXT REFERENCES parent)")
    driver.execute("INSERT INTO child VALUES ('orphan')")
    driver.close()
    with pytest.raises(BackupRefused, match="point at nothing, in child"):
        backup(url, tmp_path / "backups" / "copy.db")
    assert [p.name for p in (tmp_path / "backups").iterdir()] == [".backup.lock"]


def test_a_damaged_source_gives_no_copy(opened: Database, url: str, path: Path, tmp_path: Path) -> None:
    fill(opened, "a", 3_000)
    opened.close()
    damage(path)
    with pytest.raises(BackupRefused):
        backup(url, tmp_path / "backups" / "copy.db")
    assert not (tmp_path / "backups" / "copy.db").exists()


def test_postgresql_has_its_own_tools(postgres_url: str, tmp_path: Path) -> None:
    optimize(postgres_url)
    assert backup(postgres_url, tmp_path / "copy.db") is None
