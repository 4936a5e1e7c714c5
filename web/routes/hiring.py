"""Quote a hire, and hire."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from litestar import Controller, get, post
from litestar.params import FromPath, QueryParameter

from domain.bookings.hire import hire
from domain.bookings.quote import Quote, quote
from domain.bookings.read import Booking
from domain.database import Connection
from domain.identity.accounts.states import Role
from web.auth import SIGNED_IN, caller_of, require
from web.bodies import ApiRequest
from web.correlation import correlation_id
from web.ids import an_id
from web.problems import can_fail

Total = Annotated[
    int | None,
    QueryParameter(
        ge=1, le=2**53, description="The quote's `total_minor`: 409 `quote_changed` when it is another one by now."
    ),
]


class HiringRoutes(Controller):
    path = "/applications/{application_id:str}"
    tags = ("Applications",)

    @get(
        "/quote",
        summary="What hiring this applicant would cost and bring",
        description="With the last offer of the worker, if there is one, because hiring accepts it. Tax is on the "
        "client's fee.",
        responses=can_fail(400, 401, 403, 404, 409, 422),
        security=[SIGNED_IN],
        operation_id="quote",
    )
    async def quote(self, application_id: FromPath[str], request: ApiRequest) -> Quote:
        services = request.services
        caller = caller_of(request, services)
        require(caller, Role.CLIENT)
        cause = services.cause(caller.account_id, correlation_id(request.scope))
        return await services.read(
            caller, lambda connection: quote(connection, cause, an_id(application_id, "application"), services.fees)
        )

    @post(
        "/hire",
        summary="Hire this applicant",
        description="The booking stores what the quote says. It has to be paid until `expires_at`.",
        responses=can_fail(400, 401, 403, 404, 409, 422),
        security=[SIGNED_IN],
        operation_id="hire",
    )
    async def hire(
        self,
        application_id: FromPath[str],
        request: ApiRequest,
        total_minor: Total = None,
    ) -> Booking:
        services = request.services
        caller = caller_of(request, services)
        require(caller, Role.CLIENT)
        cause = services.cause(caller.account_id, correlation_id(request.scope))
        pay_within = timedelta(seconds=services.settings.pay_within_s)

        def unit(connection: Connection) -> Booking:
            wanted = an_id(application_id, "application")
            fees = services.fees
            return hire(connection, cause, wanted, fees, expected_total_minor=total_minor, pay_within=pay_within)

        return await services.write(caller, unit)
