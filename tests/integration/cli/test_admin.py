"""The first admin and service tokens are made on the command line; sessions are ended there."""

from __future__ import annotations

import pytest

from domain.history.read import changes
from domain.identity.accounts import read
from domain.identity.service_tokens import read as tokens
from runtime.database import Database
from runtime.secrets import hashed
from tests.integration.cli.terminal import run

PASSWORD = "correct horse battery"


def test_an_admin_is_made_by_a_password_that_is_asked_for_or_piped_in(stored: Database) -> None:
    asked = run("admin", "create", "Ada@Example.com", "--name", "Ada", typed=f"{PASSWORD}\n{PASSWORD}\n")
    assert asked.exit_code == 0, asked.output
    assert PASSWORD not in asked.output
    piped = run("admin", "create", "eve@example.com", "--name", "Eve", "--password-stdin", typed=f"{PASSWORD}\n")
    assert piped.exit_code == 0, piped.output
    for email in ("ada@example.com", "eve@example.com"):
        account = stored.read(lambda c, email=email: read.by_email(c, email))
        assert account is not None
        assert (account.role, account.status) == ("admin", "active")
        assert account.password_hash.startswith("$argon2id$")
        (born,) = stored.read(lambda c, of=account.id: changes(c, of))
        assert born.actor.startswith("operator:")


@pytest.mark.parametrize(
    ("email", "name", "password", "code"),
    [
        ("no address", "Ada", PASSWORD, "email_invalid"),
        ("ada@example.com", "", PASSWORD, "name_invalid"),
        ("ada@example.com", "A\nBcc: x", PASSWORD, "name_invalid"),
        ("ada@example.com", "x" * 101, PASSWORD, "name_invalid"),
        ("ada@example.com", "Ada", "too short", "password_length"),
        ("ada@example.com", "Ada", "x" * 201, "password_length"),
        ("ada@example.com", "Ada", "", "password_length"),
    ],
)
def test_what_cannot_be_is_refused_in_words(stored: Database, email: str, name: str, password: str, code: str) -> None:
    done = run("admin", "create", email, "--name", name, "--password-stdin", typed=f"{password}\n")
    assert (done.exit_code, done.output.partition(":")[0]) == (3, code)
    assert stored.read(lambda c: read.by_email(c, "ada@example.com")) is None


def test_an_address_has_one_account(url: str) -> None:
    assert run("admin", "create", "a@example.com", "--name", "A", "--password-stdin", typed=PASSWORD).exit_code == 0
    again = run("admin", "create", "A@example.com", "--name", "A", "--password-stdin", typed=PASSWORD)
    assert (again.exit_code, again.output.partition(":")[0]) == (3, "email_taken")


def test_a_service_token_is_shown_once_listed_and_revoked(stored: Database) -> None:
    created = run("admin", "token", "create", "--name", "Broadcasts")
    assert created.exit_code == 0, created.output
    secret = created.stdout.strip()
    assert secret.startswith("hws_")
    (kept,) = stored.read(tokens.every)
    listed = run("admin", "token", "list")
    assert kept.id in listed.output
    assert "active" in listed.output
    assert secret not in listed.output
    assert hashed(secret) not in listed.output
    assert run("admin", "token", "revoke", kept.id).exit_code == 0
    again = run("admin", "token", "revoke", kept.id)
    assert (again.exit_code, again.output.partition(":")[0]) == (3, "service_token_status")
    assert run("admin", "token", "revoke", "svc_1").exit_code == 3
    assert "revoked" in run("admin", "token", "list").output


def test_all_sessions_end_when_it_is_meant(url: str) -> None:
    assert run("sessions", "end-all", typed="n\n").exit_code == 1
    assert "epoch 1" in run("sessions", "end-all", "--yes").output
    assert "epoch 2" in run("sessions", "end-all", typed="y\n").output
