"""What a worker's profile speaks for, and what they have not applied for."""

from __future__ import annotations

from typing import Any

from tests.integration.web.conftest import Site
from tests.people import Person, applied, made, posted
from tests.problems import assert_problem

BERLIN = {"latitude": 52.52, "longitude": 13.405}
POTSDAM = {"latitude": 52.39, "longitude": 13.06}


async def titles(worker: Person, query: str = "") -> list[str]:
    return [job["title"] for job in made(await worker.get(f"/me/matching-jobs{query}"), 200)["items"]]


async def describe(worker: Person, **profile: Any) -> None:
    made(await worker.ask("PATCH", "/me", json=profile), 200)


async def test_skills_and_a_radius_choose(alice: Person, bob: Person) -> None:
    await posted(alice, title="A tap", category="plumbing", **BERLIN)
    await posted(alice, title="A lamp", category="electrical", **BERLIN)
    await posted(alice, title="A drain", category="plumbing", **POTSDAM)
    assert await titles(bob) == ["A drain", "A lamp", "A tap"], "a profile that says nothing excludes nothing"
    await describe(bob, skills=["plumbing", "assembly"], **BERLIN)
    assert await titles(bob, "?radius_km=10") == ["A tap"]
    assert await titles(bob, "?radius_km=50") == ["A drain", "A tap"]


async def test_without_a_place_the_city_counts(alice: Person, bob: Person) -> None:
    await posted(alice, title="Here", city="Gdańsk")
    await posted(alice, title="There", city="Berlin")
    await describe(bob, city="gdansk")
    assert await titles(bob) == ["Here"]


async def test_what_was_applied_for_is_left_out_page_by_page(alice: Person, bob: Person) -> None:
    jobs = [await posted(alice, title=f"Job {n}") for n in range(7)]
    for n in (6, 5, 3):
        await applied(bob, jobs[n]["id"])
    seen, query = [], "?limit=2"
    while True:
        page = made(await bob.get(f"/me/matching-jobs{query}"), 200)
        assert page["items"] or page["next_cursor"] is None
        seen += [job["title"] for job in page["items"]]
        if page["next_cursor"] is None:
            break
        query = f"?limit=2&cursor={page['next_cursor']}"
    assert seen == ["Job 4", "Job 2", "Job 1", "Job 0"]


async def test_a_cursor_of_another_list_is_refused(site: Site, alice: Person, bob: Person) -> None:
    for n in range(3):
        await posted(alice, title=f"Job {n}")
    cursor = made(await site.http.get("/jobs?limit=1"), 200)["next_cursor"]
    assert_problem(await bob.get(f"/me/matching-jobs?cursor={cursor}"), 422, "cursor_invalid")
