"""PostgreSQL asks for a rerun, or goes away: what the caller sees of it."""

from __future__ import annotations

import threading
import time
from collections import Counter
from functools import partial

import pytest
from sqlalchemy import Integer, func, select
from sqlalchemy.exc import DBAPIError

from domain.database import Connection
from runtime.database import Database, open_database
from runtime.database.postgres.connect import connect_postgres
from runtime.database.postgres.session import MOST_RERUNS, SHARED
from tests.integration.database import notes
from tests.integration.database.notes import add_one, size_of
from tests.postgres import PostgresServer

AT_ONCE = 200
OVERTAKEN = """
    CREATE FUNCTION overtaken() RETURNS int LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'overtaken' USING ERRCODE = '40001'; END $$"""
_overtaken = select(func.overtaken(type_=Integer))


def overtaken_once(database: Database, runs: list[int], connection: Connection) -> int:
    """What it read at first is changed by somebody else before it writes; ``runs`` gets what each try has read."""
    size = size_of(connection)
    runs.append(size)
    if len(runs) == 1:
        database.write(add_one)
    connection.run(notes.set_size, wanted="n1", to=size + 10)
    return size


def test_a_unit_overtaken_by_another_runs_again(noted: Database) -> None:
    runs: list[int] = []
    assert noted.write(partial(overtaken_once, noted, runs)) == 1
    assert runs == [0, 1]
    assert noted.read(size_of) == 11


def test_the_second_try_runs_alone(noted: Database, postgres_url: str) -> None:
    """However many two processes have: a unit that was overtaken once is not overtaken again."""
    runs: Counter[int] = Counter()
    both_have_read = threading.Barrier(2)
    other = open_database(postgres_url)

    def add(number: int, connection: Connection) -> None:
        runs[number] += 1
        if number < 2 and runs[number] == 1:  # the first unit of each: one of the two is overtaken
            size_of(connection)
            both_have_read.wait(20)
        add_one(connection)

    waiting = [(noted, other)[number % 2].submit(partial(add, number)) for number in range(AT_ONCE)]
    for each in waiting:
        each.result(30)
    other.close()
    assert noted.read(size_of) == AT_ONCE
    assert runs.total() > AT_ONCE
    assert max(runs.values()) == 2


def test_a_unit_that_is_refused_every_time_is_given_up(noted: Database, postgres_url: str) -> None:
    with connect_postgres(postgres_url, autocommit=True) as driver:
        driver.execute(OVERTAKEN)
    runs: list[int] = []

    def always(connection: Connection) -> None:
        runs.append(1)
        connection.run(_overtaken)

    with pytest.raises(DBAPIError) as caught:
        noted.write(always)
    assert caught.value.orig.sqlstate == "40001"
    assert len(runs) == MOST_RERUNS + 1


def test_somebody_who_stands_still_holds_a_rerun_up_for_a_moment_only(noted: Database, postgres_url: str) -> None:
    with connect_postgres(postgres_url) as standing:
        standing.execute(SHARED)
        runs: list[int] = []
        began = time.monotonic()
        noted.submit(partial(overtaken_once, noted, runs)).result(10)
        assert time.monotonic() - began < 5
        assert runs == [0, 1]


def test_two_that_wait_for_each_other_both_get_through(noted: Database) -> None:
    noted.write(lambda c: notes.put(c, "n2"))
    both_hold = threading.Barrier(2, timeout=10)
    runs: list[str] = []

    def unit(first: str, second: str) -> None:
        def lock_both(connection: Connection) -> None:
            runs.append(first)
            assert connection.run(notes.set_size, wanted=first, to=5).changed
            if runs.count(first) == 1:
                both_hold.wait()
            connection.run(notes.set_size, wanted=second, to=5)

        noted.write(lock_both)

    threads = [threading.Thread(target=unit, args=pair) for pair in (("n1", "n2"), ("n2", "n1"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(runs) > 2
    assert [noted.read(lambda c, n=n: size_of(c, n)) for n in ("n1", "n2")] == [5, 5]


def test_skew_is_refused(noted: Database) -> None:
    """Two units each read what the other writes; without SERIALIZABLE both would be let through."""
    noted.write(lambda c: notes.put(c, "n2"))
    first_has_read, second_is_done = threading.Event(), threading.Event()
    runs: list[int] = []

    def take_if_both_are_zero(name: str, connection: Connection) -> bool:
        if size_of(connection) + size_of(connection, "n2"):
            return False
        connection.run(notes.set_size, wanted=name, to=1)
        return True

    def first(connection: Connection) -> bool:
        runs.append(1)
        free = size_of(connection) + size_of(connection, "n2") == 0
        first_has_read.set()
        second_is_done.wait(10)
        return free and take_if_both_are_zero("n1", connection)

    took = noted.submit(first)
    first_has_read.wait(10)
    assert noted.write(lambda c: take_if_both_are_zero("n2", c))
    second_is_done.set()
    assert took.result(10) is False
    assert len(runs) == 2


def test_a_server_that_came_back_is_found_again(noted: Database, postgres_server: PostgresServer) -> None:
    noted.read(notes.all_ids)
    postgres_server.halt()
    postgres_server.run()
    assert noted.read(notes.all_ids) == ["n1"]
    noted.write(add_one)
    assert noted.read(size_of) == 1


def test_a_connection_lost_before_the_commit_costs_a_rerun(noted: Database, postgres_server: PostgresServer) -> None:
    half_way, is_back = threading.Event(), threading.Event()
    runs: list[int] = []

    def cut_once(connection: Connection) -> None:
        runs.append(1)
        notes.put(connection, "n2")
        half_way.set()
        is_back.wait(30)
        notes.put(connection, "n3")

    future = noted.submit(cut_once)
    assert half_way.wait(10)
    postgres_server.halt()
    postgres_server.run()
    is_back.set()
    future.result(10)
    assert len(runs) == 2
    assert noted.read(notes.all_ids) == ["n1", "n2", "n3"]
