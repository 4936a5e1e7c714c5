"""Messages between the two parties of an application, before the hire and after it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from domain.bookings.messages.closing import OPEN_AFTER_THE_END
from tests.contents import unchanged
from tests.integration.web.conftest import Site, two_pages
from tests.people import Body, Person, applied, hired, made, posted
from tests.problems import assert_problem, assert_refused
from tests.story import walked
from tests.unseen import UNSEEN

WORDS = 'Ünïcode 水道 🔧 \u202eabc\u2028 e\u0301 <script>alert(1)</script> & "quotes"\r\n\t\'; DROP TABLE message; --'


async def wrote(person: Person, path: str, text: str = "At nine?") -> dict[str, Any]:
    return made(await person.post(f"{path}/messages", {"text": text}))


async def texts(person: Person, path: str, **query: Any) -> list[str]:
    return [m["text"] for m in made(await person.get(f"{path}/messages", params=query), 200)["items"]]


async def unread(person: Person) -> tuple[int, int]:
    found = made(await person.get("/me/unread"), 200)
    return found["threads"], found["messages"]


async def in_touch(alice: Person, bob: Person) -> str:
    """The path of bob's application for a job of hers."""
    return f"/applications/{(await applied(bob, (await posted(alice))['id']))['id']}"


async def test_one_thread_goes_on_from_the_application_to_the_booking(alice: Person, bob: Person) -> None:
    path = await in_touch(alice, bob)
    first = await wrote(alice, path, "Do you have washers?")
    assert (first["author_id"], first["application_id"]) == (alice.id, path.split("/")[-1])
    await wrote(bob, path, "I do.")
    booking = made(await alice.post(f"{path}/hire"))
    await wrote(bob, f"/bookings/{booking['id']}", "Thank you!")
    expected = ["Thank you!", "I do.", "Do you have washers?"]
    for person in (alice, bob):
        for of in (path, f"/bookings/{booking['id']}"):
            assert await texts(person, of) == expected


async def test_what_was_written_is_kept_as_it_was_written(alice: Person, bob: Person) -> None:
    path = await in_touch(alice, bob)
    longest = "🔧" * 10_000
    assert (await wrote(alice, path, WORDS))["text"] == WORDS
    assert (await wrote(bob, path, longest))["text"] == longest
    assert await texts(alice, path) == [longest, WORDS]
    (thread,) = made(await alice.get("/me/threads"), 200)["items"]
    assert thread["last_text"] == "🔧" * 200


async def test_a_bad_message_is_refused_and_changes_nothing(site: Site, alice: Person, bob: Person) -> None:
    booking = await hired(alice, bob)
    bad: list[Any] = ["", *UNSEEN, "\r\n\t", "x" * 10_001, "a\x00b", None, 5, ["a"], {"a": 1}, True]
    bodies = [{"text": value} for value in bad] + [{}, {"text": "a", "author_id": bob.id}]
    for path in (f"/applications/{booking['application_id']}", f"/bookings/{booking['id']}"):
        for body in bodies:
            with unchanged(site.database, (path, body)):
                answer = await alice.post(f"{path}/messages", body)
            assert_problem(answer, 422, "body_invalid", body)


async def test_a_strangers_list_is_empty(alice: Person, charlie: Person, booking: Body) -> None:
    await wrote(alice, f"/bookings/{booking['id']}")
    assert await unread(charlie) == (0, 0)
    assert made(await charlie.get("/me/threads"), 200)["items"] == []


async def test_a_message_of_another_thread_is_not_there(site: Site, alice: Person, bob: Person, booking: Body) -> None:
    elsewhere = await wrote(alice, await in_touch(alice, bob))
    for path in (f"/applications/{booking['application_id']}", f"/bookings/{booking['id']}"):
        for other in (elsewhere["id"], "msg_" + "f" * 25, "nonsense"):
            asked = bob.post(f"{path}/messages/read", {"message_id": other})
            await assert_refused(site.database, asked, 404, "not_found", other)


