"""Passwords are changed by who knows the old one, or by a link that is good once; addresses are proved likewise."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import msgspec
import pytest

from domain.identity.links.states import Purpose
from domain.notifications.kinds import Kind
from tests.contents import contents, unchanged
from tests.integration.web.conftest import Site
from tests.people import PASSWORD, Person, made
from tests.problems import assert_problem, assert_refused

NEW = "another long password"


async def login(site: Site, person: Person, password: str) -> httpx.Response:
    return await site.http.post("/auth/login", json={"email": person.email, "password": password})


async def forgot(site: Site, email: str) -> httpx.Response:
    return await site.http.post("/auth/password/forgot", json={"email": email})


async def reset(site: Site, token: str, password: str = NEW) -> httpx.Response:
    return await site.http.post("/auth/password/reset", json={"token": token, "password": password})


def told(site: Site, kind: Kind) -> list[dict[str, Any]]:
    """The notifications of a kind that were queued, oldest first."""
    queued = [msgspec.json.decode(row[2]) for row in sorted(contents(site.database)["outbox"])]
    return [args for args in queued if args.get("kind") == kind]


def links(site: Site, purpose: Purpose) -> list[str]:
    """What the e-mails' links carry, oldest first."""
    kind = Kind.ACCOUNT_RESET_PASSWORD if purpose is Purpose.RESET_PASSWORD else Kind.ACCOUNT_VERIFY_EMAIL
    return [site.services.links.sign(purpose, args["subject_id"]) for args in told(site, kind)]


async def test_who_knows_the_old_password_changes_it_and_all_other_sessions_end(site: Site, alice: Person) -> None:
    other = made(await login(site, alice, PASSWORD), 200)
    body = {"current_password": PASSWORD, "new_password": NEW}
    session = made(await alice.post("/auth/password", body), 200)
    for token in (alice.token, other["access_token"]):
        refused = await site.http.get("/me", headers={"Authorization": f"Bearer {token}"})
        assert_problem(refused, 401, "session_ended")
    answer = await site.http.post("/auth/refresh", json={"refresh_token": other["refresh_token"]})
    assert_problem(answer, 401, "session_ended")
    assert (await site.http.get("/me", headers={"Authorization": f"Bearer {session['access_token']}"})).is_success
    assert_problem(await login(site, alice, PASSWORD), 401, "authentication_failed")
    made(await login(site, alice, NEW), 200)
    assert [t["account_id"] for t in told(site, Kind.ACCOUNT_PASSWORD_CHANGED)] == [alice.id]


async def test_who_does_not_know_it_changes_nothing(site: Site, alice: Person) -> None:
    with unchanged(site.database):
        answer = await alice.post("/auth/password", {"current_password": "wrong password", "new_password": NEW})
    assert_problem(answer, 403, "password_wrong")
    assert (await alice.get("/me")).status_code == 200


async def test_of_two_changes_at_once_one_wins(site: Site, alice: Person) -> None:
    again = Person(
        alice.id, alice.email, alice.role, made(await login(site, alice, PASSWORD), 200)["access_token"], site.http
    )
    answers = await asyncio.gather(
        *(
            person.post("/auth/password", {"current_password": PASSWORD, "new_password": f"{NEW} {n}"})
            for n, person in enumerate((alice, again))
        )
    )
    won = [n for n, answer in enumerate(answers) if answer.status_code == 200]
    assert len(won) == 1, [a.text for a in answers]
    lost = answers[1 - won[0]]
    # Its session had ended with the change, or the password was no longer the one that it had proved.
    assert lost.json()["code"] in ("session_ended", "password_changed", "password_wrong")
    made(await login(site, alice, f"{NEW} {won[0]}"), 200)
    assert_problem(await login(site, alice, f"{NEW} {1 - won[0]}"), 401, "authentication_failed")


