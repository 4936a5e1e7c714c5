"""How texts are parted into words, and points into squares."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.marketplace.jobs.cells import EARTH_KM, Near, cells_of, covering
from domain.marketplace.jobs.terms import as_query
from domain.marketplace.jobs.words import LONGEST, SHORTEST, key, terms_for, terms_in


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Fix the tap, the TAP!", ["fix", "the", "tap"]),
        ("Gerät GERÄT gera\u0308t gerat", ["gerat"]),
        ("Straße STRASSE", ["strasse"]),
        ("o'clock 24/7 e-mail", ["o", "clock", "24", "7", "e", "mail"]),
        ("水道修理です", ["水道", "道修", "修理", "理て", "てす"]),
        ("水、道", ["水", "道"]),
        ("ก๊อกน้ำ", ["กอ", "อก", "กน", "น\u0e4d", "\u0e4dา"]),
        ("पानी का नल", ["पानी", "का", "नल"]),
        ("Москва́ МОСКВА", ["москва"]),
        ("fix 🔧🔧 now ™", ["fix", "🔧", "now", "tm"]),
        ("\U0001f468\u200d\U0001f527\ufe0f", ["\U0001f468", "\U0001f527"]),
        ("\"quoted\" AND NOT * NEAR( '' \x00 -- ;", ["quoted", "and", "not", "near"]),
        ("\u202eabc\u2028def", ["abc", "def"]),
        ("ﬁx Ⅳ ①", ["fix", "iv", "1"]),
        ("", []),
        ("!?* \n\t", []),
        ("x" * 10_000, ["x" * LONGEST]),
    ],
)
def test_a_search_asks_for_few_terms(text: str, asked: list[str]) -> None:
    assert terms_for(text) == asked


def test_a_job_is_indexed_by_the_parts_that_find_it() -> None:
    assert terms_in("Taps drip") == ["taps", "tap", "drip", "dri"]
    assert terms_in("水道屋") == ["水", "道", "屋", "水道", "道屋"]
    assert terms_in("🔧 a") == ["🔧", "a"]


@given(st.text(max_size=60))
def test_terms_are_harmless_and_each_text_is_found_by_itself(text: str) -> None:
    found, asked = terms_in(text), terms_for(text)
    assert all(term and len(term) <= LONGEST and not set(term) & set(" \"'\\:_\x00") for term in found)
    assert set(asked) <= set(found)
    assert terms_for(text.casefold()) == asked


@given(st.text(alphabet=st.characters(categories=["L"]), min_size=SHORTEST, max_size=30), st.data())
def test_the_beginning_of_a_word_finds_it(word: str, data: st.DataObject) -> None:
    """In every script; a term of fewer than three letters need not."""
    beginning = word[: data.draw(st.integers(SHORTEST, len(word)))]
    asked = {term for term in terms_for(beginning) if len(term) >= SHORTEST}
    assert asked <= set(terms_in(f"before {word} behind"))


@given(st.text(alphabet="水道修理廚房はひふカキกขคงเแ\u0e31ខគ", min_size=1, max_size=30), st.data())
def test_any_part_of_a_run_finds_it_where_no_spaces_are_set(run: str, data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(run) - 1))
    part = run[first : data.draw(st.integers(first + 1, len(run)))]
    assert set(terms_for(part)) <= set(terms_in(f"before {run} behind"))


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
