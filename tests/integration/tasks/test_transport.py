"""A broker that is gone is a connection that is gone, whatever kombu still asks of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.servers import broker
from cli.stack.ports import any_free
from tasks.app import create_app


def test_a_channel_whose_connection_was_given_up_fails_as_a_connection(tmp_path: Path) -> None:
    """Or the worker ends, since it takes that for what it can do something about."""
    with broker(tmp_path) as url:
        connection = create_app().connection_for_read(url)
        channel = connection.default_channel
        connection.collect()

        with pytest.raises(connection.connection_errors), channel.conn_or_acquire():
            pass
        assert connection.as_uri().startswith("redis://")
        connection.release()


def test_a_broker_that_is_away_is_tried_again_every_two_seconds() -> None:
    """And not after ever longer pauses, so that work goes on soon after it is back."""
    waits: list[float] = []

    def note(_: Exception, pause: float) -> None:
        waits.append(pause)
        if len(waits) == 2:
            raise Enough

    connection = create_app().connection_for_read(f"redis://127.0.0.1:{any_free(set())}/0")
    with pytest.raises(Enough):
        connection.ensure_connection(note)
    assert waits == [2.0, 2.0]


class Enough(Exception):
    """Has been seen."""
