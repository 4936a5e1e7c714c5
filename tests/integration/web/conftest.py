"""The web tier over a real database: in this process, with a clock in the test's hand."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from domain.identity.accounts.register import register
from domain.identity.accounts.states import Role
from domain.payments import read as payments
from gateways.testing import FakeCards, FakeMails
from runtime.database import Database, open_database
from runtime.database.patience import PATIENCE_S
from runtime.ids import new_id
from runtime.passwords import Passwords
from runtime.settings import Settings, load
from tests.clock import Clock
from tests.engines import engine
from tests.integration.web.shared_app import app_of
from tests.people import PASSWORD, UNTHROTTLED, Body, People, Person, hired, made, posted
from tests.sendgrid_webhooks import PUBLIC_KEY
from tests.story import captured
from tests.stripe_webhooks import SECRET, signature
from tests.web_process import WebProcess
from tests.work_off import work_off
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
        account = self.database.write(
            lambda c: register(c, cause, email=email, password_hash=hashed, role=Role.ADMIN, name="Ada")
        )
        return await self.people.again(Person(account.id, email, "admin", "", self.http))

    async def work_off(self, mails: FakeMails | None = None, **later: float) -> None:
        """Run every task that is due, as Celery workers would, with fakes as their providers; ``later``: move the
        clock first."""
        with engine(self.database, self.clock, FakeCards(self.clock), mails=mails) as workers:
            await asyncio.to_thread(work_off, workers, **later)

    def capture(self, payment: Body) -> None:
        """The provider takes the money of a payment."""
        captured(self.database, self.clock, self.database.read(lambda c: payments.by_id(c, payment["id"])))

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


@pytest.fixture
async def web(tmp_path: Path, sqlite_url: str, anyio_backend: str) -> AsyncIterator[WebProcess]:
    """The web tier as a process of its own."""
    async with web_process(tmp_path, sqlite_url) as process:
        yield process


@asynccontextmanager
async def web_process(folder: Path, url: str, **settings: str) -> AsyncIterator[WebProcess]:
    """A process that is ready when entered, and killed when left if it has not ended."""
    process = WebProcess(folder, url, **settings)
    await asyncio.to_thread(process.start)
    try:
        yield process
    finally:
        await asyncio.to_thread(process.end, signal.SIGKILL)


async def two_pages(person: Person, path: str, limit: int) -> list[Body]:
    """The items of a list that is two pages long."""
    first = made(await person.get(path, params={"limit": limit}), 200)
    rest = made(await person.get(path, params={"limit": limit, "cursor": first["next_cursor"]}), 200)
    assert (len(first["items"]), rest["next_cursor"]) == (limit, None)
    return [*first["items"], *rest["items"]]


@asynccontextmanager
async def site_at(url: str, **changes: str) -> AsyncIterator[Site]:
    """A site over that database, with some of the settings changed."""
    async with open_site(load({**SETTINGS, "DATABASE_URL": url, **changes})) as opened:
        yield opened


@asynccontextmanager
async def another_process(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the application in another process, on the same database."""
    services = build_services(site.services.settings, open_database(site.url), site.clock, site.services.passwords)
    try:
        async with client(services, []) as http:
            yield http
    finally:
        services.waiters.close()
        services.database.close()


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
