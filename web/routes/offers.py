"""Negotiate the terms of an application until both sides agree."""

from __future__ import annotations

import msgspec
from litestar import Controller, get, post
from litestar.params import FromPath, JSONBody

from domain.database import Connection
from domain.dates import Dates
from domain.marketplace.applications import read as applications
from domain.marketplace.applications.read import Application
from domain.marketplace.bargaining.accept import accept
from domain.marketplace.bargaining.propose import NewOffer, propose
from domain.marketplace.offers import read
from domain.marketplace.offers.read import Offer
from web.auth import SIGNED_IN
from web.bodies import ApiRequest, Minor, Moment
from web.ids import an_id
from web.openapi import THROTTLED
from web.paging import DEFAULT_LIMIT, Cursor, Limit, Page, check_cursor
from web.problems import can_fail
from web.signed_in import signed_in
from web.texts import LongText
from web.throttles import Counted


class OfferBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Without ``starts_at`` the dates that were proposed last stay on the table."""

    price_minor: Minor
    starts_at: Moment | None = None
    ends_at: Moment | None = None
    note: LongText = ""


class OfferPage(Page, frozen=True):
    items: list[Offer]


class OfferRoutes(Controller):
    path = "/applications/{application_id:str}/offers"
    tags = ("Applications",)
    security = (SIGNED_IN,)

    @post(
        summary="Propose another price or other dates",
        description="By either side. It takes the place of the open offer; only the other side can accept it.",
        responses=can_fail(400, 401, 404, 409, 413, 422, 429),
        response_headers=THROTTLED,
    )
    async def make_offer(
        self,
        application_id: FromPath[str],
        data: JSONBody[OfferBody],
        request: ApiRequest,
    ) -> Offer:
        dated = data.starts_at is not None or data.ends_at is not None
        dates = Dates(data.starts_at, data.ends_at) if dated else None
        new = NewOffer(data.price_minor, data.note, dates)
        me = signed_in(request)
        return await me.change_counted(Counted.MESSAGES, propose, "application", application_id, new)

    @get(
        summary="The offers of an application, oldest first",
        responses=can_fail(400, 401, 404, 422),
    )
    async def list_offers(
        self,
        application_id: FromPath[str],
        request: ApiRequest,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> OfferPage:
        me = signed_in(request)
        after = check_cursor(cursor, "ofr")

        def look(connection: Connection) -> list[Offer]:
            found = applications.for_party(connection, an_id(application_id, "application"), me.account_id)
            return read.page(connection, found.id, after=after, most=limit + 1)

        return OfferPage.of(await me.read(look), limit)

    @post(
        "/{offer_id:str}/accept",
        status_code=200,
        summary="Accept the open offer of the other side",
        description="Its price and dates are the application's then, and no more offers are made.",
        responses=can_fail(400, 401, 403, 404, 409),
    )
    async def accept_offer(
        self,
        application_id: FromPath[str],
        offer_id: FromPath[str],
        request: ApiRequest,
    ) -> Application:
        me = signed_in(request)

        def unit(connection: Connection) -> Application:
            return accept(connection, me.cause, an_id(application_id, "application"), an_id(offer_id, "offer"))

        return await me.write(unit)
