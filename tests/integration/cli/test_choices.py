"""What a stack chooses, keeps, and leaves to the operator."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cli.stack.choices import PREFERRED, Choices, keep
from cli.stack.choices import choose as choose_from
from cli.stack.errors import StackError
from cli.stack.ports import QUIET, holder, is_free
from gateways.sendgrid.signature import verify
from runtime.settings import SettingsError, load
from sandbox.sendgrid.events import read_private_key, sign
from tests.ports import free_ports


def choose(home: Path, given: Mapping[str, str], usual: Mapping[str, int] | None = None) -> Choices:
    """As a start does: choose, and store what was chosen."""
    choices = choose_from(home, given, usual=usual)
    (home / "run").mkdir(exist_ok=True)
    keep(home, choices)
    return choices


@pytest.fixture
def busy() -> Iterator[int]:
    """A port that somebody listens on."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def test_what_was_chosen_is_kept(tmp_path):
    first = choose(tmp_path, {})
    second = choose(tmp_path, {})

    assert second.values == first.values
    assert second.moved == []


def test_what_was_chosen_survives_a_power_cut(volatile_disk):
    """Or everybody would be logged out, and the platform be somewhere else."""
    first = choose(volatile_disk.folder, {})

    volatile_disk.cut()
    volatile_disk.lose(seed=1)
    volatile_disk.mount()

    assert choose(volatile_disk.folder, {}).values == first.values


def test_secrets_are_made_for_each_folder_and_long_enough(tmp_path):
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    one, two = (choose(tmp_path / name, {}).values for name in ("one", "two"))

    assert len(one["JWT_SECRET_KEY"]) >= 32
    for name in ("JWT_SECRET_KEY", "BROKER_PASSWORD", "FLOWER_BASIC_AUTH", "STRIPE_WEBHOOK_SECRETS"):
        assert one[name] != two[name], name
    assert (tmp_path / "one" / "stack.env").stat().st_mode & 0o777 == 0o600


def test_ports_of_tests_are_not_those_of_people(tmp_path):
    choices = choose(tmp_path, {})

    assert all(choices.port(name) in QUIET for name in PREFERRED)
    assert len({choices.port(name) for name in PREFERRED}) == len(PREFERRED)


def test_a_busy_port_is_avoided_and_named(tmp_path, busy):
    (tmp_path / "stack.env").write_text(f"WEB_PORT={busy}\n")

    choices = choose(tmp_path, {})

    assert choices.port("WEB_PORT") != busy
    assert is_free(choices.port("WEB_PORT"))
    assert choices.values["WEB_PUBLIC_URL"] == f"http://127.0.0.1:{choices.port('WEB_PORT')}"
    (sentence,) = choices.moved
    assert str(busy) in sentence
    assert f"pid {os.getpid()}" in sentence


def test_a_busy_port_that_was_asked_for_is_refused(tmp_path, busy):
    with pytest.raises(StackError, match=f"WEB_PORT: port {busy} is taken by pid {os.getpid()}"):
        choose(tmp_path, {"WEB_PORT": str(busy)})


def test_a_port_that_was_avoided_is_gone_back_from_when_it_is_free(tmp_path):
    usual = {name: int(port) for name, port in free_ports().items()}
    web = usual["WEB_PORT"]
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind(("127.0.0.1", web))
        server.listen()
        first = choose(tmp_path, {}, usual=usual)
        again = choose(tmp_path, {}, usual=usual)
    back, later = choose(tmp_path, {}, usual=usual), choose(tmp_path, {}, usual=usual)

    other = first.port("WEB_PORT")
    assert other != web
    assert again.port("WEB_PORT") == other  # it does not wander
    assert [f"{web} is taken by pid {os.getpid()}" in sentence for sentence in (*first.moved, *again.moved)] == [
        True
    ] * 2
    assert back.port("WEB_PORT") == web
    assert back.moved == [f"WEB_PORT: it is {web} again, and no longer {other}"]
    assert back.values["WEB_PUBLIC_URL"] == f"http://127.0.0.1:{web}"
    assert later.moved == []


