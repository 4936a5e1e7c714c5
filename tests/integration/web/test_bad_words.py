"""What people write goes a long way: kept as it was written, and harmless wherever it is shown; and places and times
that there are not."""

from __future__ import annotations

import re

import pytest

from gateways.testing import FakeMails
from tests.contents import unchanged
from tests.integration.web.conftest import Site
from tests.people import Body, Person, applied, hired, made, posted
from tests.problems import assert_problem, assert_refused

MARKUP = "<script>alert(1)</script><b onload='x'>Tap</b> & \"co\" {{ 7*7 }} {other} %s"
TURNED = "\u202egnp.exe\u202c \u2066x\u2069 \u200f"
HEADER = "Tap\u2028Bcc: eve@example.com\u2029\x85X-Evil: 1"
SCRIPTS = ("ירושלים", "القاهرة", "São Tomé", "Sa\u0303o", "臺北", "👩\u200d🔧 Town", "Z͑ͫa̴l̷g̸o̵", "<i>City</i>", "'; --")
NO_PLACES = (
    b'{"latitude": NaN, "longitude": 1}',
    b'{"latitude": 1, "longitude": Infinity}',
    b'{"latitude": -Infinity, "longitude": 1}',
    b'{"latitude": 1e308, "longitude": 1}',
    b'{"latitude": -1e308, "longitude": 1}',
    b'{"latitude": 1e309, "longitude": 1}',
    b'{"latitude": 91, "longitude": 1}',
    b'{"latitude": 1, "longitude": 181}',
    b'{"latitude": 1, "longitude": -180.0001}',
    b'{"latitude": 1}',
)


@pytest.mark.parametrize(
    "words", [MARKUP, TURNED, HEADER, f"{MARKUP}{'x' * 120}"], ids=["markup", "bidi", "header", "long"]
)
async def test_a_title_is_kept_and_is_only_text_in_an_email(site: Site, words: str) -> None:
    alice, bob = await site.people.alice(), await site.people.join("<b>Bob</b> & sons", "worker", box="bob")
    job = await posted(alice, title=words, city=words[:100], description=words)
    assert (job["title"], job["city"], job["description"]) == (words, words[:100], words)
    made(await alice.post(f"/applications/{(await applied(bob, job['id'], message=words))['id']}/hire"))
    mails = FakeMails()
    await site.work_off(mails)
    (hire,) = [mail for mail in mails.taken if mail.to == bob.email and mail.subject.startswith("You are hired: ")]
    (application,) = [mail for mail in mails.taken if mail.to == alice.email and "applied" in mail.subject]
    for mail in (hire, application):
        assert len(mail.subject) <= 150
        assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", mail.subject), mail.subject
        assert not re.search(r"[\x7f-\x9f\u2028-\u202e\u2066-\u2069]", mail.text + mail.html)
        assert not re.search("<(script|b)[ >]", mail.html), mail.html
    assert "&lt;b&gt;Bob&lt;/b&gt; &amp; sons" in application.html
    if "script" in words:
        assert "&lt;script&gt;alert(1)&lt;/script&gt;&lt;b onload=" in hire.html
        assert "{{ 7*7 }} {other} %s" in hire.text


@pytest.mark.parametrize("words", SCRIPTS)
async def test_names_and_places_of_every_script_are_kept(sqlite_site: Site, words: str) -> None:
    site = sqlite_site
    bob, alice = await site.people.join(words, "worker", box="bob"), await site.people.alice()
    me = made(await bob.ask("PATCH", "/me", json={"city": words, "bio": f"{words}\n{words}"}), 200)
    assert (me["name"], me["city"], me["bio"]) == (words, words, f"{words}\n{words}")
    assert made(await site.http.get(f"/workers/{bob.id}"), 200)["name"] == words
    await posted(alice, city=words)
    if any(character.isalnum() for character in words):
        assert len(made(await site.http.get("/jobs", params={"city": words}), 200)["items"]) == 1


async def test_a_longest_message_is_one_and_one_more_character_is_none(site: Site, alice: Person, bob: Person) -> None:
    path = f"/bookings/{(await hired(alice, bob))['id']}/messages"
    for longest in ("<b>" * 3_333 + "x", "\u0301" * 9_999 + "x", "\u202e" * 9_999 + "x", "\\n" * 5_000):
        assert made(await alice.post(path, {"text": longest}))["text"] == longest
        await assert_refused(site.database, alice.post(path, {"text": f"{longest}x"}), 422, "body_invalid")


async def test_there_are_no_such_places(site: Site, alice: Person, bob: Person, job: Body) -> None:
    for body in NO_PLACES:
        for person, path in ((alice, f"/jobs/{job['id']}"), (bob, "/me")):
            with unchanged(site.database, body):
                answer = await person.ask("PATCH", path, content=body)
            assert answer.status_code in (400, 422), (path, body, answer.text)
            assert_problem(answer, answer.status_code, answer.json()["code"], (path, body))
