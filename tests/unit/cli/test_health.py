"""What `/health` knows is said in sentences that name who, how much, and what to do."""

import pytest

from cli.watching import sentences

WELL = {"database": "ok", "lock_holder": None, "paused": [], "restarting": [], "clocks_off": []}


def test_nothing_is_said_when_all_is_well() -> None:
    assert list(sentences(WELL)) == []


def test_the_holder_of_the_write_lock_is_named() -> None:
    holder = {"pid": 4711, "name": "python -m workers payments", "status": "stopped"}
    (said,) = sentences({**WELL, "database": "no writes", "lock_holder": holder})
    assert "pid 4711 (python -m workers payments, stopped)" in said
    assert "kill -CONT" in said


@pytest.mark.parametrize(("ahead_ms", "words"), [(3_600_000, "3600.0 s ahead of"), (-2_500, "2.5 s behind")])
def test_a_clock_that_is_off_is_named(ahead_ms: int, words: str) -> None:
    off = {"role": "beat", "pid": 12, "host": "b", "clock_ahead_ms": ahead_ms}
    (said,) = sentences({**WELL, "clocks_off": [off]})
    assert said.startswith(f"The clock of beat (pid 12 on b) is {words} that of the database's host")
