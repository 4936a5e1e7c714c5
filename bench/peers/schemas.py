"""The peer's requests and answers: the same JSON as ours."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict


class NewPayment(BaseModel):
    model_config = ConfigDict(extra="forbid")
    booking_id: str
    provider: Literal["stripe"]
    payment_method: str | None = None


class PaymentOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    id: str
    booking_id: str
    provider: str
    amount_minor: int
    currency: str
    status: str
    client_secret: str | None
    next_action_url: str | None
    error_code: str | None
    error_message: str | None
    created_at: datetime
    settled_at: datetime | None


class ListedJobOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    id: str
    client_id: str
    title: str
    description: str
    category: str
    city: str
    budget_minor: int
    currency: str
    status: str
    created_at: datetime
    client_name: str
    applicants: int


class NewJob(BaseModel):
    model_config = ConfigDict(extra="forbid")
    title: str
    description: str
    category: str
    city: str
    budget_minor: int
    currency: str = "usd"
    latitude: float | None = None
    longitude: float | None = None


class FullJobOut(ListedJobOut):
    latitude: float | None
    longitude: float | None
    wanted_from: date | None
    wanted_until: date | None
    open_days: int
    version: int
    posted_at: datetime | None
    expires_at: datetime | None


class Page(BaseModel):
    items: list[ListedJobOut]
    next_cursor: str | None


class Received(BaseModel):
    received: bool
    new: bool
