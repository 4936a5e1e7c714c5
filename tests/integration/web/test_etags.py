"""Tags of single resources: 304 for who has it already, for nobody else, and never for lists."""

from __future__ import annotations

from tests.integration.web.conftest import Site
from tests.people import Body, Person, hired, made
from tests.problems import assert_problem
from tests.story import walked
from web.documents import described


async def test_a_resource_that_is_known_is_not_sent_again(alice: Person, booking: Body) -> None:
    payment = made(await alice.pay(booking["id"]), 202)
    for path in (f"/bookings/{booking['id']}", f"/payments/{payment['id']}", f"/jobs/{booking['job_id']}"):
        first = await alice.get(path)
        tag = first.headers["etag"]
        assert tag[0] == tag[-1] == '"', path
        assert first.headers["cache-control"] == "private, no-cache", path
        for known in (tag, f"W/{tag}", f'"x", {tag}', f'"x",W/{tag} ,"y"', "*", " * "):
            again = await alice.get(path, headers={"If-None-Match": known})
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag), (path, known)
            assert "content-type" not in again.headers, path
            assert again.headers["x-correlation-id"], path
        for unknown in ('"x"', tag.strip('"'), tag[:-2] + '"', f"w/{tag}", "", ",", b"\xc3\xbc"):
            again = await alice.get(path, headers={"If-None-Match": unknown})
            assert (again.status_code, again.content) == (200, first.content), (path, unknown)


async def test_a_change_gives_another_tag(site: Site, alice: Person, bob: Person, booking: Body) -> None:
    path = f"/bookings/{booking['id']}"
    old = (await alice.get(path)).headers["etag"]
    assert (await bob.get(path)).headers["etag"] == old
    walked(site.database, site.clock, booking["id"], "awaiting_payment", "cancelled")
    answer = await alice.get(path, headers={"If-None-Match": old})
    assert made(answer, 200)["status"] == "cancelled"
    assert answer.headers["etag"] != old


async def test_a_tag_opens_no_door(site: Site, alice: Person, bob: Person, charlie: Person) -> None:
    path = f"/bookings/{(await hired(alice, bob))['id']}"
    for tag in ((await alice.get(path)).headers["etag"], "*"):
        answer = await charlie.get(path, headers={"If-None-Match": tag})
        assert_problem(answer, 404, "not_found")
        assert "etag" not in answer.headers
        assert_problem(await site.http.get(path, headers={"If-None-Match": tag}), 401, "token_missing")


async def test_lists_health_and_answers_to_posts_have_none(alice: Person, job: Body) -> None:
    for path in ("/jobs", "/notifications", f"/jobs/{job['id']}/applications", "/me/threads", "/health/live"):
        answer = await alice.get(path, headers={"If-None-Match": "*"})
        assert answer.status_code == 200, path
        assert "etag" not in answer.headers, path
    assert "etag" not in (await alice.post("/jobs", {})).headers


def test_the_document_says_which_are_tagged() -> None:
    paths = described()["paths"]
    tagged = {path for path, item in paths.items() if "304" in item.get("get", {}).get("responses", {})}
    assert {"/jobs/{job_id}", "/bookings/{booking_id}", "/payments/{payment_id}"} <= tagged
    assert tagged.isdisjoint({"/jobs", "/notifications", "/health", "/me/threads"})
    for path in tagged:
        operation = paths[path]["get"]
        assert "If-None-Match" in {parameter["name"] for parameter in operation["parameters"]}, path
        for status in ("200", "304"):
            assert "ETag" in operation["responses"][status]["headers"], path
