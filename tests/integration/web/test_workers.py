"""The directory of workers: found by what their profiles say, in four orders, page by page; nothing private in it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from domain.marketplace.directory.workers import FoundWorkers, Position, WorkerSearch, WorkerSort, find
from domain.marketplace.jobs.cells import Near
from domain.marketplace.profiles.tables import worker_term
from domain.marketplace.profiles.terms import MOST_TERMS
from domain.marketplace.ratings.count import count_in
from runtime.database import open_database
from runtime.database.engine import SQLITE_PLANS, sqlite_path
from tests.integration.web.conftest import Site
from tests.people import Person, made
from tests.plans import plan_of, without_and_with_statistics
from tests.problems import assert_problem

_every_term = select(worker_term.c.term, worker_term.c.account_id)
PRIVATE = ("email", "phone", "latitude", "longitude", "time_zone")
GHENT = {"latitude": 51.054, "longitude": 3.725}
BRUGES = {"latitude": 51.209, "longitude": 3.224}


async def worker(site: Site, name: str, stars: tuple[int, ...] = (), **profile: Any) -> Person:
    person = await site.people.join(name, "worker", box="worker")
    made(await person.ask("PATCH", "/me", json={"phone": "+4930123456", **profile}), 200)
    site.database.write(lambda c: [count_in(c, person.id, each) for each in stars])
    return person


async def names(site: Site, **asked: Any) -> list[str]:
    return [row["name"] for row in made(await site.http.get("/workers", params=asked), 200)["items"]]


@pytest.fixture
async def market(site: Site) -> Site:
    plumber = {"skills": ["plumbing"], "currency": "usd"}
    await worker(site, "Ann", (5, 4), **plumber, city="Ghent", rate_minor=5_000, **GHENT)
    tiler = {**plumber, "skills": ["plumbing", "painting"]}
    await worker(site, "Ben", (5,), **tiler, city="Gent", rate_minor=3_000, **BRUGES)
    cleaner = {"skills": ["cleaning"], "bio": "Drains and Küchen", "currency": "eur"}
    await worker(site, "Cleo Müller", **cleaner, city="GHENT", rate_minor=9_000)
    alice = await site.people.alice()
    made(await alice.ask("PATCH", "/me", json={"city": "Ghent", "bio": "Drains wanted"}), 200)
    site.database.write(lambda c: count_in(c, alice.id, 5))
    await site.people.join("Nobody", "worker")
    return site


async def test_workers_are_found_by_what_their_profiles_say(market: Site) -> None:
    everybody = ["Ben", "Ann", "Cleo Müller"]
    assert await names(market) == everybody
    assert await names(market, skills="plumbing") == ["Ben", "Ann"]
    assert await names(market, skills="plumbing,painting") == ["Ben"]
    assert await names(market, city="ghent") == ["Ann", "Cleo Müller"]
    assert await names(market, q="kuchen DRAINS") == ["Cleo Müller"]
    assert await names(market, q="mull drain", city="Ghent", skills="cleaning") == ["Cleo Müller"]
    assert await names(market, rate_max=4_000) == ["Ben"]
    assert await names(market, currency="eur") == ["Cleo Müller"]
    assert await names(market, rating_min=4.6) == ["Ben"]
    assert await names(market, radius_km=10, **GHENT) == ["Ann"]
    assert await names(market, radius_km=60, **GHENT, sort="nearest") == ["Ann", "Ben"]
    assert await names(market, radius_km=60, **BRUGES, sort="nearest", skills="plumbing") == ["Ben", "Ann"]
    assert await names(market, sort="rate") == ["Ben", "Ann"]
    assert await names(market, sort="newest") == ["Cleo Müller", "Ben", "Ann"]
    assert await names(market, q="plumbing") == [], "a skill is no word"


@pytest.mark.parametrize(
    "asked", [{}, {"sort": "newest"}, {"sort": "rate"}, {"sort": "nearest", "radius_km": 500, **GHENT}]
)
async def test_pages_show_each_worker_once(site: Site, asked: dict[str, Any]) -> None:
    for n in range(7):
        profile = {"skills": ["plumbing"], "rate_minor": 2_000 + n % 2, "currency": "usd", **GHENT}
        await worker(site, f"W{n}", (3,) * (n % 3), **profile)
    whole = await names(site, **asked)
    assert sorted(whole) == [f"W{n}" for n in range(7)]
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = made(await site.http.get("/workers", params={**asked, **cursor, "limit": 2}), 200)
        seen += [row["name"] for row in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert seen == whole
    assert_problem(await site.http.get("/workers", params={**cursor, "q": "other"}), 422, "cursor_invalid")


async def test_a_row_is_what_the_worker_shows_and_nothing_private(market: Site) -> None:
    (row,) = made(await market.http.get("/workers", params={"q": "ann"}), 200)["items"]
    assert not set(PRIVATE) & row.keys()
    assert "+4930123456" not in str(row)
    assert row["rating"] == {"reviews": 2, "average": 4.5}
    assert row["jobs_done"] == 0
    assert row == made(await market.http.get(f"/workers/{row['id']}"), 200)


@pytest.mark.parametrize("cell", [(51.05, 3.7), (-33.85, -70.65), (0.0, 180.0), (90.0, -0.05)])
async def test_workers_of_one_cell_are_at_the_same_distance(site: Site, cell: tuple[float, float]) -> None:
    """Neither a cursor nor a radius tells more of a home than its cell of 0.05 degrees."""
    last = min(cell[0] + 0.024, 90), min(cell[1] + 0.024, 180)
    for n, (latitude, longitude) in enumerate([(cell[0] - 0.024, cell[1] - 0.024), last, (cell[0] - 2, cell[1] - 2)]):
        await worker(site, f"W{n}", latitude=latitude, longitude=longitude)

    def found(radius_km: float, after: Position | None = None) -> FoundWorkers:
        near = Near(cell[0] - 0.1, cell[1] - 0.1, radius_km)
        wanted = WorkerSearch(near=near, sort=WorkerSort.NEAREST)
        return site.database.read(lambda c: find(c, wanted, after=after, most=1 if radius_km == 500 else 3))

    first = found(500).more_after
    second = found(500, first).more_after
    assert first is not None
    assert second is not None
    assert first < second
    assert first[0] == second[0]
    assert {len(found(km / 4).items) for km in range(1, 80)} == {0, 2}


async def test_the_suspended_and_those_who_left_are_not_listed(site: Site) -> None:
    ann, ben = await worker(site, "Ann", skills=["plumbing"]), await worker(site, "Ben", skills=["plumbing"])
    ada = await site.admin()
    made(await ada.post(f"/admin/accounts/{ann.id}/suspend"), 200)
    assert await names(site) == await names(site, q="ben") == ["Ben"]
    made(await ada.post(f"/admin/accounts/{ann.id}/reinstate"), 200)
    assert (await ben.post("/me/deactivate", {"password": "correct horse battery"})).status_code == 204
    assert await names(site) == ["Ann"]


async def test_a_worker_is_found_by_what_the_profile_says_now(site: Site) -> None:
    ann = await worker(site, "Ann", skills=["plumbing"], city="Ghent", bio="Taps")
    made(
        await ann.ask("PATCH", "/me", json={"name": "Berta", "skills": ["painting"], "city": None, "bio": "Tiles"}), 200
    )
    for old in ({"q": "ann"}, {"q": "taps"}, {"skills": "plumbing"}, {"city": "Ghent"}):
        assert await names(site, **old) == [], old
    for new in ({"q": "berta"}, {"q": "tiles"}, {"skills": "painting"}):
        assert await names(site, **new) == ["Berta"], new


async def test_a_long_bio_stores_a_bounded_number_of_terms(site: Site) -> None:
    """Pairs of Chinese letters that do not repeat: thousands of terms.  The skills, the place and the name stay."""
    bios = ["".join(chr(first + n) for n in range(2_000)) for first in (0x4E00, 0x6E00)]
    where: dict[str, Any] = {"skills": ["plumbing"], "city": "Ghent", **GHENT}
    ann = await worker(site, "Ann Peeters", **where, bio=bios[0])
    for bio in bios:
        made(await ann.ask("PATCH", "/me", json={"bio": bio}), 200)
        assert len(site.database.read(lambda c: c.run(_every_term).all())) == MOST_TERMS
        assert await names(site, q="ann peet", city="Ghent", skills="plumbing", radius_km=10, **GHENT) == [
            "Ann Peeters"
        ]
        assert await names(site, q=bio[0]) == ["Ann Peeters"]


async def test_a_question_that_makes_no_sense_is_refused(site: Site) -> None:
    for asked, code in (
        ({"skills": "juggling"}, "category_unknown"),
        ({"sort": "nearest"}, "sort_needs_place"),
        ({"latitude": 1, "longitude": 1}, "coordinates_incomplete"),
        ({"q": "..."}, "no_words"),
        ({"currency": "xxx"}, "currency_unknown"),
    ):
        assert_problem(await site.http.get("/workers", params=asked), 422, code, asked)
    for asked in ({"rating_min": 0}, {"sort": "best"}, {"rate_max": "x"}):
        assert_problem(await site.http.get("/workers", params=asked), 400, "invalid_request", asked)


def test_the_best_rated_come_out_of_an_index(sqlite_url: str) -> None:
    """The plain list is neither scanned nor sorted; terms are looked up, never scanned."""
    database = open_database(sqlite_url)
    SQLITE_PLANS.by_id.clear()
    for words in ((), ("tap",)):
        for sort in (WorkerSort.RATING, WorkerSort.NEWEST):
            wanted = WorkerSearch(words=words, sort=sort)
            database.read(lambda c, wanted=wanted: find(c, wanted, after=None, most=20))
    plans = [plan.sql for plan in SQLITE_PLANS.by_id.values() if "LIMIT" in plan.sql]
    database.close()
    assert len(plans) == 4
    for connection in without_and_with_statistics(sqlite_path(sqlite_url)):
        for sql in plans:
            steps = plan_of(connection, sql)
            scans = [step for step in steps if step.startswith("SCAN worker_term")]
            if "worker_term" in sql:
                assert any("worker_term USING PRIMARY KEY (term=?)" in step for step in steps), steps
                assert scans == [], steps
            else:
                assert "TEMP B-TREE" not in str(steps), steps
