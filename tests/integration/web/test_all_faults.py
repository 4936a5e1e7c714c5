"""A body that is wrong in several places is refused once, for all of them."""

from __future__ import annotations

from typing import Any

from tests.contents import unchanged
from tests.integration.web.conftest import Site
from tests.people import JOB, Person, posted
from tests.problems import assert_problem


def faults(problem: dict[str, Any]) -> dict[str, str]:
    """The codes of the faults, by their fields."""
    return {error["field"]: error["code"] for error in problem["errors"]}


async def test_every_field_of_the_wrong_shape_is_named_at_once(site: Site, alice: Person) -> None:
    body = {**JOB, "title": "", "budget_minor": 0, "latitude": 99, "currency": "USD", "draft": "no", "titel": "Tap"}
    del body["city"]
    with unchanged(site.database):
        problem = assert_problem(await alice.post("/jobs", body), 422, "body_invalid")
    assert faults(problem) == {
        "title": "wrong_length",
        "city": "missing",
        "budget_minor": "out_of_range",
        "currency": "wrong_form",
        "latitude": "out_of_range",
        "draft": "wrong_type",
        "titel": "unknown_field",
    }
    by_field = {error["field"]: error for error in problem["errors"]}
    assert by_field["budget_minor"]["detail"] == "`budget_minor` must be at least 1; it is 0."
    assert by_field["titel"]["detail"] == "`titel` is not a field of this body. Did you mean `title`?"
    assert by_field["city"]["pointer"] == "/city"
    for error in problem["errors"]:
        assert error["detail"] in problem["detail"]


async def test_every_rule_that_is_broken_is_named_at_once(site: Site, alice: Person, bob: Person) -> None:
    wrong = {**JOB, "category": "juggling", "budget_minor": 1, "wanted_from": "2020-01-01", "latitude": 1.0}
    with unchanged(site.database):
        problem = assert_problem(await alice.post("/jobs", wrong), 422, "body_invalid")
    assert faults(problem) == {
        "category": "category_unknown",
        "budget_minor": "amount_out_of_range",
        "wanted_from": "date_out_of_range",
        "longitude": "coordinates_incomplete",
    }
    one = assert_problem(await alice.post("/jobs", {**JOB, "category": "juggling"}), 422, "category_unknown")
    assert faults(one) == {"category": "category_unknown"}
    job = await posted(alice)
    offer = {"message": "", "price_minor": 1, "starts_at": "2020-01-01T00:00:00Z"}
    both = assert_problem(await bob.post(f"/jobs/{job['id']}/applications", offer), 422, "body_invalid")
    assert faults(both) == {"price_minor": "amount_out_of_range", "starts_at": "date_out_of_range"}
    profile = {"time_zone": "Mars/Base", "skills": ["plumbing", "juggling"], "rate_minor": 5_000}
    problem = assert_problem(await bob.ask("PATCH", "/me", json=profile), 422, "body_invalid")
    assert faults(problem) == {
        "time_zone": "time_zone_unknown",
        "skills": "category_unknown",
        "currency": "rate_incomplete",
    }


async def test_an_item_of_a_list_is_pointed_at(bob: Person) -> None:
    problem = assert_problem(
        await bob.ask("PATCH", "/me", json={"skills": ["plumbing", 3, "x" * 41]}), 422, "body_invalid"
    )
    assert [error["pointer"] for error in problem["errors"]] == ["/skills/1", "/skills/2"]


async def test_a_secret_is_not_repeated(site: Site) -> None:
    body = {"email": 3, "password": "hunter2", "name": "Eve", "role": "boss"}
    answer = await site.http.post("/auth/register", json=body)
    problem = assert_problem(answer, 422, "body_invalid")
    assert faults(problem) == {"email": "wrong_type", "password": "wrong_length", "role": "not_one_of"}
    assert '`role` must be one of client, worker; it is "boss".' in problem["detail"]
    assert "hunter2" not in answer.text


async def test_every_wrong_parameter_of_a_search_is_named(site: Site) -> None:
    answer = await site.http.get("/jobs", params={"sort": "best", "radius_km": 0, "budget_min": -1})
    problem = assert_problem(answer, 400, "invalid_request")
    assert faults(problem) == {"sort": "not_one_of", "radius_km": "out_of_range", "budget_min": "out_of_range"}
    assert "`sort` must be one of newest, budget_up, budget_down, nearest; it is best." in problem["detail"]
