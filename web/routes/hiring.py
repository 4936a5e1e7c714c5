"""Quote a hire, and hire."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from litestar import Controller, get, post
from litestar.params import FromPath, QueryParameter

from domain.bookings.hire import hire
from domain.bookings.quote import Quote, quote
from domain.bookings.read import Booking
from domain.identity.accounts.states import Role
from web.auth import SIGNED_IN
from web.bodies import ApiRequest
from web.ids import an_id
from web.problems import can_fail
from web.signed_in import signed_in

Total = Annotated[
    int | None,
    QueryParameter(
        ge=1, le=2**53, description="The quote's `total_minor`: 409 `quote_changed` when it is another one by now."
    ),
]


class HiringRoutes(Controller):
    path = "/applications/{application_id:str}"
    tags = ("Applications",)
    security = (SIGNED_IN,)

    @get(
        "/quote",
        summary="What hiring this applicant would cost and bring",
        description="With the last offer of the worker, if there is one, because hiring accepts it. Tax is on the "
        "client's fee.",
        responses=can_fail(400, 401, 403, 404, 409, 422),
    )
    async def quote(self, application_id: FromPath[str], request: ApiRequest) -> Quote:
        me = signed_in(request, Role.CLIENT)
        return await me.read(
            lambda connection: quote(connection, me.cause, an_id(application_id, "application"), request.services.fees)
        )

    @post(
        "/hire",
        summary="Hire this applicant",
        description="The booking stores what the quote says. It has to be paid until `expires_at`.",
        responses=can_fail(400, 401, 403, 404, 409, 422),
    )
    async def hire(
        self,
        application_id: FromPath[str],
        request: ApiRequest,
        total_minor: Total = None,
    ) -> Booking:
        services = request.services
        return await signed_in(request, Role.CLIENT).change(
            hire,
            "application",
            application_id,
            services.fees,
            expected_total_minor=total_minor,
            pay_within=timedelta(seconds=services.settings.pay_within_s),
        )
