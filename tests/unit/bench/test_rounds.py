"""What the rounds say, and when they say nothing."""

from __future__ import annotations

import msgspec
import pytest

from bench.contenders import ROUTES
from bench.cpu import Spent
from bench.load.result import LoadResult
from bench.rounds import Round, check_valid, compare, cpu, summarise
from bench.targets import CouldNotRun


def result(rate: float = 100, p99: float = 10, statuses: dict[str, int] | None = None, broken: int = 0) -> LoadResult:
    counted = statuses or {"200": int(rate)}
    return LoadResult(
        driver="wrk",
        requests=sum(counted.values()),
        seconds=1.0,
        p50_ms=p99 / 2,
        p99_ms=p99,
        max_ms=p99 * 2,
        socket_errors=broken,
        exhausted=False,
        statuses=counted,
    )


def rounds_of(contender: str, rates: list[float], p99s: list[float]) -> list[Round]:
    return [
        Round(n, contender, route, result(rate, p99))
        for n, (rate, p99) in enumerate(zip(rates, p99s, strict=True), 1)
        for route in ROUTES
    ]


def test_ours_is_compared_with_the_same_round_of_the_other() -> None:
    rounds = rounds_of("ours", [1000, 500, 1200], [10, 20, 10]) + rounds_of("naive", [100, 50, 100], [500, 1000, 600])
    compared = {c.route: c for c in compare(rounds, "ours", "naive")}
    assert compared["payments"].rate.median == 10
    assert compared["payments"].rate.most == 12
    assert compared["payments"].p99.median == 50


def test_only_good_answers_count() -> None:
    assert result(statuses={"202": 80, "500": 20}).per_second == 80
    assert result(statuses={"202": 80, "500": 20}).bad == 20


@pytest.mark.parametrize("bad", [{"200": 999, "401": 1}, {"302": 5}])
def test_one_bad_answer_of_ours_makes_the_run_invalid(bad: dict[str, int]) -> None:
    with pytest.raises(CouldNotRun, match="ours cached gave"):
        check_valid([Round(1, "ours", "cached", result(statuses=bad))], strict=("ours",))


def test_a_broken_connection_is_a_bad_answer() -> None:
    with pytest.raises(CouldNotRun, match="1 broken connections"):
        check_valid([Round(1, "ours", "cached", result(broken=1))], strict=("ours",))


def test_a_peer_may_fail_one_in_a_hundred_and_no_more() -> None:
    check_valid([Round(1, "naive", "cached", result(statuses={"200": 990, "500": 10}))], strict=("ours",))
    with pytest.raises(CouldNotRun, match="naive cached gave 11"):
        check_valid([Round(1, "naive", "cached", result(statuses={"200": 989, "500": 11}))], strict=("ours",))


def test_a_summary_is_of_one_contender_and_route() -> None:
    rounds = rounds_of("ours", [10, 30, 20], [1, 2, 3]) + rounds_of("floor", [99, 99, 99], [1, 1, 1])
    of = summarise(rounds, "ours", "cached")
    assert (of.rate.least, of.rate.median, of.rate.most) == (10, 20, 30)
    assert of.bad == 0


def spent(web_s: float, database_s: float, machine_s: float) -> LoadResult:
    return msgspec.structs.replace(result(100), spent=Spent(web_s, database_s, machine_s, 2.0))


def test_processor_time_is_that_of_a_good_answer() -> None:
    rounds = [Round(1, "ours", "pages", spent(0.05, 0.02, 1.5)), Round(2, "ours", "pages", spent(0.07, 0.02, 1.7))]
    found = cpu(rounds, "ours", "pages")
    assert found is not None
    assert found.web_us.median == pytest.approx(600)
    assert found.database_us.median == pytest.approx(200)
    assert found.cores.median == pytest.approx(0.8)


def test_rounds_without_processor_time_have_none() -> None:
    assert cpu([Round(1, "ours", "pages", result())], "ours", "pages") is None
    assert (
        cpu([Round(1, "ours", "pages", spent(1, 1, 1)), Round(2, "ours", "pages", result())], "ours", "pages") is None
    )
