"""Finding jobs over HTTP: what may be asked, what is refused, and cursors that belong to their question."""

from __future__ import annotations

from typing import Any

import httpx

from tests.integration.web.conftest import Site
from tests.people import Person, made, posted
from tests.problems import assert_problem
from web.paging import cursor_to

BERLIN = {"latitude": 52.52, "longitude": 13.405}
NEAR = {**BERLIN, "radius_km": 30}
FOREIGN = [
    {},
    {"status": "assigned"},
    {"q": "fix"},
    {"category": "cleaning"},
    {"city": "Berlin"},
    {"sort": "budget_up"},
    {"sort": "budget_down"},
    NEAR,
    {**NEAR, "radius_km": 31},
    {**NEAR, "sort": "nearest"},
    {"budget_min": 1},
    {"budget_max": 20_000},
    {"posted_since": "2020-01-01T00:00:00Z"},
]


async def ask(site: Site, **query: Any) -> httpx.Response:
    return await site.http.get("/jobs", params=query)


async def titles(site: Site, **query: Any) -> list[str]:
    return [job["title"] for job in made(await ask(site, **query), 200)["items"]]


async def test_jobs_are_found_by_each_of_their_sides(site: Site, alice: Person) -> None:
    await posted(alice, title="Fix a tap", budget_minor=5_000, **BERLIN)
    site.clock.forward(minutes=1)
    moment = site.clock().isoformat()
    await posted(alice, title="Küche aufbauen", category="assembly", city="Gdańsk", budget_minor=9_000)
    site.clock.forward(minutes=1)
    potsdam = {"latitude": 52.39, "longitude": 13.06}
    await posted(alice, title="Paint the kitchen", category="painting", currency="eur", budget_minor=100, **potsdam)

    assert await titles(site) == ["Paint the kitchen", "Küche aufbauen", "Fix a tap"]
    assert await titles(site, q="KUCHE") == ["Küche aufbauen"]
    assert await titles(site, q="drips the") == ["Paint the kitchen"]
    assert await titles(site, category="painting") == ["Paint the kitchen"]
    assert await titles(site, city="gdansk") == await titles(site, city="GDAŃSK") == ["Küche aufbauen"]
    assert await titles(site, **NEAR) == ["Paint the kitchen", "Fix a tap"]
    assert await titles(site, **NEAR, sort="nearest") == ["Fix a tap", "Paint the kitchen"]
    assert await titles(site, **{**NEAR, "radius_km": 3}) == ["Fix a tap"]
    assert await titles(site, sort="budget_up") == ["Fix a tap", "Küche aufbauen"], "dollars, unless they say so"
    assert await titles(site, sort="budget_down") == ["Küche aufbauen", "Fix a tap"]
    assert await titles(site, budget_min=50, currency="eur") == ["Paint the kitchen"]
    assert await titles(site, budget_max=5_000) == ["Fix a tap"]
    assert await titles(site, posted_since=moment) == ["Paint the kitchen", "Küche aufbauen"]
    assert await titles(site, status="cancelled", q="tap") == []
    assert await titles(site, status="draft", q="tap") == []


async def test_a_question_that_makes_no_sense_is_refused_in_clear_words(site: Site) -> None:
    refused: dict[str, list[tuple[dict[str, Any], str]]] = {
        "q": [({"q": q}, "no_words") for q in ("", "  ", "\x00", '"', "*", "!?", "\u0301", "\u202e")],
        "category": [({"category": c}, "category_unknown") for c in ("", "alchemy", "PLUMBING", "plumbing\n", "\x00")],
        "currency": [({"currency": "xxx"}, "currency_unknown")],
        "longitude": [
            ({"latitude": 1}, "coordinates_incomplete"),
            ({"latitude": 1, "radius_km": 5}, "coordinates_incomplete"),
        ],
        "radius_km": [(BERLIN, "coordinates_incomplete")],
        "latitude": [({"radius_km": 5}, "coordinates_incomplete")],
        "sort": [({"sort": "nearest"}, "sort_needs_place")],
        "budget_max": [({"budget_min": 2, "budget_max": 1}, "budget_range_empty")],
    }
    no_times = ["yesterday", "2026-02-30T00:00:00Z", "2026-01-01T00:00:00", "", "0.5", "1700000000", "nan", "\x00"]
    refused["posted_since"] = [({"posted_since": time}, "time_invalid") for time in no_times]
    refused["q"].append(({"q": " ".join(f"w{n}" for n in range(25))}, "too_many_words"))
    for field, cases in refused.items():
        for query, code in cases:
            problem = assert_problem(await ask(site, **query), 422, code, query)
            assert [error["field"] for error in problem["errors"]] == [field], query


