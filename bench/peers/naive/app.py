"""The routes as one writes them first."""

from __future__ import annotations

import hashlib
import json
import uuid
from datetime import timedelta
from typing import Annotated

from fastapi import Depends, FastAPI, Header, HTTPException, Query, Request, Response
from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from bench.peers.models import Booking, History, IdempotencyKey, InboxEvent, Job, Payment, new_job_id, utc_now
from bench.peers.naive.database import get_session
from bench.peers.queue import process_webhook, submit_payment
from bench.peers.schemas import FullJobOut, ListedJobOut, NewJob, NewPayment, Page, PaymentOut, Received
from bench.peers.security import BadSignature, BadToken, check_signature, claims_of
from bench.peers.settings import load

app = FastAPI()
settings = load()
Session = Annotated[AsyncSession, Depends(get_session)]


def current_account(authorization: Annotated[str | None, Header()] = None) -> str:
    try:
        return claims_of(authorization, settings.jwt_secret)["sub"]
    except BadToken as error:
        raise HTTPException(401, "authentication failed") from error


AccountId = Annotated[str, Depends(current_account)]


@app.get("/health")
async def health() -> dict[str, str]:
    return {"status": "ok"}


@app.get("/jobs")
async def list_jobs(
    session: Session,
    status: str = "open",
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: str | None = None,
    q: str = "",
    category: str | None = None,
    budget_min: int | None = None,
) -> Page:
    query = select(Job).options(joinedload(Job.client)).where(Job.status == status)
    for word in q.split():
        query = query.where(or_(Job.title.ilike(f"%{word}%"), Job.description.ilike(f"%{word}%")))
    if category:
        query = query.where(Job.category == category)
    if budget_min is not None:
        query = query.where(Job.budget_minor >= budget_min, Job.currency == "usd")
    if cursor:
        query = query.where(Job.id < cursor)
    jobs = (await session.scalars(query.order_by(Job.id.desc()).limit(limit + 1))).all()
    items = [ListedJobOut.model_validate(job) for job in jobs[:limit]]
    return Page(items=items, next_cursor=items[-1].id if len(jobs) > limit else None)


@app.post("/jobs", status_code=201)
async def post_job(new: NewJob, account_id: AccountId, session: Session) -> FullJobOut:
    now = utc_now()
    times = {"created_at": now, "posted_at": now, "expires_at": now + timedelta(days=30)}
    job = Job(id=new_job_id(), client_id=account_id, status="open", **times, **new.model_dump())
    session.add(job)
    session.add(History(subject_id=job.id, to_state="open", actor=account_id, correlation_id=uuid.uuid4().hex))
    await session.commit()
    await session.refresh(job, ["client"])
    return FullJobOut.model_validate(job)


@app.post("/payments", status_code=202)
async def create_payment(
    new: NewPayment,
    request: Request,
    response: Response,
    account_id: AccountId,
    session: Session,
    idempotency_key: Annotated[str, Header()],
) -> PaymentOut:
    scope = f"{account_id} POST /payments"
    body_hash = hashlib.sha256(await request.body()).hexdigest()
    earlier = await session.get(IdempotencyKey, (scope, idempotency_key))
    if earlier is not None:
        if earlier.body_hash != body_hash:
            raise HTTPException(422, "idempotency_key_reused")
        response.headers["Idempotency-Replayed"] = "true"
        return PaymentOut.model_validate(await session.get(Payment, earlier.resource_id))
    booking = await session.get(Booking, new.booking_id)
    if booking is None or booking.client_id != account_id:
        raise HTTPException(404, "not_found")
    if booking.status != "awaiting_payment":
        raise HTTPException(409, "booking_not_payable")
    payment = Payment(
        id=f"pay_{uuid.uuid4().hex[:25]}",
        booking_id=booking.id,
        client_id=account_id,
        provider=new.provider,
        payment_method=new.payment_method,
        amount_minor=booking.total_minor,
        currency=booking.currency,
        status="accepted",
    )
    session.add(payment)
    session.add(
        IdempotencyKey(scope=scope, key=idempotency_key, body_hash=body_hash, resource_id=payment.id),
    )
    session.add(
        History(subject_id=payment.id, to_state="accepted", actor=account_id, correlation_id=uuid.uuid4().hex),
    )
    try:
        await session.commit()
    except IntegrityError as error:
        raise HTTPException(409, "payment_open") from error
    submit_payment.delay(payment.id)
    response.headers["Location"] = f"/payments/{payment.id}"
    return PaymentOut.model_validate(payment)


@app.post("/webhooks/stripe")
async def stripe_webhook(
    request: Request, session: Session, stripe_signature: Annotated[str | None, Header()] = None
) -> Received:
    body = await request.body()
    try:
        check_signature(body, stripe_signature, settings.webhook_secret)
    except BadSignature as error:
        raise HTTPException(400, "signature_invalid") from error
    event = json.loads(body)
    session.add(InboxEvent(provider="stripe", event_id=event["id"], payload=body.decode()))
    try:
        await session.commit()
    except IntegrityError:
        return Received(received=True, new=False)
    process_webhook.delay("stripe", event["id"])
    return Received(received=True, new=True)
