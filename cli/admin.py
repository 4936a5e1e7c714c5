"""``handwork admin``: the first admin, and tokens for operators' programs."""

from __future__ import annotations

import asyncio
import sys

import click

from cli.operator import EXIT_CODES, OperatorGroup, operator_cause, platform_database
from cli.terminal import open_console, open_table
from domain.errors import Invalid
from domain.identity.accounts.addresses import check_email
from domain.identity.accounts.register import register
from domain.identity.accounts.states import Role
from domain.identity.service_tokens.make import make
from domain.identity.service_tokens.read import every
from domain.identity.service_tokens.revoke import revoke
from runtime.ids import new_id
from runtime.passwords import Passwords
from runtime.secrets import hashed
from runtime.service_tokens import new_service_token

SHORTEST, LONGEST, LONGEST_NAME = 10, 200, 100


@click.group(cls=OperatorGroup, epilog=EXIT_CODES)
def admin() -> None:
    """Admins: people who operate the platform over the API, and tokens for programs that do."""


@admin.command()
@click.argument("email")
@click.option("--name", required=True, help="How others see this admin.")
@click.option("--password-stdin", is_flag=True, help="Read the password from the first line of standard input.")
def create(email: str, name: str, password_stdin: bool) -> None:
    """Make an account with the role admin. Asks for its password."""
    with platform_database() as database:
        check_email(email)
        _check_name(name)
        password = _read() if password_stdin else _ask()
        if not SHORTEST <= len(password) <= LONGEST:
            raise Invalid("password_length", f"A password has {SHORTEST} to {LONGEST} characters.", "password")
        password_hash = _hash(password)
        cause = operator_cause()
        made = database.write(
            lambda c: register(c, cause, email=email, password_hash=password_hash, role=Role.ADMIN, name=name)
        )
    click.echo(made.id)


@admin.group(cls=OperatorGroup)
def token() -> None:
    """Service tokens: long-lived, sent as a bearer token, with an admin's rights."""


@token.command("create")
@click.option("--name", required=True, help="What uses it.")
def create_token(name: str) -> None:
    """Make a token and print it: this once, it is kept as a hash."""
    cause, account_id = operator_cause(), new_id("acc")
    secret = new_service_token(account_id)
    with platform_database() as database:
        _check_name(name)
        token_id = database.write(
            lambda c: make(c, cause, account_id=account_id, name=name, secret_hash=hashed(secret))
        )
    click.echo(f"{token_id}: keep this, it is not shown again", err=True)
    click.echo(secret)


@token.command("list")
def list_tokens() -> None:
    """Show the tokens that there are, without their secrets."""
    with platform_database() as database:
        found = database.read(every)
    table = open_table("id", "name", "state", "made by", "made", "revoked")
    for each in found:
        revoked = f"{each.revoked_at:%Y-%m-%d %H:%M}" if each.revoked_at else ""
        table.add_row(each.id, each.name, each.state, each.made_by, f"{each.created_at:%Y-%m-%d %H:%M}", revoked)
    open_console().print(table if found else "No service tokens.")


@token.command("revoke")
@click.argument("token_id")
def revoke_token(token_id: str) -> None:
    """End a token, at once, in every process."""
    cause = operator_cause()
    with platform_database() as database:
        database.write(lambda c: revoke(c, cause, token_id))
    click.echo(f"{token_id}: revoked")


def _ask() -> str:
    answer: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return answer


def _read() -> str:
    line = sys.stdin.buffer.readline()
    try:
        return line.decode().rstrip("\n")
    except UnicodeDecodeError:
        raise click.UsageError("the password on standard input is not UTF-8") from None


def _check_name(name: str) -> None:
    if not name.isprintable() or not 1 <= len(name.strip()) <= LONGEST_NAME:
        raise Invalid("name_invalid", f"A name has 1 to {LONGEST_NAME} printable characters.", "name")


def _hash(password: str) -> str:
    passwords = Passwords()
    try:
        return asyncio.run(passwords.hash(password))
    finally:
        passwords.close()
