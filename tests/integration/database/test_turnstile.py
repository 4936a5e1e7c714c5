"""Turns at writing, between threads and between real processes."""

from __future__ import annotations

import subprocess
import threading
import time
from pathlib import Path

import pytest

from runtime.database import Database
from runtime.database.turnstile import Turnstile
from tests.integration.database import notes, processes

SOON_S = 5.0


def take(path: Path, taken: threading.Event) -> threading.Thread:
    def run() -> None:
        turnstile = Turnstile(path)
        with turnstile:
            taken.set()
        turnstile.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def kill(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate(timeout=10)


def test_one_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "file.db"
    inside: list[int] = []
    most: list[int] = []

    def work() -> None:
        turnstile = Turnstile(path)
        for _ in range(50):
            with turnstile:
                inside.append(1)
                most.append(len(inside))
                time.sleep(0)
                inside.pop()
        turnstile.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert (len(most), max(most)) == (200, 1)


def test_whoever_waits_comes_before_whoever_comes_again(tmp_path: Path) -> None:
    """The holder asks again at once; the one that waited has had its turn by then."""
    path = tmp_path / "file.db"
    waiter = processes.start(processes.LOCK_WAITER, str(path))
    turnstile = Turnstile(path)
    with turnstile:
        processes.say_ready(waiter)
        wait_until_locked(path.with_name("file.db-turn"))
    with turnstile:
        assert waiter.stdout is not None
        assert waiter.stdout.readline() == "through\n"
    processes.finish(waiter)
    turnstile.close()


def wait_until_locked(file: Path) -> None:
    """Until the kernel says that somebody has the lock (the waiter has the turn)."""
    inode = f":{file.stat().st_ino} "
    deadline = time.monotonic() + SOON_S
    while not any(inode in line for line in Path("/proc/locks").read_text().splitlines() if " FLOCK " in line):
        assert time.monotonic() < deadline
        time.sleep(0.005)


@pytest.mark.parametrize("victim", ["holder", "waiter", "both"])
def test_a_killed_process_leaves_no_lock(tmp_path: Path, victim: str) -> None:
    path = tmp_path / "file.db"
    holder = processes.start(processes.LOCK_HOLDER, str(path))
    processes.say_ready(holder)
    waiter = processes.start(processes.LOCK_WAITER, str(path))
    processes.say_ready(waiter)
    wait_until_locked(path.with_name("file.db-turn"))
    taken = threading.Event()
    thread = take(path, taken)
    if victim != "holder":
        kill(waiter)
    if victim != "waiter":
        kill(holder)
    else:
        holder.communicate("go\n", timeout=10)
    assert taken.wait(SOON_S)
    thread.join()
    if victim == "holder":
        assert processes.finish(waiter) == "through\n"


def test_a_process_killed_in_mid_transaction_leaves_nothing_and_blocks_nobody(url: str, opened: Database) -> None:
    half = processes.start(processes.HALF_WAY, url)
    processes.say_ready(half)
    future = opened.submit(lambda c: notes.put(c, "whole"))
    assert not future.done()
    kill(half)
    assert future.result(SOON_S) == "whole"
    assert opened.read(notes.all_ids) == ["whole"]


def test_processes_write_at_once_without_a_lock_error(database_url: str, database: Database) -> None:
    notes.create(database_url)
    writers = [processes.start(processes.WRITER, database_url, name, "300") for name in ("a", "b", "c")]
    for writer in writers:
        processes.say_ready(writer)
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("go\n")
        writer.stdin.flush()
    for writer in writers:
        processes.finish(writer)
    assert database.read(lambda c: c.run(notes.count).scalar()) == 900
