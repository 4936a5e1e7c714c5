"""Bodies that are no good: each is refused in clear words, and changes nothing."""

from __future__ import annotations

import json
from typing import Any

from tests.contents import unchanged
from tests.integration.web.conftest import Site
from tests.people import JOB, OFFER, PASSWORD, Body, Person, applied, hired, posted
from tests.problems import assert_problem, assert_refused

NEW = {"email": "dora@example.com", "password": PASSWORD, "name": "Dora", "role": "client"}


async def test_an_operation_without_a_body_refuses_one_that_it_would_ignore(site: Site, alice: Person) -> None:
    application = await applied(await site.people.bob(), (await posted(alice))["id"])
    hire, as_json = f"/applications/{application['id']}/hire", {"Content-Type": "application/json"}
    for body, headers, status, code in (
        (b'{"total_minor": 1}', as_json, 422, "body_invalid"),
        (b"[]", as_json, 422, "body_invalid"),
        (b"{bad", as_json, 400, "invalid_request"),
        (b"<a/>", {"Content-Type": "text/xml"}, 415, "unsupported_media_type"),
    ):
        with unchanged(site.database, body):
            assert_problem(await alice.post(hire, content=body, headers=headers), status, code, body)
    assert (await alice.post(hire, content=b"{}", headers=as_json)).status_code == 201


async def test_ten_megabytes_are_refused(site: Site, alice: Person) -> None:
    huge = json.dumps({**JOB, "description": "x" * 10_000_000}).encode()
    for path in ("/auth/register", "/auth/login", "/jobs", "/payments", "/webhooks/stripe"):
        with unchanged(site.database, path):
            answer = await alice.post(path, content=huge, headers={"Idempotency-Key": "k"})
        assert_problem(answer, 413, "body_too_large", path)


async def test_ten_megabytes_that_do_not_say_so_are_refused(site: Site, alice: Person) -> None:
    async def chunks() -> Any:
        for _ in range(100):
            yield b"x" * 100_000

    await assert_refused(site.database, alice.post("/jobs", content=chunks()), 413, "body_too_large")


async def refused(site: Site, person: Person | None, path: str, good: dict[str, Any], cases: dict[str, Any]) -> None:
    """``cases``: what is wrong with the good body, as ``{"field=note": value}``, and the code it earns."""
    post = site.http.post if person is None else person.http.post
    headers = {"Idempotency-Key": "k"} | ({"Authorization": f"Bearer {person.token}"} if person else {})
    for name, value in cases.items():
        field = name.partition("=")[0]
        body = {key: v for key, v in {**good, field: value}.items() if v is not MISSING}
        with unchanged(site.database, (path, name)):
            answer = await post(path, json=body, headers=headers)
        problem = assert_problem(answer, 422, answer.json()["code"], (path, name))
        assert {e["field"].partition("[")[0] for e in problem["errors"]} == {field}, (path, name, problem)


MISSING: Any = object()
CONTROL = "Fix\x07 a tap"
NOT_TEXT = {"null": None, "number": 5, "list": ["a"], "object": {"a": 1}, "true": True, "missing": MISSING}
NOT_AMOUNTS = {
    "zero": 0,
    "one": 1,
    "negative": -5_000,
    "huge": 10**8,
    "huger": 2**63,
    "hugest": 10**400,
    "fraction": 10.5,
    "text": "10000",
    "null": None,
    "true": True,
    "missing": MISSING,
}


NOT_DATES = {
    "passed": "2026-11-23T11:59:59Z",
    "now": "2026-11-23T12:00:00Z",
    "absurd": "9999-12-31T23:59:59Z",
    "first": "0001-01-01T00:00:00+23:59",
    "no offset": "2027-01-01T09:00:00",
    "a day": "2027-01-01",
    "30 February": "2027-02-30T09:00:00Z",
    "a 13th month": "2027-13-01T09:00:00Z",
    "an hour 24": "2027-01-01T24:00:00Z",
    "an absurd offset": "2027-01-01T09:00:00+99:99",
    "year 0": "0000-01-01T00:00:00Z",
    "the end of all time": "9999-12-31T23:59:59-23:59",
    "number": 1_800_000_000,
    "words": "tomorrow at nine",
    "empty": "",
}


def each(field: str, values: dict[str, Any]) -> dict[str, Any]:
    return {f"{field}={name}": value for name, value in values.items()}


async def test_every_field_of_a_job_is_checked(site: Site, alice: Person) -> None:
    lines = {"empty": "", "long": "x" * 201, "control": CONTROL, "NUL": "a\x00", "line end": "Fix\n", "DEL": "a\x7f"}
    cases = {
        **each("title", {**NOT_TEXT, **lines}),
        **each("city", {**NOT_TEXT, **lines}),
        **each("description", {**NOT_TEXT, "long": "x" * 10_001, "NUL": "a\x00b"}),
        **each("category", {**NOT_TEXT, "spaces": "garden work", "upper": "Garden", "line end": "garden\n", "1": "g"}),
        **each("budget_minor", NOT_AMOUNTS),
        **each("currency", {"unknown": "xxx", "upper": "USD", "line end": "usd\n", "number": 840, "null": None}),
        "client_id=unknown field": alice.id,
        "status=unknown field": "closed",
    }
    await refused(site, alice, "/jobs", JOB, cases)


async def test_every_field_of_an_application_is_checked(site: Site, bob: Person, job: Body) -> None:
    cases = {
        **each("message", {**NOT_TEXT, "long": "x" * 10_001, "NUL": "\x00"}),
        **each("price_minor", NOT_AMOUNTS),
        **each("starts_at", NOT_DATES),
        "ends_at=without a start": "2027-01-01T09:00:00Z",
        "worker_id=unknown field": bob.id,
    }
    await refused(site, bob, f"/jobs/{job['id']}/applications", OFFER, cases)


