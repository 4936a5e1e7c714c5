"""Where the cells are tried: whoever it is asks, and the world is as it was made before each."""

from __future__ import annotations

from typing import Any

import httpx

from domain.cause import Cause
from domain.database import Connection
from domain.identity.accounts.suspend import suspend
from domain.identity.service_tokens.revoke import revoke
from domain.identity.sessions.end import end_of_account
from runtime.schema import metadata
from tests.contents import Contents, contents
from tests.integration.web.matrix.requests import body_of, path_of
from tests.integration.web.matrix.rewind import Rewind
from tests.integration.web.matrix.table import Row
from tests.integration.web.matrix.world import World
from tests.people import Person
from tests.story import cause_of

AS_MADE, SUSPENDED, SIGNED_OUT = "as_made", "suspended", "signed_out"
"""The states that the world is kept in; in the others everybody is suspended, or signed out."""


class Stand:
    def __init__(self, world: World) -> None:
        self.world, self.site = world, world.site
        self._rewind = Rewind(world.site.url)
        self._kept: dict[str, Contents] = {}
        self._known_as = ""  # the state that it is in for sure; after a request only a look tells
        self._keep(AS_MADE)
        for name, unit in ((SUSPENDED, self._suspend), (SIGNED_OUT, self._sign_out)):
            self.be(AS_MADE)
            self._known_as = ""
            self.site.database.write(lambda c, unit=unit: unit(c, cause_of(self.site.clock, "operator:test")))
            self._keep(name)
        self.be(AS_MADE)

    def be(self, name: str) -> None:
        """Put the world into a state that it was kept in."""
        if self._known_as != name and (changed := self.changed_from(name)):
            self._rewind.back(name, changed)
        self._known_as = name

    def is_changed(self) -> None:
        """Note that a request of a test's own has changed the world."""
        self._known_as = ""

    def changed_from(self, name: str) -> list[str]:
        """The tables that are not as they were kept."""
        now = contents(self.site.database)
        return [table for table in now if now[table] != self._kept[name][table]]

    def assert_unchanged(self, name: str, saying: object) -> None:
        changed = self.changed_from(name)
        assert not changed, (saying, changed)
        self._known_as = name

    async def ask(self, row: Row, method: str, template: str, person: Person | None) -> httpx.Response:
        self._known_as, things = "", self.world.things
        how: dict[str, Any] = {"headers": {"Idempotency-Key": "k1"}}
        body = body_of(row.operation, things)
        if body is not None:
            how["json"] = body
        path = path_of(row, template, things)
        if person is None:
            return await self.site.http.request(method, path, **how)
        return await person.ask(method, path, **how)

    def _keep(self, name: str) -> None:
        self._kept[name] = contents(self.site.database)
        self._rewind.keep(name, [table.name for table in metadata.sorted_tables])

    def _suspend(self, connection: Connection, cause: Cause) -> None:
        for person in self.world.people.values():
            suspend(connection, cause, person.id)

    def _sign_out(self, connection: Connection, cause: Cause) -> None:
        for person in self.world.people.values():
            end_of_account(connection, person.id)
        revoke(connection, cause, self.world.things["robot_token"])