async def test_a_forgotten_password_is_chosen_anew_by_the_link_and_all_sessions_end(site: Site) -> None:
    alice, bob = await site.people.alice(), await site.people.bob()
    assert made(await forgot(site, alice.email.upper()), 202) == {"status": "check_your_email"}
    (token,) = links(site, Purpose.RESET_PASSWORD)
    assert token not in str(contents(site.database))
    assert token.split(".")[1] not in str(contents(site.database))
    assert (await reset(site, token)).status_code == 204
    assert_problem(await alice.get("/me"), 401, "session_ended")
    assert (await bob.get("/me")).status_code == 200
    assert_problem(await login(site, alice, PASSWORD), 401, "authentication_failed")
    session = made(await login(site, alice, NEW), 200)
    assert session["account"]["email_verified_at"] is not None
    await assert_refused(site.database, reset(site, token, "a third long password"), 422, "link_invalid")


async def test_a_link_that_comes_twice_at_once_is_good_once(site: Site, alice: Person) -> None:
    await forgot(site, alice.email)
    (token,) = links(site, Purpose.RESET_PASSWORD)
    answers = await asyncio.gather(*(reset(site, token, f"{NEW} {n}") for n in range(4)))
    assert sorted(a.status_code for a in answers) == [204, 422, 422, 422]
    (won,) = [n for n, a in enumerate(answers) if a.status_code == 204]
    made(await login(site, alice, f"{NEW} {won}"), 200)
    assert len(told(site, Kind.ACCOUNT_PASSWORD_CHANGED)) == 1


async def test_a_newer_link_ends_the_older_and_an_hour_ends_both(site: Site, alice: Person) -> None:
    await forgot(site, alice.email)
    site.clock.forward(seconds=1)
    await forgot(site, alice.email)
    older, newer = links(site, Purpose.RESET_PASSWORD)
    await assert_refused(site.database, reset(site, older), 422, "link_invalid")
    site.clock.forward(hours=1)
    await assert_refused(site.database, reset(site, newer), 422, "link_invalid")


async def test_forgot_answers_alike_and_only_who_has_an_account_is_written_to(site: Site, alice: Person) -> None:
    answers = [await forgot(site, email) for email in (alice.email, "nobody@example.com", "no address")]
    assert {(a.status_code, a.content) for a in answers} == {(202, b'{"status":"check_your_email"}')}
    assert len({tuple(sorted(a.headers)) for a in answers}) == 1
    assert len(told(site, Kind.ACCOUNT_RESET_PASSWORD)) == 1


async def test_an_address_is_proved_by_the_link_once(site: Site, alice: Person) -> None:
    assert (await alice.get("/me")).json()["email_verified_at"] is None
    (first,) = links(site, Purpose.VERIFY_EMAIL)
    made(await alice.post("/auth/verify-email/resend"), 202)
    second = links(site, Purpose.VERIFY_EMAIL)[1]
    assert_problem(await site.http.post("/auth/verify-email", json={"token": first}), 422, "link_invalid")
    site.clock.forward(minutes=5)
    answers = await asyncio.gather(*(site.http.post("/auth/verify-email", json={"token": second}) for _ in range(3)))
    assert sorted(a.status_code for a in answers) == [204, 422, 422]
    assert (await alice.get("/me")).json()["email_verified_at"] == "2026-11-23T12:05:00Z"
    assert_problem(await alice.post("/auth/verify-email/resend"), 409, "email_verified")


async def test_a_link_of_one_kind_does_not_pass_as_another(site: Site, alice: Person) -> None:
    await forgot(site, alice.email)
    (to_verify,), (to_reset,) = links(site, Purpose.VERIFY_EMAIL), links(site, Purpose.RESET_PASSWORD)
    resigned = site.services.links.sign(Purpose.RESET_PASSWORD, to_verify.split(".")[0])
    with unchanged(site.database):
        for token in (to_verify, resigned):
            assert_problem(await reset(site, token), 422, "link_invalid")
        assert_problem(await site.http.post("/auth/verify-email", json={"token": to_reset}), 422, "link_invalid")


@pytest.mark.parametrize(
    "token", ["", ".", "lnk_1", "lnk_1.", "x.y.z", "é.ü", "\u0000", "lnk_" + "0" * 25 + "." + "A" * 32]
)
async def test_a_made_up_link_is_refused_before_any_password_is_hashed(sqlite_site: Site, token: str) -> None:
    site = sqlite_site
    site.services.passwords.close()  # hashing would fail
    with unchanged(site.database):
        assert_problem(await reset(site, token), 422, "link_invalid", token)
        assert_problem(await site.http.post("/auth/verify-email", json={"token": token}), 422, "link_invalid", token)
