"""Reports about reviews, and what admins make of them."""

from __future__ import annotations

import asyncio
from typing import Any

from sqlalchemy import bindparam, update

from domain.bookings.reviews.states import TRANSITIONS, ReportStatus, ReviewStatus
from domain.bookings.reviews.tables import report, review
from domain.history.read import changes
from tests.contents import unchanged
from tests.integration.web.conftest import Site
from tests.integration.web.test_reviews import Done, assert_sums, done, wrote
from tests.people import Person, made
from tests.problems import assert_problem, assert_refused

_force = update(review).where(review.c.id == bindparam("review_id")).values(status=bindparam("to"))
_force_report = update(report).where(report.c.id == bindparam("report_id")).values(status=bindparam("to"))


async def published(site: Site) -> tuple[Done, str]:
    """What alice says of bob: two stars."""
    it = await done(site)
    mine = await wrote(it.alice, it.path, 2)
    await wrote(it.bob, it.path, 4)
    return it, mine["id"]


async def reported(person: Person, review_id: str) -> dict[str, Any]:
    return made(await person.post(f"/reviews/{review_id}/reports", {"reason": "It is not true."}))


async def test_hidden_it_does_not_count_and_restored_it_does(site: Site) -> None:
    (it, review_id), ada = await published(site), await site.admin()
    mine = await reported(it.bob, review_id)
    (listed,) = made(await ada.get("/admin/reports"), 200)["items"]
    assert (listed["id"], listed["reason"], listed["rating"]) == (mine["id"], "It is not true.", 2)
    assert made(await ada.post(f"/admin/reviews/{review_id}/hide"), 200)["status"] == "hidden"
    assert await it.about_bob() == {"items": [], "next_cursor": None, "rating": {"reviews": 0, "average": None}}
    assert (await it.shown(it.alice), await it.shown(it.bob)) == (("hidden", 4), ("published", None))
    assert made(await ada.get("/admin/reports"), 200)["items"] == []
    (upheld,) = made(await ada.get("/admin/reports", params={"status": "upheld"}), 200)["items"]
    assert upheld["review_status"] == "hidden"
    assert_sums(site)
    assert made(await ada.post(f"/admin/reviews/{review_id}/restore"), 200)["status"] == "published"
    assert (await it.about_bob())["rating"] == {"reviews": 1, "average": 2.0}
    assert_sums(site)
    history = site.database.read(lambda c: changes(c, review_id))
    assert [(h.to_status, h.actor) for h in history][2:] == [("hidden", ada.id), ("published", ada.id)]
    assert [h.actor for h in site.database.read(lambda c: changes(c, mine["id"]))] == [it.bob.id, ada.id]


async def test_one_reports_a_review_once_and_never_ones_own(site: Site) -> None:
    it, review_id = await published(site)
    charlie = await site.people.charlie()
    await reported(it.bob, review_id)
    await reported(charlie, review_id)
    path, body = f"/reviews/{review_id}/reports", {"reason": "Again."}
    with unchanged(site.database):
        assert_problem(await charlie.post(path, body), 409, "already_reported")
        assert_problem(await it.alice.post(path, body), 403, "own_review")
    made(await (await site.admin()).post(f"/admin/reviews/{review_id}/hide"), 200)
    assert_problem(await (await site.people.charlie()).post(path, body), 404, "not_found")


async def test_a_dismissed_report_leaves_the_review(site: Site) -> None:
    (it, review_id), ada = await published(site), await site.admin()
    path = f"/admin/reports/{(await reported(it.bob, review_id))['id']}/dismiss"
    assert (await ada.post(path)).status_code == 204
    await assert_refused(site.database, ada.post(path), 409, "report_status")
    assert (await it.about_bob())["rating"]["reviews"] == 1


async def test_a_status_of_reports_that_there_is_not_is_refused(ada: Person) -> None:
    for bad in ("OPEN", "open\n"):
        assert_problem(await ada.get("/admin/reports", params={"status": bad}), 400, "invalid_request", bad)


async def test_every_status_and_every_action(site: Site) -> None:
    """What the table does not allow changes nothing."""
    (it, review_id), ada = await published(site), await site.admin()
    report_id = (await reported(it.bob, review_id))["id"]
    actions = {"hide": ReviewStatus.HIDDEN, "restore": ReviewStatus.PUBLISHED}
    for status in ReviewStatus:
        for action, target in actions.items():
            site.database.write(lambda c, to=status.value: c.run(_force, review_id=review_id, to=to))
            path = f"/admin/reviews/{review_id}/{action}"
            if target in TRANSITIONS[status] and status is not ReviewStatus.PENDING:
                assert made(await ada.post(path), 200)["status"] == target
            else:
                await assert_refused(site.database, ada.post(path), 409, "review_status", (status, action))
    for decided in (ReportStatus.UPHELD, ReportStatus.DISMISSED):
        site.database.write(lambda c, to=decided.value: c.run(_force_report, report_id=report_id, to=to))
        with unchanged(site.database, decided):
            assert_problem(await ada.post(f"/admin/reports/{report_id}/dismiss"), 409, "report_status", decided)


async def test_of_many_at_once_one_hides_and_one_restores(site: Site) -> None:
    it, review_id = await published(site)
    ada, ben = await site.admin(), await site.admin()
    for action in ("hide", "restore"):
        path = f"/admin/reviews/{review_id}/{action}"
        answers = await asyncio.gather(*(person.post(path) for person in (ada, ben, ada, ben)))
        assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
        assert_sums(site)
    assert (await it.about_bob())["rating"] == {"reviews": 1, "average": 2.0}


async def test_hidden_while_it_is_reported_leaves_no_report_open(site: Site) -> None:
    _, review_id = await published(site)
    ada, charlies = await site.admin(), [await site.people.charlie() for _ in range(4)]
    reports = [c.post(f"/reviews/{review_id}/reports", {"reason": "Spam."}) for c in charlies]
    hidden, *answers = await asyncio.gather(ada.post(f"/admin/reviews/{review_id}/hide"), *reports)
    made(hidden, 200)
    assert {answer.status_code for answer in answers} <= {201, 404}
    assert made(await ada.get("/admin/reports"), 200)["items"] == []
