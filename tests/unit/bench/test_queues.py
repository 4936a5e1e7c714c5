"""From times that were noted to figures, and the provider that takes its time."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.queues.rounds import Measured, Sends, start_of
from bench.queues.slow_server import after_request
from bench.queues.suite import TARGETS, figures_of
from bench.queues.times import middle_rate, read

MS = 1_000_000
REQUEST = b"POST /messages HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody"


def test_the_rate_leaves_out_the_slow_start_and_the_tail_and_needs_twenty_ends() -> None:
    start = [0] + [5_000 * MS + n * 10 * MS for n in range(100)]
    assert middle_rate([*start, 60_000 * MS]) == pytest.approx(100)
    with pytest.raises(ValueError, match="19 ends are too few"):
        middle_rate(list(range(19)))


def test_a_line_that_is_still_being_written_is_not_read(tmp_path: Path) -> None:
    noted = tmp_path / "noted"
    noted.write_text("1 2\n3 4\n5")
    assert read(noted) == [(1, 2), (3, 4)]
    assert read(tmp_path / "nothing") == []


def measured() -> Measured:
    """Three rounds; ours wins each start by 99 ms and each backlog four times."""
    ours = [(0, n * MS) for n in range(1, 101)]
    celery = [(0, 2 * n * MS) for n in range(1, 101)]
    rounds = (1, 2, 3)
    return Measured(
        [start_of(n, name, times) for n in rounds for name, times in (("ours", ours), ("celery", celery))],
        [Sends(n, name, rate * n) for n in rounds for name, rate in (("ours", 400.0), ("celery", 100.0))],
    )


def test_starts_are_compared_at_their_slowest_hundredth_and_sends_by_their_rates() -> None:
    figures = figures_of(measured(), ["ours", "celery"])
    assert figures["start: ours p50 ms"] == 50
    assert figures["start: celery p99 ms"] == 198
    assert figures["start: our p99 beyond bare celery's"] == -99
    assert figures["sends: ours ÷ celery"] == pytest.approx(4)
    assert {target.figure for target in TARGETS} <= figures.keys()


def test_one_side_alone_is_not_compared() -> None:
    assert not [name for name in figures_of(measured(), ["ours"]) if "celery" in name]


def test_half_a_request_is_no_request_and_what_follows_one_is_kept() -> None:
    assert [after_request(REQUEST[:cut]) for cut in (0, 10, 30, len(REQUEST) - 1)] == [None] * 4
    assert after_request(REQUEST) == b""
    assert after_request(REQUEST + b"GET") == b"GET"
    assert after_request(b"GET / HTTP/1.1\r\n\r\n") == b""
