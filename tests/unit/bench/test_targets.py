"""Met or not met."""

from __future__ import annotations

import pytest

from bench.targets import Exit, Target, exit_code, judge


@pytest.mark.parametrize(("value", "met"), [(9.99, False), (10.0, True), (12.0, True)])
def test_at_least(value: float, met: bool) -> None:
    verdicts = judge([Target("speed", at_least=10)], {"speed": value})
    assert verdicts[0].met is met
    assert exit_code(verdicts) == (Exit.MET if met else Exit.NOT_MET)


@pytest.mark.parametrize(("value", "met"), [(5.0, True), (5.01, False)])
def test_at_most(value: float, met: bool) -> None:
    assert judge([Target("growth", at_most=5, unit=" MB")], {"growth": value})[0].met is met


def test_what_was_not_measured_is_not_met() -> None:
    verdict = judge([Target("speed", at_least=0)], {})[0]
    assert not verdict.met
    assert verdict.value is None


def test_what_we_reach_for_decides_nothing() -> None:
    verdict = judge([Target("speed", at_least=10, reach=15, unit=" ×")], {"speed": 11})[0]
    assert verdict.met
    assert verdict.wanted == "≥ 10.0 ×, reach for 15.0 ×"


def test_one_target_missed_is_a_run_not_met() -> None:
    targets = [Target("a", at_least=1), Target("b", at_least=1)]
    assert exit_code(judge(targets, {"a": 2, "b": 0})) == Exit.NOT_MET
