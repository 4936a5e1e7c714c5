"""The settings of a peer, from the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    database: str
    """As SQLAlchemy's async engine wants it."""
    broker_url: str
    jwt_secret: str
    webhook_secret: str

    @property
    def is_sqlite(self) -> bool:
        return self.database.startswith("sqlite")


def load() -> Settings:
    return Settings(
        database=with_async_driver(os.environ["PEER_DATABASE_URL"]),
        broker_url=os.environ["PEER_BROKER_URL"],
        jwt_secret=os.environ["PEER_JWT_SECRET"],
        webhook_secret=os.environ["PEER_WEBHOOK_SECRET"],
    )


def with_async_driver(url: str) -> str:
    kind, _, rest = url.partition("://")
    return f"{'sqlite+aiosqlite' if kind == 'sqlite' else 'postgresql+asyncpg'}://{rest}"