def test_a_production_has_nothing_of_the_sandbox_before_it(tmp_path):
    choose(tmp_path, {})

    choices = choose(tmp_path, {"HANDWORK_ENV": "production"})

    assert not choices.uses_sandbox
    assert not [name for name in choices.values if name.startswith(("STRIPE", "SENDGRID", "SANDBOX_URL", "APP_URL"))]


@pytest.mark.parametrize("text", ["eighty", "0", "65536", "-1"])
def test_what_is_no_port_is_refused_by_name(tmp_path, text):
    with pytest.raises(StackError, match="SANDBOX_PORT: must be a port"):
        choose(tmp_path, {"SANDBOX_PORT": text})


def test_a_wrong_port_of_the_platform_is_left_to_the_settings(tmp_path):
    choices = choose(tmp_path, {"WEB_PORT": "abc"})

    assert choices.kept["WEB_PORT"].isdecimal()
    with pytest.raises(SettingsError, match=r"^WEB_PORT: .*'abc'"):
        load(choices.values)


def test_the_sandbox_is_used_when_no_key_is_given(tmp_path):
    choices = choose(tmp_path, {})

    assert choices.uses_sandbox
    assert choices.values["STRIPE_API_BASE"] == choices.values["SANDBOX_URL"]
    assert choices.values["STRIPE_SECRET_KEY"].startswith("sk_test_")


def test_what_takes_minutes_at_a_provider_takes_seconds_in_the_sandbox_alone(tmp_path):
    quick = choose(tmp_path, {}).values
    told = choose(tmp_path, {"ABSENCE_CONFIRM_MS": "7"}).values
    real = choose(tmp_path, {"SENDGRID_API_KEY": "SG.alice", "STRIPE_SECRET_KEY": "sk_test_alice"}).values

    slow = load({"JWT_SECRET_KEY": quick["JWT_SECRET_KEY"]})
    for name in ("ABSENCE_CONFIRM_MS", "RECONCILE_STUCK_MS", "DELIVERY_DOUBT_MS"):
        assert int(quick[name]) < getattr(slow, name.lower()), name
        assert name not in real
    assert told["ABSENCE_CONFIRM_MS"] == "7"


def test_a_given_key_means_stripe_itself(tmp_path):
    choose(tmp_path, {})

    choices = choose(tmp_path, {"STRIPE_SECRET_KEY": "sk_test_alice"})

    assert not choices.sandboxes_stripe
    assert choices.sandboxes_sendgrid
    kept = (tmp_path / "stack.env").read_text()
    assert "STRIPE" not in kept
    assert "sk_test_alice" not in kept


def test_a_given_key_means_sendgrid_itself_and_with_both_there_is_no_sandbox(tmp_path):
    alone = choose(tmp_path, {"SENDGRID_API_KEY": "SG.alice"})

    assert alone.sandboxes_stripe
    assert not alone.sandboxes_sendgrid
    assert "SENDGRID" not in (tmp_path / "stack.env").read_text()

    both = choose(tmp_path, {"SENDGRID_API_KEY": "SG.alice", "STRIPE_SECRET_KEY": "sk_test_alice"})

    assert not both.uses_sandbox
    assert "SANDBOX_URL" not in (tmp_path / "stack.env").read_text()


def test_the_key_that_is_checked_with_is_that_which_the_sandbox_signs_with(tmp_path):
    first, second = choose(tmp_path, {}), choose(tmp_path, {})

    assert first.values["SENDGRID_WEBHOOK_PUBLIC_KEYS"] == second.values["SENDGRID_WEBHOOK_PUBLIC_KEYS"]
    key = read_private_key(first.values["SANDBOX_SENDGRID_PRIVATE_KEY"])
    now = datetime.now(UTC)
    stamp = str(int(now.timestamp()))
    verify(b"[]", sign(key, stamp, b"[]"), stamp, [first.values["SENDGRID_WEBHOOK_PUBLIC_KEYS"]], now, 300)


def test_a_given_broker_is_used_and_none_is_started(tmp_path):
    choices = choose(tmp_path, {"BROKER_URL": "redis://elsewhere:6379/1"})

    assert choices.own_broker
    assert "BROKER_URL" not in (tmp_path / "stack.env").read_text()


def test_the_holder_of_a_port_that_nobody_has_is_nobody(tmp_path):
    assert holder(choose(tmp_path, {}).port("WEB_PORT")) is None
