"""One world for all the tests of this folder, on each kind of database: each finds it as it was made."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.integration.web.conftest import site_at
from tests.integration.web.matrix.stand import Stand
from tests.integration.web.matrix.world import a_world


@pytest.fixture(scope="package")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="package", params=["sqlite", "postgresql"])
def world_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if request.param == "sqlite":
        migrated: Path = request.getfixturevalue("migrated_sqlite")
        path = tmp_path_factory.mktemp("world") / "handwork.db"
        shutil.copyfile(migrated, path)
        yield f"sqlite:///{path}"
        return
    server = request.getfixturevalue("postgres_server")
    name = f"w{uuid.uuid4().hex}"
    yield server.create(name, "migrated")
    server.drop(name)


@pytest.fixture(scope="package")
async def stand(world_url: str, anyio_backend: str) -> AsyncIterator[Stand]:
    async with site_at(world_url) as site:
        yield Stand(await a_world(site))
