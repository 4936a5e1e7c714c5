"""Messages between the two parties of an application, and of its booking."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import msgspec
from litestar import Controller, get, post
from litestar.params import FromPath, JSONBody

from domain.bookings.messages import parties, read
from domain.bookings.messages.mark_read import mark_read
from domain.bookings.messages.parties import Parties
from domain.bookings.messages.read import Message, Thread, Unread
from domain.bookings.messages.send import send
from domain.database import Connection
from web.auth import SIGNED_IN
from web.bodies import ApiRequest
from web.ids import an_id
from web.openapi import THROTTLED
from web.paging import DEFAULT_LIMIT, Cursor, Limit, Page, check_cursor
from web.problems import can_fail
from web.signed_in import signed_in
from web.texts import Words
from web.throttles import Counted

Find = Callable[[Connection, str], Parties]
"""Returns the parties of the thread for one of them; ``NotFound`` for any other account."""


class MessageBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Plain text: whatever shows it has to escape it."""

    text: Words


class ReadBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The last message that was seen."""

    message_id: Annotated[str, msgspec.Meta(max_length=40, examples=["msg_0006479a1b2c3d4e5f6071829"])]


class Left(msgspec.Struct, frozen=True):
    """The number of unread messages of this thread."""

    unread: int


class MessagePage(Page, frozen=True):
    items: list[Message]


class ThreadPage(Page, frozen=True):
    items: list[Thread]


def _of_application(application_id: str) -> Find:
    return lambda connection, party: parties.of_application(connection, an_id(application_id, "application"), party)


def _of_booking(booking_id: str) -> Find:
    return lambda connection, party: parties.of_booking(connection, an_id(booking_id, "booking"), party)


async def _send(request: ApiRequest, find: Find, data: MessageBody) -> Message:
    me = signed_in(request)

    def unit(connection: Connection) -> Message:
        return send(connection, me.cause, find(connection, me.account_id), data.text)

    return await me.write_counted(Counted.MESSAGES, unit)


async def _list(request: ApiRequest, find: Find, limit: int, cursor: str | None) -> MessagePage:
    me = signed_in(request)
    before = check_cursor(cursor, "msg")

    def look(connection: Connection) -> list[Message]:
        found = find(connection, me.account_id)
        return read.page(connection, found.application_id, before=before, most=limit + 1)

    return MessagePage.of(await me.read(look), limit)


async def _mark(request: ApiRequest, find: Find, data: ReadBody) -> Left:
    me = signed_in(request)
    message_id = an_id(data.message_id, "message")

    def unit(connection: Connection) -> int:
        return mark_read(connection, find(connection, me.account_id), me.account_id, message_id)

    return Left(await me.write(unit))


class MessageRoutes(Controller):
    """The thread of a booking is that of its application."""

    path = "/"
    tags = ("Messages",)
    security = (SIGNED_IN,)

    @post(
        "/applications/{application_id:str}/messages",
        summary="Write to the other side of an application",
        responses=can_fail(400, 401, 404, 409, 413, 422, 429),
        response_headers=THROTTLED,
    )
    async def write_message(
        self,
        application_id: FromPath[str],
        data: JSONBody[MessageBody],
        request: ApiRequest,
    ) -> Message:
        return await _send(request, _of_application(application_id), data)

    @get(
        "/applications/{application_id:str}/messages",
        summary="The messages of an application, newest first",
        responses=can_fail(400, 401, 404, 422),
    )
    async def list_messages(
        self,
        application_id: FromPath[str],
        request: ApiRequest,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> MessagePage:
        return await _list(request, _of_application(application_id), limit, cursor)

    @post(
        "/applications/{application_id:str}/messages/read",
        status_code=200,
        summary="Say how far you have read",
        responses=can_fail(400, 401, 404, 413),
    )
    async def read_messages(
        self,
        application_id: FromPath[str],
        data: JSONBody[ReadBody],
        request: ApiRequest,
    ) -> Left:
        return await _mark(request, _of_application(application_id), data)

    @post(
        "/bookings/{booking_id:str}/messages",
        summary="Write to the other side of a booking",
        responses=can_fail(400, 401, 404, 409, 413, 422, 429),
        response_headers=THROTTLED,
    )
    async def write_booking_message(
        self,
        booking_id: FromPath[str],
        data: JSONBody[MessageBody],
        request: ApiRequest,
    ) -> Message:
        return await _send(request, _of_booking(booking_id), data)

    @get(
        "/bookings/{booking_id:str}/messages",
        summary="The messages of a booking and of its application, newest first",
        responses=can_fail(400, 401, 404, 422),
    )
    async def list_booking_messages(
        self,
        booking_id: FromPath[str],
        request: ApiRequest,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> MessagePage:
        return await _list(request, _of_booking(booking_id), limit, cursor)

    @post(
        "/bookings/{booking_id:str}/messages/read",
        status_code=200,
        summary="Say how far you have read",
        responses=can_fail(400, 401, 404, 413),
    )
    async def read_booking_messages(
        self, booking_id: FromPath[str], data: JSONBody[ReadBody], request: ApiRequest
    ) -> Left:
        return await _mark(request, _of_booking(booking_id), data)


class InboxRoutes(Controller):
    """A person's threads, over all applications and bookings."""

    path = "/me"
    tags = ("Messages",)
    security = (SIGNED_IN,)

    @get(
        "/threads",
        summary="Your threads, the last written in first",
        responses=can_fail(400, 401, 422),
    )
    async def list_threads(
        self, request: ApiRequest, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
    ) -> ThreadPage:
        me = signed_in(request)
        before = check_cursor(cursor, "msg")
        found = await me.read(lambda connection: read.threads(connection, me.account_id, before=before, most=limit + 1))
        return ThreadPage.of(found, limit)

    @get(
        "/unread",
        summary="How much you have not read",
        responses=can_fail(401),
    )
    async def count_unread(self, request: ApiRequest) -> Unread:
        me = signed_in(request)
        return await me.read(lambda connection: read.unread(connection, me.account_id))
