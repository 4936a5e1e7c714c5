"""The routes, written for speed: plain Starlette requests, msgspec's JSON, Core statements."""

from __future__ import annotations

import asyncio
import hashlib
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TypeVar

import msgspec
from fastapi import FastAPI, HTTPException, Request, Response
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bench.bodies import NewJob, NewPayment
from bench.peers import words
from bench.peers.models import new_job_id, utc_now
from bench.peers.security import BadSignature, BadToken, check_signature
from bench.peers.settings import load
from bench.peers.tuned import database, statements
from bench.peers.tuned.queue import process_webhook, submit_payment
from bench.peers.tuned.tokens import account_of

T = TypeVar("T")
app = FastAPI(openapi_url=None)
settings = load()
JSON = "application/json"
FIRST_PAGE = "~"
RECEIVED = b'{"received":true,"new":true}'
REPEATED = b'{"received":true,"new":false}'
encode = msgspec.json.encode
_publishers = ThreadPoolExecutor(4, "publish")


async def publish(delay: Callable[..., object], *args: str) -> None:
    """Beside the event loop, which would stand still for the broker's round trip."""
    await asyncio.get_running_loop().run_in_executor(_publishers, delay, *args)


class Event(msgspec.Struct):
    id: str


_payment, _job, _event = (msgspec.json.Decoder(body) for body in (NewPayment, NewJob, Event))


async def decoded(request: Request, decoder: msgspec.json.Decoder[T]) -> T:
    try:
        return decoder.decode(await request.body())
    except msgspec.ValidationError as error:
        raise HTTPException(422, str(error)) from error


def caller(request: Request) -> str:
    try:
        return account_of(request.headers.get("authorization"), settings.jwt_secret)
    except BadToken as error:
        raise HTTPException(401, "authentication failed") from error


@app.get("/health")
async def health(_request: Request) -> Response:
    return Response(b'{"status":"ok"}', media_type=JSON)


@app.get("/jobs")
async def list_jobs(request: Request) -> Response:
    query = request.query_params
    limit = min(max(int(query.get("limit", "20")), 1), 100)
    wanted = {"status": query.get("status", "open"), "cursor": query.get("cursor") or FIRST_PAGE, "limit": limit + 1}
    statement = statements.page
    if "q" in query:
        statement = statements.search
        wanted |= {"category": query["category"], "least": int(query["budget_min"]), "words": words.all_of(query["q"])}
    async with database.readers.connect() as connection:
        rows = (await connection.execute(statement, wanted)).all()
    items = [dict(zip(statements.JOB_FIELDS, row, strict=True)) for row in rows[:limit]]
    following = items[-1]["id"] if len(rows) > limit else None
    return Response(encode({"items": items, "next_cursor": following}), media_type=JSON)


@app.post("/jobs")
async def post_job(request: Request) -> Response:
    account_id = caller(request)
    new = await decoded(request, _job)
    now = utc_now()
    row = {"id": new_job_id(), "client_id": account_id, "status": "open", "open_days": 30, "version": 1}
    times = {"created_at": now, "posted_at": now, "expires_at": now + timedelta(days=30)}
    job = {**dict.fromkeys(statements.FULL_JOB_FIELDS), **row, **times, **msgspec.structs.asdict(new), "applicants": 0}
    kept = {name: value for name, value in job.items() if name != "client_name"}
    change = {"subject_id": job["id"], "from_state": None, "to_state": "open", "actor": account_id}

    async def post(connection: AsyncConnection) -> None:
        await connection.execute(statements.add_job, kept)
        await connection.execute(statements.add_history, {**change, "correlation_id": uuid.uuid4().hex, "at": now})
        if statements.add_words is not None:
            await connection.execute(statements.add_words, kept)
        job["client_name"] = (await connection.execute(statements.account_name, {"id": account_id})).scalar_one()

    await database.write(post)
    return Response(encode(job), status_code=201, media_type=JSON)


@app.post("/payments")
async def create_payment(request: Request) -> Response:
    account_id = caller(request)
    key = request.headers.get("idempotency-key")
    if not key:
        raise HTTPException(400, "idempotency_key_required")
    new = await decoded(request, _payment)
    body_hash = hashlib.sha256(await request.body()).hexdigest()
    scope = f"{account_id} POST /payments"

    async def accept(connection: AsyncConnection) -> tuple[dict[str, object], bool]:
        return await _accept(connection, account_id, new, {"scope": scope, "key": key, "body_hash": body_hash})

    try:
        payment, replayed = await database.write(accept)
    except IntegrityError as error:
        raise HTTPException(409, "payment_open") from error
    if not replayed:
        await publish(submit_payment.delay, payment["id"])
    headers = {"Location": f"/payments/{payment['id']}"}
    if replayed:
        headers["Idempotency-Replayed"] = "true"
    return Response(encode(payment), status_code=202, media_type=JSON, headers=headers)


async def _accept(
    connection: AsyncConnection, account_id: str, new: NewPayment, key: dict[str, str]
) -> tuple[dict[str, object], bool]:
    now = utc_now()
    payment_id = f"pay_{uuid.uuid4().hex[:25]}"
    claimed = await connection.execute(statements.add_key, {**key, "resource_id": payment_id, "created_at": now})
    if not claimed.rowcount:
        return await _earlier(connection, key), True
    chosen = {
        "id": payment_id,
        "provider": new.provider,
        "payment_method": new.payment_method,
        "created_at": now,
        "booking_id": new.booking_id,
    }
    paid = (await connection.execute(statements.add_payment, {**chosen, "account_id": account_id})).one_or_none()
    if paid is None:
        raise await _refusal(connection, account_id, new.booking_id)
    settled = {"amount_minor": paid.amount_minor, "currency": paid.currency, "status": "accepted"}
    row = {name: chosen.get(name) for name in statements.PAYMENT_FIELDS} | settled
    change = {"subject_id": payment_id, "from_state": None, "to_state": "accepted", "actor": account_id}
    await connection.execute(statements.add_history, {**change, "correlation_id": uuid.uuid4().hex, "at": now})
    return row, False


async def _refusal(connection: AsyncConnection, account_id: str, booking_id: str) -> HTTPException:
    booking = (await connection.execute(statements.booking, {"id": booking_id})).one_or_none()
    if booking is None or booking.client_id != account_id:
        return HTTPException(404, "not_found")
    return HTTPException(409, "booking_not_payable")


async def _earlier(connection: AsyncConnection, key: dict[str, str]) -> dict[str, object]:
    found = (await connection.execute(statements.earlier, {"scope": key["scope"], "key": key["key"]})).one()
    if found.body_hash != key["body_hash"]:
        raise HTTPException(422, "idempotency_key_reused")
    payment = (await connection.execute(statements.payment, {"id": found.resource_id})).one()
    return dict(zip(statements.PAYMENT_FIELDS, payment, strict=True))


@app.post("/webhooks/stripe")
async def stripe_webhook(request: Request) -> Response:
    body = await request.body()
    try:
        check_signature(body, request.headers.get("stripe-signature"), settings.webhook_secret)
    except BadSignature as error:
        raise HTTPException(400, "signature_invalid") from error
    event_id = _event.decode(body).id
    kept = {"provider": "stripe", "event_id": event_id, "payload": body.decode(), "received_at": utc_now()}

    async def receive(connection: AsyncConnection) -> bool:
        return bool((await connection.execute(statements.add_event, kept)).rowcount)

    if not await database.write(receive):
        return Response(REPEATED, media_type=JSON)
    await publish(process_webhook.delay, "stripe", event_id)
    return Response(RECEIVED, media_type=JSON)
