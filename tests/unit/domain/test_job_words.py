"""How texts are parted into words, and points into squares."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.jobs.cells import EARTH_KM, Near, cells_of, covering
from domain.jobs.terms import as_query
from domain.jobs.words import LONGEST, key, words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Fix the tap, the TAP!", ["fix", "the", "tap"]),
        ("Gerät GERÄT gera\u0308t gerat", ["gerat"]),
        ("Straße STRASSE", ["strasse"]),
        ("o'clock 24/7 e-mail", ["o", "clock", "24", "7", "e", "mail"]),
        ("水道修理です", ["水", "道", "修", "理", "て", "す"]),
        ("Москва́ МОСКВА", ["москва"]),
        ("fix 🔧🔧 now ™", ["fix", "🔧", "now", "tm"]),
        ("\U0001f468\u200d\U0001f527", ["\U0001f468", "\U0001f527"]),
        ("\"quoted\" AND NOT * NEAR( '' \x00 -- ;", ["quoted", "and", "not", "near"]),
        ("\u202eabc\u2028def", ["abc", "def"]),
        ("ﬁx Ⅳ ①", ["fix", "iv", "1"]),
        ("", []),
        ("!?* \n\t", []),
        ("x" * 10_000, ["x" * LONGEST]),
    ],
)
def test_words(text: str, found: list[str]) -> None:
    assert words(text) == found


@given(st.text(max_size=60))
def test_words_are_harmless_and_found_by_themselves(text: str) -> None:
    found = words(text)
    assert all(word and len(word) <= LONGEST and not set(word) & set(" \"'\\:_\x00") for word in found)
    assert words(" ".join(found)) == found
    assert words(text.casefold()) == found


def test_a_city_is_the_whole_of_its_name() -> None:
    assert key("  New   YORK ") == key("new york") == "new_york"
    assert key("São Paulo") == key("SAO PAULO")
    assert key("Berlin") != key("Berlin Mitte")
    assert len(key("\ufdfa" * 100)) <= 100


def km_between(a: tuple[float, float], b: tuple[float, float]) -> float:
    """By the chord between two points on a sphere."""
    first, second = (
        (cos(radians(y)) * cos(radians(x)), cos(radians(y)) * sin(radians(x)), sin(radians(y))) for y, x in (a, b)
    )
    chord = sqrt(sum((p - q) ** 2 for p, q in zip(first, second, strict=True)))
    return 2 * EARTH_KM * asin(min(1.0, chord / 2))


points = st.tuples(st.floats(-90, 90), st.floats(-180, 180)).map(lambda p: (round(p[0], 3), round(p[1], 3)))


@given(points, st.floats(0.001, 500), st.floats(-1, 1), st.floats(-1, 1))
def test_what_lies_in_a_circle_lies_in_a_square_that_covers_it(
    centre: tuple[float, float], radius: float, north: float, east: float
) -> None:
    latitude = max(-90.0, min(90.0, centre[0] + north * radius / 111))
    wide = radius / 111 / max(0.01, cos(radians(latitude)))
    longitude = (centre[1] + east * wide + 180) % 360 - 180
    squares = covering(Near(*centre, radius))
    assert 1 <= len(squares) == len(set(squares)) <= 48
    if km_between(centre, (latitude, longitude)) <= radius:
        assert set(cells_of(latitude, longitude)) & set(squares)


def test_squares_meet_behind_the_date_line_and_at_the_poles() -> None:
    assert set(cells_of(0.5, 180.0)) == set(cells_of(0.5, -180.0))
    for edge in ((10.0, 179.999), (10.0, -179.999), (90.0, 0.0), (-90.0, 77.0), (89.999, -180.0)):
        squares = set(covering(Near(*edge, 5)))
        other = (edge[0], -edge[1]) if abs(edge[0]) < 80 else (edge[0], (edge[1] + 300) % 360 - 180)
        assert squares & set(cells_of(*edge))
        assert squares & set(cells_of(*other))


def test_a_query_holds_every_group_and_either_of_each() -> None:
    groups = [["s:open"], ["tap"], ["g0:1_2", "g0:1_3"]]
    assert as_query(groups, "sqlite") == '("s:open") AND ("tap") AND ("g0:1_2" OR "g0:1_3")'
    assert as_query(groups, "postgresql") == "('s:open') & ('tap') & ('g0:1_2' | 'g0:1_3')"