async def test_absurd_values_are_refused_by_name(site: Site) -> None:
    absurd: dict[str, list[Any]] = {
        "q": ["x" * 201, "x" * 10_000],
        "city": ["", "x" * 101],
        "category": ["x" * 41],
        "currency": ["USD", "us", "usd\n", "\x00"],
        "latitude": [90.1, -91, "nan", "inf", "1e400", "north", ""],
        "longitude": [180.1, "-1e9", "nan"],
        "radius_km": [0, -1, 500.1, "nan", "inf", "far"],
        "budget_min": [-1, "1.5", 2**63, 10**40, "", "x"],
        "budget_max": [-5, "1e", 2**54],
        "sort": ["", "NEWEST", "random()", "newest\n"],
        "status": ["", "OPEN", "open\n", "\x00", "open,closed"],
        "limit": [0, 101, -1, "1e9", "ten"],
        "cursor": ["x" * 81],
    }
    for field, values in absurd.items():
        for value in values:
            problem = assert_problem(await ask(site, **{**NEAR, field: value}), 400, "invalid_request", (field, value))
            assert [error["field"] for error in problem["errors"]] == [field], (field, value)


async def test_what_is_odd_is_taken_for_what_it_says(site: Site, alice: Person) -> None:
    await posted(alice, title="Fix <b>the</b> tap 🔧 水道", city="'; DROP TABLE job; --")
    for q in ("<b>", "🔧", "水", "TAP!!!", "fix \x00 tap", "%00tap", '"tap" | fix', "b tap"):
        assert len(await titles(site, q=q)) == (0 if q == "%00tap" else 1), q
    assert len(await titles(site, city="drop table job")) == 1
    for odd in ({"posted_since": "0001-01-01T00:00:00Z"}, {"budget_min": 0, "budget_max": 2**53}):
        assert len(await titles(site, **odd)) == 1, odd
    assert await titles(site, posted_since="9999-12-31T23:59:59+00:00") == []
    for pole in (90, -90):
        assert await titles(site, latitude=pole, longitude=180, radius_km=500) == []
    for query in ("q=tap&q=%ff%fe", "q=%", "q=a&limit=1&limit=2", "sort=newest&city=%00", "q=tap&&"):
        answer = await site.http.get(f"/jobs?{query}")
        assert answer.status_code in (200, 422), (query, answer.text)


async def test_a_cursor_belongs_to_its_question(site: Site, alice: Person) -> None:
    for n in range(3):
        await posted(alice, budget_minor=9_000 + n, **BERLIN)
    for own in FOREIGN:
        page = made(await ask(site, **own, limit=1), 200)
        if own.get("status") == "assigned" or own.get("category"):
            assert page["next_cursor"] is None
            continue
        cursor = page["next_cursor"]
        again = made(await ask(site, **own, limit=2, cursor=cursor), 200)
        assert len(again["items"]) == 2, own
        for other in FOREIGN:
            if other != own:
                assert_problem(await ask(site, **other, limit=1, cursor=cursor), 422, "cursor_invalid", (own, other))


async def test_forged_cursors_are_refused(site: Site, alice: Person) -> None:
    for _ in range(2):
        await posted(alice)
    good = made(await ask(site, q="tap", limit=1), 200)["next_cursor"]
    turned = f"{(int(good[0], 16) + 1) % 16:x}{good[1:]}"
    forged = ["", "-", good[:-1], good.upper() + "A", turned, f"{good}\n", " " + good, "1-" + good, "job_" + "0" * 25]
    forged += [cursor_to((), "open"), cursor_to((1, 2), "open"), cursor_to((2**63,), "open"), "0" * 16 + good]
    for cursor in forged:
        for query in ({"q": "tap"}, {}, {"sort": "budget_up"}):
            assert_problem(await ask(site, **query, cursor=cursor), 422, "cursor_invalid", (cursor, query))
