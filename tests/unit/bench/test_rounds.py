"""The rounds say something, or nothing."""

from __future__ import annotations

import msgspec
import pytest

from bench.cpu import Spent
from bench.figures import Spread
from bench.load.result import LoadResult
from bench.rounds import Round, Rounds, check_valid, in_turn
from bench.targets import CouldNotRun
from tests.unit.bench.made import result, rounds_of


def test_one_is_compared_with_the_same_round_of_the_other() -> None:
    rates = {"ours": (1000, 500, 1200), "naive": (100, 50, 100)}
    done = Rounds(Round(n, who, "cached", result(rate)) for who, of in rates.items() for n, rate in enumerate(of))
    assert done.ratio("ours", "naive", "cached") == Spread(10, 10, 12)


def test_values_are_of_one_contender_and_route() -> None:
    done = rounds_of({"ours": (10, 1, 2), "floor": (99, 1, 1)}, ["cached", "pages"])
    assert done.values("ours", "cached") == [10, 20, 30]
    assert done.medians("ours", "pages", "requests/s", "p99 ms") == {
        "pages: ours requests/s": 20,
        "pages: ours p99 ms": 2,
    }
    assert done.slowest("ours", "cached") == 6


def test_a_row_of_the_table_has_what_its_columns_say() -> None:
    done = rounds_of({"ours": (10, 1, 2), "floor": (20, 1, 1)}, ["cached"])
    table = done.table(["cached"], ["ours", "floor"], "requests/s", "÷ ours", "bad")
    assert [list(column.cells) for column in table.columns] == [
        ["cached", "cached"],
        ["ours", "floor"],
        ["20.0 (10.0–30.0)", "40.0 (20.0–60.0)"],
        ["1.00 (1.00–1.00)", "2.00 (2.00–2.00)"],
        ["0", "0"],
    ]


def test_everybody_has_each_route_of_a_round_before_the_next_and_the_order_is_another() -> None:
    turns = list(in_turn("abc", ["x", "y"], rounds=5, seed=1))
    assert [(n, route) for n, route, _ in turns[::3]] == [(n, route) for n in range(1, 6) for route in "xy"]
    orders = ["".join(who for _, _, who in turns[at : at + 3]) for at in range(0, 30, 3)]
    assert {"".join(sorted(order)) for order in orders} == {"abc"}
    assert len(set(orders)) > 1


def test_only_good_answers_count() -> None:
    assert result(statuses={"202": 80, "500": 20}).per_second == 80
    assert result(statuses={"202": 80, "500": 20}).bad == 20


@pytest.mark.parametrize(
    ("who", "found", "said"),
    [
        ("ours", result(statuses={"200": 999, "401": 1}), "ours cached gave 1 bad"),
        ("ours", result(statuses={"302": 5}), "ours cached gave 5 bad"),
        ("ours", result(broken=1), "1 broken connections"),
        ("naive", result(statuses={"200": 989, "500": 11}), "naive cached gave 11"),
        ("naive", msgspec.structs.replace(result(), exhausted=True), "end of its list"),
    ],
)
def test_bad_answers_make_the_run_invalid(who: str, found: LoadResult, said: str) -> None:
    with pytest.raises(CouldNotRun, match=said):
        check_valid([Round(1, who, "cached", found)], strict=("ours",))


def test_a_peer_may_fail_one_in_a_hundred() -> None:
    check_valid([Round(1, "naive", "cached", result(statuses={"200": 990, "500": 10}))], strict=("ours",))


def spent(web_s: float, database_s: float, machine_s: float) -> LoadResult:
    return msgspec.structs.replace(result(), spent=Spent(web_s, database_s, machine_s, 2.0))


def test_processor_time_is_that_of_a_good_answer() -> None:
    done = Rounds(Round(n, "ours", "pages", spent(*of)) for n, of in enumerate([(0.05, 0.02, 1.5), (0.07, 0.02, 1.7)]))
    assert {what: of.median for what, of in done.cpu("ours", "pages").items()} == pytest.approx(
        {"web CPU µs": 600, "database CPU µs": 200, "cores busy": 0.8}
    )


def test_rounds_without_processor_time_have_none() -> None:
    some = Rounds([Round(1, "ours", "pages", spent(1, 1, 1)), Round(2, "ours", "pages", result())])
    assert not Rounds(some[1:]).cpu("ours", "pages")
    assert not some.cpu("ours", "pages")
