"""What a peer is told, by the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    database: str
    broker_url: str
    jwt_secret: str
    webhook_secret: str


def load() -> Settings:
    return Settings(
        database=os.environ["PEER_DATABASE"],
        broker_url=os.environ["PEER_BROKER_URL"],
        jwt_secret=os.environ["PEER_JWT_SECRET"],
        webhook_secret=os.environ["PEER_WEBHOOK_SECRET"],
    )
