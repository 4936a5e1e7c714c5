"""What is under the bell: words, links, what is read, and whose it is."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from domain.notifications.work import Deliver
from domain.platform.outbox.enqueue import enqueue
from domain.platform.outbox.tables import outbox
from tests.integration.web.conftest import Site
from tests.people import Body, Person, applied, hired, made, posted

UNDONE = (
    select(func.count())
    .select_from(outbox)
    .where(outbox.c.status != "done", outbox.c.task.startswith("notifications."))
)


async def bell(person: Person) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = made(await person.get("/notifications"), 200)["items"]
    return items


async def unread(person: Person) -> int:
    count: int = made(await person.get("/notifications/unread"), 200)["unread"]
    return count


async def test_both_sides_read_in_their_own_words_what_happened(site: Site, alice: Person, bob: Person) -> None:
    booking = await hired(alice, bob)
    await site.work_off()
    (received,), (hire,) = await bell(alice), await bell(bob)
    assert received["title"] == "Somebody applied for your job"
    assert received["body"] == "Bob applied for “Fix a tap” and asks 90.00 USD."
    assert received["path"] == f"/applications/{booking['application_id']}"
    assert hire["kind"] == "booking.hired"
    assert hire["body"].startswith("Alice hired you for “Fix a tap”. You earn 81.00 USD.")
    assert (hire["path"], hire["subject_id"], hire["read_at"]) == (f"/bookings/{booking['id']}", booking["id"], None)


async def test_words_that_try_to_be_more_are_one_line_and_no_template(site: Site) -> None:
    alice, bob = await site.people.alice(), await site.people.join("{path} <b>Eve</b>", "worker", box="eve")
    job = await posted(alice, title="\u202e{other} <script>" + "x" * 180)
    await applied(bob, job["id"])
    await site.work_off()
    (received,) = await bell(alice)
    assert received["body"].startswith("{path} <b>Eve</b> applied for “{other} <script>xxx")
    assert len(received["body"].splitlines()) == 1


async def test_reading_is_counted_and_a_repeat_changes_nothing(site: Site, alice: Person, job: Body) -> None:
    for _ in range(3):
        await applied(await site.people.charlie("worker"), job["id"])
    await site.work_off()
    first = (await bell(alice))[0]
    assert await unread(alice) == 3
    read = made(await alice.post(f"/notifications/{first['id']}/read"), 200)
    assert read["read_at"] is not None
    site.clock.forward(minutes=1)
    assert made(await alice.post(f"/notifications/{first['id']}/read"), 200) == read
    assert await unread(alice) == 2
    up_to = {"up_to": (await bell(alice))[-1]["id"]}
    assert made(await alice.post("/notifications/read-all", up_to), 200) == {"unread": 1}
    assert made(await alice.post("/notifications/read-all", {}), 200) == {"unread": 0}
    assert made(await alice.post("/notifications/read-all", {}), 200) == {"unread": 0}
    assert [n["read_at"] for n in await bell(alice)].count(None) == 0


async def test_charlie_neither_reads_nor_counts_what_is_alices(site: Site, alice: Person, charlie: Person) -> None:
    await applied(await site.people.bob(), (await posted(alice))["id"])
    await site.work_off()
    (one,) = await bell(alice)
    assert await unread(charlie) == 0
    assert made(await charlie.post("/notifications/read-all", {"up_to": one["id"]}), 200) == {"unread": 0}
    assert await unread(alice) == 1
    for body in ({"up_to": "~"}, {"up_to": "ntf_1"}, {"all": True}, {"up_to": 7}):
        assert (await alice.post("/notifications/read-all", body)).status_code == 422


async def test_what_is_gone_or_unknown_ends_and_tells_nobody(site: Site, alice: Person) -> None:
    for kind, subject in (("booking.hired", "bkg_gone"), ("no.such", "x"), ("", ""), ("account.password_changed", "x")):
        work = Deliver(account_id=alice.id, kind=kind, subject_id=subject)
        site.database.write(lambda c, work=work: enqueue(c, site.services.cause("system", "cor_1"), work))
    nobody = Deliver(account_id="acc_gone", kind="booking.hired", subject_id="bkg_gone")
    site.database.write(lambda c: enqueue(c, site.services.cause("system", "cor_1"), nobody))
    await site.work_off()
    assert await bell(alice) == []
    await site.work_off()
    assert site.database.read(lambda c: c.run(UNDONE).scalar()) == 0
