"""Sign people in, and again when their tokens expire."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

from cli.demo.client import Client
from cli.demo.names import People

PASSWORD = "a demo, not a secret"  # noqa: S105 - it opens nothing but the demo's own accounts


@dataclass(slots=True)
class Member:
    email: str
    token: str = ""
    good_until: float = 0.0


class Members:
    def __init__(self, client: Client, people: People) -> None:
        self._client = client
        self._people = people
        self._at_once = asyncio.Semaphore(16)

    async def enter(self, role: str) -> Member:
        async with self._at_once:
            person = self._people.person()
            body = {"email": person.email, "password": PASSWORD, "name": person.name, "role": role}
            await self._client.post("/auth/register", body, expect=202)
            member = Member(person.email)
            await self._sign_in(member)
            return member

    async def token(self, member: Member) -> str:
        """Return a valid access token; sign in with the password when the old one expires.

        A refresh would not do, because the client could not repeat it after a lost answer.
        """
        if time.monotonic() > member.good_until:
            await self._sign_in(member)
        return member.token

    async def _sign_in(self, member: Member) -> None:
        session = await self._client.post("/auth/login", {"email": member.email, "password": PASSWORD}, expect=200)
        member.token = session["access_token"]
        member.good_until = time.monotonic() + session["expires_in"] / 2
