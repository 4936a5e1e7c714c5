"""The closing line of a test run."""

from __future__ import annotations

import click
import pytest

from cli.rings import _chosen, _sum, _wanted


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


@pytest.mark.parametrize(
    ("words", "rings", "rest"),
    [
        ("", "unit integration acceptance", ""),
        ("unit", "unit", ""),
        ("unit integration -k ledger", "unit integration", "-k ledger"),
        ("-x", "unit integration acceptance", "-x"),
        ("unit tests/unit/cli -k unit", "unit", "tests/unit/cli -k unit"),
    ],
)
def test_rings_come_first_and_the_rest_is_for_pytest(words, rings, rest):
    chosen, left = _chosen(words.split())
    assert (list(chosen), list(left)) == (rings.split(), rest.split())


@pytest.mark.parametrize("words", ["integratoin", "unit integratoin"])
def test_a_word_that_is_no_ring_is_refused_before_anything_runs(words):
    with pytest.raises(click.UsageError, match=r"no ring 'integratoin'; there are: unit, integration, acceptance"):
        _chosen(words.split())


@pytest.mark.parametrize(
    ("name", "every", "wanted"),
    [
        (None, False, ["chaos", "power"]),
        (None, True, ["chaos", "power", "pythons", "soak"]),
        ("soak", False, ["soak"]),
        ("chaos", True, ["chaos"]),
    ],
)
def test_long_drills_run_by_name_or_when_all_are_wanted(name, every, wanted):
    assert _wanted(name, ["chaos", "power", "pythons", "soak"], every=every) == wanted


def test_the_longest_drills_start_first():
    assert _wanted(None, ["broker", "chaos", "disk", "hosts"], every=False) == ["chaos", "broker", "hosts", "disk"]
