"""Serve the platform's own objects: customers, and its webhook endpoints."""

from __future__ import annotations

from sandbox.stripe.call import Call, new_id, tell
from sandbox.stripe.forms import read
from sandbox.stripe.objects import API_VERSION, Customer, ListOf
from sandbox.stripe.params import CreateCustomer, ListParams


def create_customer(call: Call) -> object:
    asked = read(call.form, CreateCustomer)
    customer = Customer(
        id=new_id("cus"),
        created=call.now,
        description=asked.description,
        email=asked.email,
        metadata=asked.metadata,
        name=asked.name,
        phone=asked.phone,
    )
    call.documents.add(customer)
    tell(call, "customer.created", customer)
    return customer


def webhook_endpoints(call: Call) -> object:
    """Return the endpoints that the sandbox's options name; the API creates none."""
    read(call.form, ListParams)
    data: list[dict[str, object]] = [
        {
            "id": "we_sandbox",
            "object": "webhook_endpoint",
            "api_version": API_VERSION,
            "application": None,
            "created": 0,
            "description": None,
            "enabled_events": ["*"],
            "livemode": False,
            "metadata": {},
            "status": "enabled",
            "url": url,
        }
        for url in call.endpoints
    ]
    return ListOf(data=data, url="/v1/webhook_endpoints")
