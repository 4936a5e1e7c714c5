"""The caller of a request, and the caller's reads and writes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from domain.cause import Cause
from domain.database import Connection, UnitOfWork
from domain.identity.accounts.states import Role
from domain.identity.service_tokens import check as service_tokens
from domain.identity.sessions import check as sessions
from runtime.tokens import Caller
from web.auth import caller_of, require
from web.bodies import ApiRequest
from web.correlation import correlation_id
from web.ids import an_id
from web.throttles import Counted

T = TypeVar("T")
P = ParamSpec("P")
Verb = Callable[Concatenate[Connection, Cause, str, P], T]
"""A use case that takes the id of the object that it changes."""


class SignedIn:
    """An authenticated caller.  ``cause`` holds the actor, the time and the ids for the request's changes.

    The token was valid.  Each unit of work checks again in its own transaction, so that an ended session or a revoked
    service token reads and changes nothing.
    """

    __slots__ = ("_request", "account_id", "caller", "cause")

    def __init__(self, request: ApiRequest, caller: Caller) -> None:
        self._request = request
        self.caller = caller
        self.account_id = caller.account_id
        self.cause: Cause = request.services.cause(caller.account_id, correlation_id(request.scope))

    async def read(self, unit: UnitOfWork[T]) -> T:
        """Run a read on the event loop, or in the pool if the read takes too long."""
        return await self._request.services.database.read_inline_or_pool(self._while_signed_in(unit))

    async def read_in_pool(self, unit: UnitOfWork[T]) -> T:
        """Run a read in the pool, for a read that may take long."""
        return await self._request.services.database.read_async(self._while_signed_in(unit))

    async def write(self, unit: UnitOfWork[T]) -> T:
        """Run a write, and return its result after the commit."""
        return await self._request.services.database.write_async(self._while_signed_in(unit))

    async def change(self, verb: Verb[P, T], noun: str, named: str, *args: P.args, **more: P.kwargs) -> T:
        """Run ``verb`` on the object with the id ``named``, as a write; ``NotFound``, with ``noun``, if it is no id."""
        return await self.write(lambda c: verb(c, self.cause, an_id(named, noun), *args, **more))

    async def write_counted(self, what: Counted, unit: UnitOfWork[T]) -> T:
        """Run a write, as ``write`` does, and count it; ``TooMany`` beyond the account's limit of an hour."""
        throttles = self._request.services.throttles
        return await throttles.counted(self._request, throttles.of_account(what, self.account_id), unit, self.write)

    async def change_counted(
        self, what: Counted, verb: Verb[P, T], noun: str, named: str, *args: P.args, **more: P.kwargs
    ) -> T:
        """Run ``verb`` as ``change`` does, and count it as ``write_counted`` does."""
        return await self.write_counted(what, lambda c: verb(c, self.cause, an_id(named, noun), *args, **more))

    def _while_signed_in(self, unit: UnitOfWork[T]) -> UnitOfWork[T]:
        caller = self.caller

        def checked(connection: Connection) -> T:
            if caller.service_hash:
                status = service_tokens.status_of(connection, caller.account_id, caller.service_hash)
                judge = service_tokens.judge
            else:
                status = sessions.status_of(connection, caller.session_id, caller.account_id, caller.role)
                judge = sessions.judge
            if status.arrived:
                judge(status)
                return unit(connection)
            try:  # the check travels with the unit's first statement
                return unit(connection)
            finally:  # an ended session explains more than any error of the unit
                judge(status)

        checked.__wrapped__ = unit  # type: ignore[attr-defined]  # the database learns which units take one round trip
        return checked


def signed_in(request: ApiRequest, role: Role | None = None) -> SignedIn:
    """Return the caller; ``Unauthenticated`` without a valid token, ``Forbidden`` when the caller lacks ``role``."""
    caller = caller_of(request, request.services)
    if role is not None:
        require(caller, role)
    return SignedIn(request, caller)
