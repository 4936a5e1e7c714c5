"""The jobs of a suspended client are nobody else's to see, and take nothing; bookings go on."""

from __future__ import annotations

from tests.integration.web.conftest import Site
from tests.people import OFFER, PASSWORD, Body, Person, applied, made, posted
from tests.problems import assert_problem

LISTS = (
    "/jobs",
    "/jobs?q=leaking",
    "/jobs?category=plumbing&sort=budget_up",
    "/jobs?sort=budget_down",
    "/jobs?latitude=52.5&longitude=13.4&radius_km=5&sort=nearest",
    "/jobs?city=Berlin",
)


async def seen(site: Site, *by: Person) -> set[str]:
    """The titles in every list, and in the matching jobs of those who are signed in."""
    pages = [made(await site.http.get(path), 200) for path in LISTS]
    pages += [made(await person.get("/me/matching-jobs"), 200) for person in by]
    lists = [{job["title"] for job in page["items"]} for page in pages]
    assert all(each == lists[0] for each in lists), lists
    return lists[0]


async def test_they_are_hidden_from_everybody_else_until_the_client_is_reinstated(site: Site) -> None:
    alice, anna, bob = await site.people.alice(), await site.people.join("Anna", "client"), await site.people.bob()
    ada = await site.admin()
    made(await bob.ask("PATCH", "/me", json={"skills": ["plumbing"], "city": "Berlin"}), 200)
    place = {"latitude": 52.5, "longitude": 13.4}
    hers = await posted(alice, title="A leaking tap", **place)
    await posted(anna, title="A leaking pipe", **place)
    assert await seen(site, bob) == {"A leaking tap", "A leaking pipe"}

    made(await ada.post(f"/admin/accounts/{alice.id}/suspend"), 200)
    assert await seen(site, bob) == {"A leaking pipe"}
    for answer in (await site.http.get(f"/jobs/{hers['id']}"), await bob.get(f"/jobs/{hers['id']}")):
        assert_problem(answer, 404, "not_found")
    assert_problem(await bob.post(f"/jobs/{hers['id']}/applications", OFFER), 404, "not_found")

    made(await ada.post(f"/admin/accounts/{alice.id}/reinstate"), 200)
    assert await seen(site, bob) == {"A leaking tap", "A leaking pipe"}
    made(await bob.post(f"/jobs/{hers['id']}/applications", OFFER))


async def test_a_former_client_is_not_named_and_a_reinstated_one_is(site: Site) -> None:
    alice, anna, ada = await site.people.alice(), await site.people.join("Anna", "client"), await site.admin()
    for client in (alice, anna):
        job = await posted(client)
        made(await client.post(f"/jobs/{job['id']}/cancel"), 200)
    assert (await anna.post("/me/deactivate", {"password": PASSWORD})).status_code == 204
    made(await ada.post(f"/admin/accounts/{alice.id}/suspend"), 200)
    made(await ada.post(f"/admin/accounts/{alice.id}/reinstate"), 200)
    listed = made(await site.http.get("/jobs?status=cancelled"), 200)["items"]
    assert [job["client_name"] for job in listed] == ["Former client", "Alice"]


async def test_a_page_goes_on_behind_hidden_jobs(site: Site) -> None:
    alice, anna, ada = await site.people.alice(), await site.people.join("Anna", "client"), await site.admin()
    for n in range(6):
        await posted((alice, anna)[n % 2], title=f"Leak {n}")
    made(await ada.post(f"/admin/accounts/{alice.id}/suspend"), 200)
    for path in ("/jobs?limit=2", "/jobs?limit=2&q=leak"):
        titles, cursor = [], ""
        while cursor is not None:
            page = made(await site.http.get(path + (f"&cursor={cursor}" if cursor else "")), 200)
            titles += [job["title"] for job in page["items"]]
            cursor = page["next_cursor"]
        assert titles == ["Leak 5", "Leak 3", "Leak 1"], path


async def test_nothing_is_bargained_hired_or_invited(site: Site) -> None:
    alice, bob, ben = await site.people.alice(), await site.people.bob(), await site.people.join("Ben", "worker")
    ada, job = await site.admin(), await posted(alice)
    first, second = await applied(bob, job["id"]), await applied(ben, job["id"])
    offer = made(await alice.post(f"/applications/{first['id']}/offers", {"price_minor": 8_000}))
    made(await ada.post(f"/admin/accounts/{alice.id}/suspend"), 200)
    for answer in (
        await ben.post(f"/applications/{second['id']}/offers", {"price_minor": 8_500}),
        await bob.post(f"/applications/{first['id']}/offers/{offer['id']}/accept"),
    ):
        assert_problem(answer, 409, "client_unavailable")
    for answer in (
        await alice.post(f"/applications/{second['id']}/hire"),
        await alice.post(f"/applications/{second['id']}/offers", {"price_minor": 8_500}),
        await alice.post(f"/jobs/{job['id']}/invitations", {"worker_id": ben.id}),
    ):
        assert_problem(answer, 403, "account_suspended")
    made(await bob.post(f"/applications/{first['id']}/withdraw"), 200)  # nobody is bound


async def test_a_booking_goes_on(alice: Person, bob: Person, ada: Person, booking: Body) -> None:
    made(await ada.post(f"/admin/accounts/{alice.id}/suspend"), 200)
    assert made(await bob.get(f"/bookings/{booking['id']}"), 200)["status"] == "awaiting_payment"
    assert_problem(await alice.pay(booking["id"]), 403, "account_suspended")
    made(await bob.post(f"/bookings/{booking['id']}/cancel", {}), 200)
