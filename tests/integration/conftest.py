"""A database for every test that asks: on SQLite and on PostgreSQL, empty, with the whole schema.  A clock in its hand,
and a card provider in memory."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from contextlib import closing
from inspect import iscoroutinefunction
from pathlib import Path

import pytest

from gateways.testing import FakeCards, FakeRefunds
from runtime.database import Database, open_database
from runtime.migrate import upgrade
from tasks.execution import Engine
from tests.brokers import FakeBroker
from tests.clock import Clock
from tests.engines import engine
from tests.postgres import PostgresServer
from tests.scene import Scene
from tests.small_disk import NoSmallDisk, SmallDisk
from tests.volatile_disk.disk import NoVolatileDisk, VolatileDisk

TEMPLATE = "migrated"


@pytest.hookimpl(tryfirst=True)
def pytest_pycollect_makeitem(name: str, obj: object) -> None:
    """Run every ``async def`` test on the event loop, without a mark in each file."""
    if name.startswith("test_") and iscoroutinefunction(obj):
        pytest.mark.anyio(obj)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One server for this test process, started when the first test needs it."""
    server = PostgresServer()
    try:
        server.start()
        upgrade(server.create(TEMPLATE))
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("migrated") / "handwork.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """A copy of the migrated file: quicker than migrating again."""
    path = tmp_path / "handwork.db"
    shutil.copyfile(migrated_sqlite, path)
    return f"sqlite:///{path}"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[SmallDisk]:
    disk = SmallDisk(tmp_path / "small", 16)
    try:
        disk.mount()
    except NoSmallDisk as reason:
        pytest.skip(str(reason))
    yield disk
    disk.unmount()


@pytest.fixture
def volatile_disk(tmp_path: Path) -> Iterator[VolatileDisk]:
    disk = VolatileDisk(tmp_path / "volatile", tmp_path / "made-of", 64)
    try:
        disk.make()
        disk.mount()
    except NoVolatileDisk as reason:
        pytest.skip(str(reason))
    yield disk
    disk.unmount()


@pytest.fixture
def small_url(migrated_sqlite: Path, small_disk: SmallDisk) -> str:
    """A migrated database on the small disk."""
    path = small_disk.folder / "handwork.db"
    shutil.copyfile(migrated_sqlite, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    name = f"t{uuid.uuid4().hex}"
    yield postgres_server.create(name, TEMPLATE)
    postgres_server.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a fresh, migrated database; the test runs once on each kind."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return url


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def cards(clock: Clock) -> FakeCards:
    return FakeCards(clock)


@pytest.fixture
def broker() -> FakeBroker:
    return FakeBroker()


@pytest.fixture
def refunds(clock: Clock) -> FakeRefunds:
    return FakeRefunds(clock)


@pytest.fixture
def worker(database: Database, clock: Clock, cards: FakeCards, refunds: FakeRefunds) -> Iterator[Engine]:
    """Runs tasks in this process, with fakes as its providers."""
    with engine(database, clock, cards, refunds=refunds) as made:
        yield made


@pytest.fixture
def scene(database: Database, clock: Clock, cards: FakeCards, refunds: FakeRefunds, worker: Engine) -> Scene:
    return Scene(database, clock, cards, refunds, worker)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with closing(open_database(database_url)) as opened:
        yield opened


@pytest.fixture
def sqlite_database(sqlite_url: str) -> Iterator[Database]:
    with closing(open_database(sqlite_url)) as opened:
        yield opened


@pytest.fixture
def postgres_database(postgres_url: str) -> Iterator[Database]:
    with closing(open_database(postgres_url)) as opened:
        yield opened
