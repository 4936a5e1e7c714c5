"""The web tier over a real database: in this process, with a clock in the test's hand."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
import pytest

from domain.identity.accounts.register import register
from domain.identity.accounts.states import Role
from runtime.database import Database, open_database
from runtime.database.patience import PATIENCE_S
from runtime.ids import new_id
from runtime.passwords import Passwords
from runtime.settings import Settings, load
from tests.clock import Clock
from tests.integration.web.shared_app import app_of
from tests.people import PASSWORD, UNTHROTTLED, Body, People, Person, hired, posted
from tests.sendgrid_webhooks import PUBLIC_KEY
from tests.stripe_webhooks import SECRET, signature
from web.app import build_services
from web.request_log import RequestLog
from web.services import Services

SETTINGS = {
    "HANDWORK_ENV": "test",
    "JWT_SECRET_KEY": "j" * 32,
    "JWT_PREVIOUS_SECRET_KEYS": "p" * 32,
    "STRIPE_WEBHOOK_SECRETS": f"{SECRET},whsec_next",
    "SENDGRID_WEBHOOK_PUBLIC_KEYS": PUBLIC_KEY,
    "STRIPE_CONNECT_WEBHOOK_SECRETS": "whsec_of_connect",
    "MAX_BODY_BYTES": "1048576",
    **UNTHROTTLED,
    "CORS_ORIGINS": "https://app.example.com, https://admin.example.com",
}


@dataclass(frozen=True, slots=True)
class Site:
    """``lines`` are the request log's; ``url`` is the database's address."""

    url: str
    services: Services
    clock: Clock
    http: httpx.AsyncClient
    people: People
    lines: list[bytes]

    @property
    def database(self) -> Database:
        return self.services.database

    async def admin(self) -> Person:
        """Ada; nobody becomes an admin over HTTP."""
        email, cause = f"{new_id('ada')}@example.com", self.services.cause("operator:test", "cor_test_0001")
        hashed = await self.services.passwords.hash(PASSWORD)
        made = self.database.write(
            lambda c: register(c, cause, email=email, password_hash=hashed, role=Role.ADMIN, name="Ada")
        )
        return await self.people.again(Person(made.id, email, "admin", "", self.http))

    async def webhook(self, body: bytes, header: str | None = None) -> httpx.Response:
        """Signed now with the right secret unless a header is given."""
        chosen = signature(body, self.clock()) if header is None else header
        return await self.http.post("/webhooks/stripe", content=body, headers={"Stripe-Signature": chosen})


@pytest.fixture
def settings(database_url: str) -> Settings:
    return load({**SETTINGS, "DATABASE_URL": database_url})


@pytest.fixture
async def site(settings: Settings, anyio_backend: str) -> AsyncIterator[Site]:
    """On both kinds of database."""
    async with open_site(settings) as opened:
        yield opened


@pytest.fixture
async def alice(site: Site) -> Person:
    return await site.people.alice()


@pytest.fixture
async def bob(site: Site) -> Person:
    return await site.people.bob()


@pytest.fixture
async def charlie(site: Site) -> Person:
    return await site.people.charlie()


@pytest.fixture
async def ada(site: Site) -> Person:
    return await site.admin()


@pytest.fixture
async def job(alice: Person) -> Body:
    """A job that alice posted."""
    return await posted(alice)


@pytest.fixture
async def booking(alice: Person, bob: Person) -> Body:
    """Alice's booking of bob, which waits to be paid."""
    return await hired(alice, bob)


@pytest.fixture
async def sqlite_site(sqlite_url: str, anyio_backend: str) -> AsyncIterator[Site]:
    async with site_at(sqlite_url) as opened:
        yield opened


@pytest.fixture
async def postgres_site(postgres_url: str, anyio_backend: str) -> AsyncIterator[Site]:
    async with site_at(postgres_url) as opened:
        yield opened


@asynccontextmanager
async def site_at(url: str, **changes: str) -> AsyncIterator[Site]:
    """A site over that database, with some of the settings changed."""
    async with open_site(load({**SETTINGS, "DATABASE_URL": url, **changes})) as opened:
        yield opened


@asynccontextmanager
async def open_site(
    settings: Settings, patience_s: float = PATIENCE_S, database: Database | None = None
) -> AsyncIterator[Site]:
    clock = Clock()
    cheap = Passwords(memory_kib=8, rounds=1)
    services = build_services(
        settings, database or open_database(settings.database, patience_s=patience_s), clock, cheap
    )
    lines: list[bytes] = []
    try:
        async with client(services, lines) as http:
            yield Site(settings.database, services, clock, http, People(http), lines)
    finally:
        services.waiters.close()
        services.passwords.close()
        services.database.close()


def client(services: Services, lines: list[bytes]) -> httpx.AsyncClient:
    """Talks to the application as uvicorn would run it, without a socket."""
    app = RequestLog(app_of(services.settings), services, lines.append)
    transport = httpx.ASGITransport(app)  # type: ignore[arg-type]  # Litestar types its scopes more narrowly
    return httpx.AsyncClient(transport=transport, base_url="http://handwork.test")