async def test_unread_grows_with_the_messages_of_the_other_and_shrinks_with_reading(alice: Person, bob: Person) -> None:
    one, two = await in_touch(alice, bob), await in_touch(alice, bob)
    sent = [await wrote(alice, one, str(n)) for n in range(3)]
    await wrote(alice, two)
    await wrote(bob, one, "Yes.")
    assert (await unread(bob), await unread(alice)) == ((2, 4), (1, 1))

    async def read_up_to(message: dict[str, Any]) -> int:
        body = {"message_id": message["id"]}
        return int(made(await bob.post(f"{one}/messages/read", body), 200)["unread"])

    assert await read_up_to(sent[1]) == 1
    assert await read_up_to(sent[0]) == 1  # never backwards
    assert await unread(bob) == (2, 2)
    assert await read_up_to(sent[2]) == 0
    assert (await unread(bob), await unread(alice)) == ((1, 1), (1, 1))
    threads = made(await bob.get("/me/threads"), 200)["items"]
    assert [(t["unread"], t["read_up_to"]) for t in threads] == [(0, sent[2]["id"]), (1, None)]


async def test_threads_come_with_the_last_written_first_a_page_at_a_time(site: Site) -> None:
    alice, bob, charlie = await site.people.alice(), await site.people.bob(), await site.people.charlie("worker")
    paths = [await in_touch(alice, bob), await in_touch(alice, charlie), await in_touch(alice, bob)]
    await in_touch(alice, bob)  # nobody has written here
    for path in paths:
        await wrote(alice, path, path)
    await wrote(charlie, paths[1], "Last")
    found = await two_pages(alice, "/me/threads", 2)
    assert [f"/applications/{t['application_id']}" for t in found] == [paths[1], paths[2], paths[0]]
    assert (found[0]["other_id"], found[0]["other_name"]) == (charlie.id, "Charlie")
    assert (found[0]["last_text"], found[0]["last_author_id"]) == ("Last", charlie.id)
    (his,) = made(await charlie.get("/me/threads"), 200)["items"]
    assert (his["other_id"], his["job_title"], his["unread"]) == (alice.id, "Fix a tap", 1)


async def test_messages_come_newest_first_while_more_are_written(alice: Person, bob: Person) -> None:
    path = await in_touch(alice, bob)
    for n in range(5):
        await wrote(alice, path, str(n))
    first = made(await bob.get(f"{path}/messages", params={"limit": 3}), 200)
    await wrote(bob, path, "meanwhile")
    assert [m["text"] for m in first["items"]] == ["4", "3", "2"]
    assert await texts(bob, path, limit=3, cursor=first["next_cursor"]) == ["1", "0"]
    for cursor in ("next", "'; --", "~"):
        answer = await bob.get(f"{path}/messages", params={"cursor": cursor})
        assert_problem(answer, 422, "cursor_invalid", cursor)


async def test_a_declined_or_withdrawn_applicant_can_read_but_not_write(site: Site) -> None:
    alice, bob, dora = await site.people.alice(), await site.people.bob(), await site.people.charlie("worker")
    job = await posted(alice)
    wanted, other = await applied(bob, job["id"]), await applied(dora, job["id"])
    path = f"/applications/{other['id']}"
    message = await wrote(alice, path)
    made(await alice.post(f"/applications/{wanted['id']}/hire"))
    for person in (alice, dora):
        await assert_refused(site.database, person.post(f"{path}/messages", {"text": "But why?"}), 409, "thread_closed")
        assert await texts(person, path) == ["At nine?"]
    made(await dora.post(f"{path}/messages/read", {"message_id": message["id"]}), 200)
    await wrote(alice, f"/applications/{wanted['id']}")


