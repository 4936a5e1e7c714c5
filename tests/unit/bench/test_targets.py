"""Met or not met."""

from __future__ import annotations

import pytest

from bench.targets import Exit, Target, exit_code, judge

LEAST, MOST = Target("speed", at_least=10, reach=15, unit=" ×"), Target("growth", at_most=5)


@pytest.mark.parametrize(
    ("target", "value", "met"),
    [(LEAST, 9.99, False), (LEAST, 10.0, True), (LEAST, 12.0, True), (MOST, 5.0, True), (MOST, 5.01, False)],
)
def test_a_target_is_met_up_to_its_bound_and_what_we_reach_for_decides_nothing(
    target: Target, value: float, met: bool
) -> None:
    verdicts = judge([target], {target.figure: value})
    assert verdicts[0].met is met
    assert exit_code(verdicts) == (Exit.MET if met else Exit.NOT_MET)
    assert verdicts[0].wanted == ("≥ 10.0 ×, reach for 15.0 ×" if target is LEAST else "≤ 5.00")


def test_what_was_not_measured_is_not_met_and_one_missed_is_a_run_not_met() -> None:
    verdicts = judge([Target("speed", at_least=0), MOST], {"growth": 2})
    assert [(verdict.value, verdict.met) for verdict in verdicts] == [(None, False), (2, True)]
    assert exit_code(verdicts) == Exit.NOT_MET
