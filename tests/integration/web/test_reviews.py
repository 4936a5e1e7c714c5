"""Reviews: blind, once, in time, and what they add up to."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from domain.bookings.reviews.states import ReviewStatus
from domain.bookings.reviews.tables import review
from domain.database import Connection
from domain.marketplace.ratings.tables import rating
from tests.integration.web.conftest import Site
from tests.people import Person, hired, made
from tests.problems import assert_problem, assert_refused
from tests.story import walked

TO_APPROVED = ("awaiting_payment", "funded", "in_progress", "completed", "approved")
WORDS = 'Ünïcode 水道 🔧 \u202eabc\u2028 <script>alert(1)</script> & "quotes"\r\n\'; DROP TABLE review; --'


@dataclass
class Done:
    """A booking of alice and bob that has come to an end."""

    site: Site
    alice: Person
    bob: Person
    booking: str

    @property
    def path(self) -> str:
        return f"/bookings/{self.booking}/reviews"

    async def forward(self, **by: float) -> None:
        """Tokens live for minutes."""
        self.site.clock.forward(**by)
        self.alice, self.bob = await self.site.people.again(self.alice), await self.site.people.again(self.bob)

    async def shown(self, person: Person) -> tuple[str | None, int | None]:
        """The status of one's own review, and the stars of the other's."""
        found = made(await person.get(self.path), 200)
        return found["mine"] and found["mine"]["status"], found["theirs"] and found["theirs"]["rating"]

    async def about_bob(self) -> dict[str, Any]:
        return made(await self.site.http.get(f"/workers/{self.bob.id}/reviews"), 200)


async def done(site: Site, *way: str) -> Done:
    alice, bob = await site.people.alice(), await site.people.bob()
    booking = (await hired(alice, bob))["id"]
    walked(site.database, site.clock, booking, *(way or TO_APPROVED))
    return Done(site, alice, bob, booking)


async def wrote(person: Person, path: str, stars: int = 5, text: str = "Good.") -> dict[str, Any]:
    return made(await person.post(path, {"rating": stars, "text": text}))


def assert_sums(site: Site) -> None:
    """What is kept of each account is what its published reviews add up to."""
    published = (
        select(review.c.about_id, func.sum(review.c.rating), func.count())
        .where(review.c.status == ReviewStatus.PUBLISHED.value)
        .group_by(review.c.about_id)
    )
    kept = select(rating.c.account_id, rating.c.stars, rating.c.reviews).where(rating.c.reviews > 0)

    def unit(connection: Connection) -> tuple[set[Any], set[Any]]:
        return {(a, int(b), c) for a, b, c in connection.run(published).all()}, set(connection.run(kept).all())

    added, found = site.database.read(unit)
    assert added == found


async def test_blind_until_both_have_written(site: Site) -> None:
    it = await done(site)
    await wrote(it.alice, it.path, 4, WORDS)
    assert (await it.shown(it.alice), await it.shown(it.bob)) == (("pending", None), (None, None))
    assert await it.about_bob() == {"items": [], "next_cursor": None, "rating": {"reviews": 0, "average": None}}
    assert (await wrote(it.bob, it.path, 2))["status"] == "published"
    assert (await it.shown(it.alice), await it.shown(it.bob)) == (("published", 2), ("published", 4))
    found = await it.about_bob()
    assert found["rating"] == {"reviews": 1, "average": 4.0}
    (shown,) = found["items"]
    assert (shown["text"], shown["author_name"], shown["rating"]) == (WORDS, "Alice", 4)
    about_alice = made(await site.http.get(f"/clients/{it.alice.id}/reviews"), 200)
    assert about_alice["rating"] == {"reviews": 1, "average": 2.0}
    assert_sums(site)
    await it.forward(days=8)
    await site.work_off()  # the task finds it published
    assert (await it.about_bob())["rating"] == {"reviews": 1, "average": 4.0}
    assert await told(it.bob) == ["review.published", "review.received"]
    assert await told(it.alice) == ["review.published"]


async def told(person: Person) -> list[str]:
    items = made(await person.get("/notifications"), 200)["items"]
    return sorted(n["kind"] for n in items if n["kind"].startswith("review."))


async def test_a_week_after_the_approval_the_only_review_is_published(site: Site) -> None:
    it = await done(site)
    await it.forward(days=2)
    mine = await wrote(it.alice, it.path)
    await it.forward(days=5, seconds=-1)
    await site.work_off()
    assert await it.shown(it.bob) == (None, None)
    assert await told(it.bob) == ["review.received"]
    await it.forward(seconds=1)
    await site.work_off()
    assert await it.shown(it.bob) == (None, 5)
    assert await told(it.bob) == ["review.published", "review.received"]
    (shown,) = (await it.about_bob())["items"]
    assert shown["id"] == mine["id"]
    assert (await wrote(it.bob, it.path, 1))["status"] == "published"  # a week has passed
    assert await told(it.alice) == []
    await site.work_off()
    assert await told(it.alice) == ["review.published"]
    assert_sums(site)


async def test_what_may_be_reviewed(site: Site) -> None:
    funded = ("awaiting_payment", "funded")
    cases: list[tuple[tuple[str, ...], bool]] = [
        (("awaiting_payment",), False),
        (funded, False),
        ((*funded, "in_progress"), False),
        ((*funded, "in_progress", "completed"), False),
        (("awaiting_payment", "cancelled"), False),
        ((*funded, "cancelled"), False),
        (("awaiting_payment", "expired"), False),
        ((*TO_APPROVED, "disputed"), False),
        ((*funded, "in_progress", "cancelled"), True),
        ((*funded, "in_progress", "disputed", "cancelled"), True),
        ((*TO_APPROVED, "disputed", "approved"), True),
    ]
    for way, reviewable in cases:
        it = await done(site, *way)
        for person in (it.alice, it.bob):
            if reviewable:
                await wrote(person, it.path)
                continue
            await assert_refused(site.database, person.post(it.path, {"rating": 5}), 409, "not_reviewable", way)


async def test_only_within_two_weeks_of_the_last_approval(site: Site) -> None:
    it = await done(site)
    await it.forward(days=13)
    walked(site.database, site.clock, it.booking, "approved", "disputed", "approved")
    await it.forward(days=14, seconds=-1)
    await wrote(it.alice, it.path)
    await it.forward(seconds=1)
    await assert_refused(site.database, it.bob.post(it.path, {"rating": 5}), 409, "review_too_late")


async def test_bad_reviews_are_refused_and_change_nothing(site: Site) -> None:
    it = await done(site)
    for stars in (0, 6, -1, 4.5, "5", None, True, 2**63, 10**400):
        await refused(site, it.alice, it.path, {"rating": stars, "text": "x"})
    for text in (None, 5, ["a"], "x" * 10_001, "a\x00"):
        await refused(site, it.alice, it.path, {"rating": 5, "text": text})
    for body in ({}, {"text": "x"}, {"rating": 5, "status": "published"}, {"rating": 5, "about_id": it.alice.id}):
        await refused(site, it.alice, it.path, body)
    longest = await wrote(it.alice, it.path, 1, "🔧" * 10_000)
    assert len(longest["text"]) == 10_000
    await wrote(it.bob, it.path, 1, "")
    for reason in ("", "x" * 10_001, "a\x00", None, 5):
        await refused(site, it.bob, f"/reviews/{longest['id']}/reports", {"reason": reason})


async def refused(site: Site, person: Person, path: str, body: Any) -> None:
    await assert_refused(site.database, person.post(path, body), 422, "body_invalid", body)


async def test_a_stranger_sees_nothing_before_it_is_published(site: Site) -> None:
    it = await done(site)
    mine = await wrote(it.alice, it.path)
    for charlie in (await site.people.charlie(), await site.people.charlie("worker"), await site.admin()):
        asked = charlie.post(f"/reviews/{mine['id']}/reports", {"reason": "I guessed its id."})
        await assert_refused(site.database, asked, 404, "not_found")
    for path in ("/workers/{}/reviews", "/clients/{}/reviews"):
        for who in (it.alice.id, it.bob.id, "nonsense", "acc_" + "0" * 25, (await site.admin()).id):
            answer = await site.http.get(path.format(who))
            right = path.startswith("/clients") if who == it.alice.id else who == it.bob.id and "workers" in path
            assert answer.status_code == (200 if right else 404), (path, who)
            assert mine["id"] not in answer.text


async def test_pages_of_reviews_come_newest_first(site: Site) -> None:
    it, given = await done(site), []
    for stars in (5, 4, 4):
        booking = await hired(it.alice, it.bob)
        walked(site.database, site.clock, booking["id"], *TO_APPROVED)
        path = f"/bookings/{booking['id']}/reviews"
        given.append((await wrote(it.alice, path, stars))["id"])
        await wrote(it.bob, path, stars)
    path = f"/workers/{it.bob.id}/reviews"
    first = made(await site.http.get(path, params={"limit": 2}), 200)
    rest = made(await site.http.get(path, params={"limit": 2, "cursor": first["next_cursor"]}), 200)
    assert [r["id"] for r in first["items"] + rest["items"]] == given[::-1]
    assert (first["rating"], rest["next_cursor"]) == ({"reviews": 3, "average": 4.33}, None)
    assert_problem(await site.http.get(path, params={"cursor": "~"}), 422, "cursor_invalid")


async def test_both_at_once_publish_both_once(site: Site) -> None:
    for _ in range(5):
        it = await done(site)
        answers = await asyncio.gather(*(p.post(it.path, {"rating": 3}) for p in (it.alice, it.bob)))
        assert [answer.status_code for answer in answers] == [201, 201]
        assert (await it.shown(it.alice), await it.shown(it.bob)) == (("published", 3), ("published", 3))
        assert (await it.about_bob())["rating"] == {"reviews": 1, "average": 3.0}
        assert_sums(site)


async def test_of_one_side_twice_at_once_one_wins(site: Site) -> None:
    it = await done(site)
    answers = await asyncio.gather(*(it.alice.post(it.path, {"rating": n}) for n in (1, 2, 3, 4)))
    won = [answer for answer in answers if answer.status_code == 201]
    assert len(won) == 1
    for answer in answers:
        if answer is not won[0]:
            assert_problem(answer, 409, "already_reviewed")
    await wrote(it.bob, it.path)
    assert (await it.about_bob())["items"][0]["rating"] == won[0].json()["rating"]
    assert_sums(site)


async def test_the_last_moment_and_the_second_review_at_once_publish_once(site: Site) -> None:
    for _ in range(3):
        it = await done(site)
        await wrote(it.alice, it.path, 2)
        await it.forward(days=7)
        answer, _ = await asyncio.gather(it.bob.post(it.path, {"rating": 4}), site.work_off())
        made(answer)
        assert (await it.about_bob())["rating"] == {"reviews": 1, "average": 2.0}
        assert (await it.shown(it.alice), await it.shown(it.bob)) == (("published", 4), ("published", 2))
        assert_sums(site)