async def test_every_field_of_an_offer_is_checked(site: Site, alice: Person, bob: Person) -> None:
    offer = await applied(bob, (await posted(alice))["id"])
    cases = {
        **each("price_minor", NOT_AMOUNTS),
        **each("starts_at", NOT_DATES),
        "ends_at=without a start": "2027-01-01T09:00:00Z",
        **each("note", {"null": None, "number": 5, "long": "x" * 10_001, "NUL": "a\x00b"}),
        "author_id=unknown field": bob.id,
    }
    await refused(site, alice, f"/applications/{offer['id']}/offers", {"price_minor": 8_000}, cases)


async def test_every_field_of_the_steps_of_a_booking_is_checked(site: Site, alice: Person, bob: Person) -> None:
    path = f"/bookings/{(await hired(alice, bob))['id']}"
    notes = {"null": None, "number": 5, "list": [], "long": "x" * 10_001, "NUL": "a\x00b"}
    optional = {**each("note", notes), "status=unknown field": "approved"}
    for step in ("complete", "cancel", "no-show"):
        await refused(site, bob, f"{path}/{step}", {"note": ""}, optional)
    required = {**each("note", {**notes, "empty": "", "missing": MISSING}), "by=unknown field": bob.id}
    await refused(site, alice, f"{path}/request-changes", {"note": "Again."}, required)
    dates = {
        **each("starts_at", {**NOT_DATES, "null": None, "missing": MISSING}),
        **each("ends_at", {"before the start": "2027-01-01T08:59:59Z", "years later": "2028-06-01T09:00:00Z"}),
        **each("note", notes),
    }
    await refused(site, alice, f"{path}/reschedule", {"starts_at": "2027-01-01T09:00:00Z"}, dates)
    for answer in ("accept", "refuse"):
        ids = each("reschedule_id", NOT_TEXT)
        await refused(site, bob, f"{path}/reschedule/{answer}", {"reschedule_id": "rsc_1"}, ids)


async def test_every_field_of_an_invitation_is_checked(site: Site, alice: Person, bob: Person) -> None:
    path = f"/jobs/{(await posted(alice))['id']}/invitations"
    cases = {**each("worker_id", NOT_TEXT), "message=unknown field": "Please!"}
    await refused(site, alice, path, {"worker_id": bob.id}, cases)


async def test_every_field_of_a_registration_is_checked(site: Site) -> None:
    emails = {
        "empty": "",
        "no at": "dora.example.com",
        "two at": "d@o@example.com",
        "no dot": "dora@localhost",
        "space": "do ra@example.com",
        "NUL": "dora\x00@example.com",
        "NUL in the domain": "dora@exam\x00ple.com",
        "DEL": "dora\x7f@example.com",
        "line end": "dora@example.com\n",
        "long": "d@" + "e" * 250 + ".com",
        "longer in lower case": "d@" + "\u0130" * 240 + ".com",
    }
    cases = {
        **each("email", {**NOT_TEXT, **emails}),
        **each("password", {**NOT_TEXT, "short": "x" * 9, "long": "x" * 201}),
        **each("name", {**NOT_TEXT, "empty": "", "long": "x" * 101, "control": CONTROL, "line end": "Dora\n"}),
        **each("role", {**NOT_TEXT, "admin": "admin", "upper": "CLIENT", "empty": ""}),
        "id=unknown field": "acc_1",
    }
    await refused(site, None, "/auth/register", NEW, cases)


async def test_every_field_of_a_login_is_checked(site: Site) -> None:
    cases = {
        **each("email", {**NOT_TEXT, "NUL": "d\x00@example.com"}),
        **each("password", {**NOT_TEXT, "long": "x" * 201}),
        "otp=unknown field": "1",
    }
    await refused(site, None, "/auth/login", {"email": NEW["email"], "password": PASSWORD}, cases)


async def test_every_field_of_a_payment_is_checked(site: Site, alice: Person, booking: Body) -> None:
    methods = {"empty": "", "path": "pm/../x", "long": "p" * 81, "line end": "pm_card_visa\n", "NUL": "pm\x00"}
    cases = {
        **each("booking_id", NOT_TEXT),
        **each("provider", {"unknown": "venmo", "null": None, "number": 1, "upper": "Stripe"}),
        **each("payment_method", {**methods, "number": 1, "list": []}),
        "amount_minor=unknown field": 1,
        "currency=unknown field": "usd",
    }
    await refused(site, alice, "/payments", {"booking_id": booking["id"]}, cases)


async def test_every_language_is_kept_as_it_was_written(site: Site, alice: Person, bob: Person) -> None:
    words = "Ünïcode 水道修理 🔧 \u202eabc\u2028 שלום e\u0301 \U0001f468\u200d\U0001f527 '; DROP TABLE job; --"
    job = await posted(alice, title=words, city=words, description=f"{words}\n\t\r\n\x07{words}")
    assert (await site.http.get(f"/jobs/{job['id']}")).json() == job
    assert (job["title"], job["city"], job["description"]) == (words, words, f"{words}\n\t\r\n\x07{words}")
    offer = await applied(bob, job["id"], message=words)
    assert offer["message"] == words


async def test_the_largest_amount_and_the_smallest_are_taken(alice: Person) -> None:
    for amount, currency in ((50, "usd"), (99_999_999, "usd"), (50, "jpy"), (200, "kwd")):
        job = await posted(alice, budget_minor=amount, currency=currency)
        assert (job["budget_minor"], job["currency"]) == (amount, currency)
