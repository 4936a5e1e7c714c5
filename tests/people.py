"""Alice posts the job and pays, bob does it, charlie must see nothing: all of it over HTTP.

::

    people = People(http)
    alice, bob = await people.alice(), await people.bob()
    booking = await hired(alice, bob)
    payment = (await alice.pay(booking["id"], key="k1")).json()
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx

from runtime.ids import new_id

PASSWORD = "correct horse battery"
UNTHROTTLED = dict.fromkeys(
    (
        *("LOGIN_TRIES", "EMAIL_TRIES", "REFRESH_TRIES", "ADDRESS_TRIES"),
        *("JOBS_AN_HOUR", "APPLICATIONS_AN_HOUR", "INVITATIONS_AN_HOUR", "MESSAGES_AN_HOUR"),
    ),
    "1000000",
)
"""Settings for crowds that come from one address, and for people who do the work of a crowd."""
JOB = {
    "title": "Fix a tap",
    "description": "It drips.",
    "category": "plumbing",
    "city": "Berlin",
    "budget_minor": 10_000,
    "currency": "usd",
}
OFFER = {"message": "I bring washers.", "price_minor": 9_000}
Body = dict[str, Any]
"""A decoded JSON object."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account and an access token."""

    id: str
    email: str
    role: str
    token: str
    http: httpx.AsyncClient

    async def ask(self, method: str, path: str, **how: Any) -> httpx.Response:
        """``how`` is httpx's; the token goes along."""
        headers = [("Authorization", f"Bearer {self.token}"), *_pairs(how.pop("headers", {}))]
        return await self.http.request(method, path, headers=headers, **how)

    async def get(self, path: str, **how: Any) -> httpx.Response:
        return await self.ask("GET", path, **how)

    async def post(self, path: str, body: Any = None, **how: Any) -> httpx.Response:
        return await self.ask("POST", path, **({"json": body} if body is not None else {}), **how)

    async def pay(
        self, booking_id: str, *, key: str = "k1", method: str | None = "pm_card_visa", **how: Any
    ) -> httpx.Response:
        body = {"booking_id": booking_id, "payment_method": method}
        return await self.post("/payments", body, headers={"Idempotency-Key": key}, **how)


def _pairs(headers: Any) -> list[tuple[str, str]]:
    return list(headers.items()) if isinstance(headers, dict) else list(headers)


class People:
    """Everybody is registered anew, so that tests share nothing."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def alice(self) -> Person:
        """A client."""
        return await self.join("Alice", "client")

    async def bob(self) -> Person:
        """A worker."""
        return await self.join("Bob", "worker")

    async def charlie(self, role: str = "client") -> Person:
        """A stranger, of either role."""
        return await self.join("Charlie", role)

    async def join(self, name: str, role: str, *, box: str = "") -> Person:
        """``box`` begins the address; without one the name does."""
        email = f"{new_id(box or name.lower())}@example.com"
        body = {"email": email, "password": PASSWORD, "name": name, "role": role}
        made(await self._http.post("/auth/register", json=body), 202)
        return await self._log_in(email, role)

    async def again(self, person: Person) -> Person:
        """The same person, with a token of now."""
        return await self._log_in(person.email, person.role)

    async def _log_in(self, email: str, role: str) -> Person:
        session = made(await self._http.post("/auth/login", json={"email": email, "password": PASSWORD}), 200)
        return Person(session["account"]["id"], email, role, session["access_token"], self._http)


def made(answer: httpx.Response, status: int = 201) -> dict[str, Any]:
    """The body of an answer that must have gone well."""
    assert answer.status_code == status, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def posted(client: Person, **changes: Any) -> dict[str, Any]:
    """A job of hers."""
    return made(await client.post("/jobs", {**JOB, **changes}))


async def applied(worker: Person, job_id: str, **changes: Any) -> dict[str, Any]:
    return made(await worker.post(f"/jobs/{job_id}/applications", {**OFFER, **changes}))


async def hired(client: Person, worker: Person) -> dict[str, Any]:
    """A booking that waits to be paid."""
    offer = await applied(worker, (await posted(client))["id"])
    return made(await client.post(f"/applications/{offer['id']}/hire"))