@pytest.mark.parametrize(
    "way",
    [
        ("awaiting_payment", "cancelled"),
        ("awaiting_payment", "expired"),
        ("awaiting_payment", "funded", "in_progress", "completed", "approved"),
    ],
    ids=lambda way: str(way[-1]),
)
async def test_the_thread_of_a_booking_closes_thirty_days_after_its_end(site: Site, way: tuple[str, ...]) -> None:
    alice, bob = await site.people.alice(), await site.people.bob()
    booking = await hired(alice, bob)
    path = f"/bookings/{booking['id']}"
    site.clock.forward(days=60)
    walked(site.database, site.clock, booking["id"], *way)
    site.clock.forward(seconds=OPEN_AFTER_THE_END.total_seconds() - 1)
    alice, bob = await site.people.again(alice), await site.people.again(bob)
    await wrote(alice, path, "Your hammer is still here.")
    site.clock.forward(seconds=1)
    for of in (path, f"/applications/{booking['application_id']}"):
        await assert_refused(site.database, bob.post(f"{of}/messages", {"text": "Oh!"}), 409, "thread_closed")
        assert await texts(bob, of) == ["Your hammer is still here."]


async def test_a_booking_that_is_disputed_after_its_approval_goes_on(site: Site, alice: Person, bob: Person) -> None:
    booking = await hired(alice, bob)
    way = ("awaiting_payment", "funded", "in_progress", "completed", "approved", "disputed")
    walked(site.database, site.clock, booking["id"], *way)
    site.clock.forward(days=31)
    await wrote(await site.people.again(alice), f"/bookings/{booking['id']}")
    walked(site.database, site.clock, booking["id"], "disputed", "approved")
    site.clock.forward(days=29)
    await wrote(await site.people.again(bob), f"/bookings/{booking['id']}")


async def test_the_other_side_is_told_once_until_it_has_read(site: Site, alice: Person, bob: Person) -> None:
    path = await in_touch(alice, bob)
    sent = [await wrote(alice, path, str(n)) for n in range(3)]
    await wrote(bob, path, "Yes?")
    assert await told(site, bob) == [sent[0]["id"]]
    made(await bob.post(f"{path}/messages/read", {"message_id": sent[1]["id"]}), 200)
    await wrote(alice, path, "one is unread still")
    assert await told(site, bob) == [sent[0]["id"]]
    made(await bob.post(f"{path}/messages/read", {"message_id": (await wrote(alice, path))["id"]}), 200)
    new = await wrote(alice, path)
    assert await told(site, bob) == [new["id"], sent[0]["id"]]
    assert len(await told(site, alice)) == 1


async def told(site: Site, person: Person) -> list[str]:
    """Which messages they were told of, once the workers have done what waits."""
    await site.work_off()
    items = made(await person.get("/notifications"), 200)["items"]
    return [n["subject_id"] for n in items if n["kind"] == "message.received"]


async def test_twenty_at_once_are_all_counted_and_told_of_once(site: Site, alice: Person, bob: Person) -> None:
    path = await in_touch(alice, bob)
    await asyncio.gather(*(wrote(person, path, f"{n}") for n in range(10) for person in (alice, bob)))
    assert len(await texts(alice, path)) == 20
    assert (await unread(alice), await unread(bob)) == ((1, 10), (1, 10))
    assert (len(await told(site, alice)), len(await told(site, bob))) == (1, 1)
    (thread,) = made(await alice.get("/me/threads"), 200)["items"]
    (newest,) = made(await alice.get(f"{path}/messages", params={"limit": 1}), 200)["items"]
    assert thread["last_message_id"] == newest["id"]


async def test_reading_while_the_other_writes_loses_no_message(alice: Person, bob: Person) -> None:
    path = await in_touch(alice, bob)
    first = await wrote(alice, path)
    reading = [bob.post(f"{path}/messages/read", {"message_id": first["id"]}) for _ in range(8)]
    answers = await asyncio.gather(*reading, *(alice.post(f"{path}/messages", {"text": "more"}) for _ in range(8)))
    assert {answer.status_code for answer in answers} == {200, 201}
    assert await unread(bob) == (1, 8)
