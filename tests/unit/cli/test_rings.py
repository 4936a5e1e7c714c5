"""The closing line of a test run."""

from __future__ import annotations

import pytest

from cli.rings import _sum


@pytest.mark.parametrize(
    ("results", "line", "code"),
    [
        ([(0, {"passed": 3}), (0, {"passed": 4})], "7 passed, 0 failed", 0),
        ([(0, {"passed": 3, "skipped": 2}), (5, {})], "3 passed, 0 failed, 2 skipped", 0),
        ([(1, {"passed": 3, "failed": 2}), (0, {"passed": 1})], "4 passed, 2 failed", 1),
        ([(2, {}), (0, {"passed": 1})], "1 passed, 1 failed", 1),  # it was interrupted, or could not collect
        ([(5, {})], "0 passed, 1 failed", 1),  # nothing ran, which proves nothing
    ],
)
def test_it_counts_over_all_rings(results, line, code, capsys):
    assert _sum(results) == code
    assert capsys.readouterr().out.splitlines()[-1] == line
