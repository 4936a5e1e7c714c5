"""A profile's stacks are counted by whose code ran; who waits for work is not counted."""

from __future__ import annotations

import pytest

from bench.profiles.samples import Stack, by_function, by_layer, layer_of, read_stacks, without_waiting
from bench.profiles.suite import figures_of, flame_graph

RAW = """\
thread (7);main (web/__main__.py:40);show (web/routes/jobs.py:20);run (litestar/routes/http.py:90) 3
thread (7);main (web/__main__.py:40);show (web/routes/jobs.py:21) 1
thread (8);Thread.run (threading.py:982);Condition.wait (threading.py:327) 50
thread (9) 7
"""


def test_a_line_is_a_stack_and_its_count() -> None:
    assert read_stacks("a (x/y.py:1);b c (x/z.py:2) 12") == [Stack(("a (x/y.py:1)", "b c (x/z.py:2)"), 12)]


@pytest.mark.parametrize("line", ["no count", "12", "a (x.py:1) many"])
def test_a_line_that_is_none_is_named(line: str) -> None:
    with pytest.raises(ValueError, match="no line of a profile"):
        read_stacks(f"a (x.py:1) 2\n{line}\n")


def test_who_waits_for_work_is_left_out() -> None:
    stacks = without_waiting(read_stacks(RAW))
    assert by_layer(stacks) == {"litestar": 75.0, "web": 25.0}
    assert by_function(stacks) == {"run (litestar/routes/http.py)": 75.0, "show (web/routes/jobs.py)": 25.0}


@pytest.mark.parametrize(
    ("frame", "layer"),
    [
        ("show (web/routes/jobs.py:20)", "web"),
        ("run.<locals>.<lambda> (domain/platform/outbox/claim.py:3)", "domain"),
        ("Event.set (threading.py:574)", "python"),
        ("Loop.call (asyncio/events.py:80)", "python"),
        ("setdefault (<frozen _collections_abc>:3)", "python"),
        ("thread (7)", "python"),
    ],
)
def test_a_frame_belongs_to_a_folder_a_library_or_python(frame: str, layer: str) -> None:
    assert layer_of(frame) == layer


def test_what_is_below_a_hundredth_is_no_figure() -> None:
    assert figures_of({"web": {"web": 99.5, "jwt": 0.5}}) == {"web: web %": 99.5}


def test_the_profile_of_another_load_has_a_name_of_its_own() -> None:
    assert flame_graph("payments", "web") == "profile-web.flame.svg"
    assert flame_graph("mixed", "web") == "profile-mixed-web.flame.svg"
