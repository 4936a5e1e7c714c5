"""What the relay asks a real broker."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from bench.servers import broker
from tasks.app import app
from workers.relay.broker import BrokerDown, RedisBroker


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    with broker(tmp_path) as address:
        yield address


def test_it_is_told_apart_from_one_that_forgot(url: str) -> None:
    first, second = RedisBroker(app, url), RedisBroker(app, url)
    assert first.has_forgotten(), "it was never asked before"
    first.remember()
    assert not first.has_forgotten()
    assert not second.has_forgotten(), "another relay takes over, and the broker is the same"

    with redis.Redis.from_url(url) as hand:
        hand.flushall()
    assert second.has_forgotten()
    for one in (first, second):
        one.close()


def test_it_is_told_apart_from_one_that_was_restarted_and_kept_its_files(tmp_path: Path) -> None:
    for _ in range(2):
        with broker(tmp_path) as url:
            relay = RedisBroker(app, url)
            assert relay.has_forgotten()
            relay.remember()
            assert not relay.has_forgotten()
            relay.close()


def test_one_that_is_down_says_so(tmp_path: Path) -> None:
    with broker(tmp_path) as url:
        relay = RedisBroker(app, url)
        assert relay.has_forgotten()
    with pytest.raises(BrokerDown):
        relay.has_forgotten()
    with pytest.raises(BrokerDown):
        relay.remember()
    relay.close()
