"""``handwork admin``: the first admin, and tokens for operators' programs."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable

import click

from cli.manual import manual
from cli.operator import change, look, operator_cause, platform_database
from cli.terminal import print_rows
from domain.errors import Invalid
from domain.identity.accounts.addresses import check_email
from domain.identity.accounts.register import register
from domain.identity.accounts.states import Role
from domain.identity.service_tokens.make import make
from domain.identity.service_tokens.read import ServiceToken, every
from domain.identity.service_tokens.revoke import revoke
from runtime.ids import new_id
from runtime.passwords import Passwords
from runtime.secrets import hashed
from runtime.service_tokens import new_service_token

SHORTEST, LONGEST, LONGEST_NAME = 10, 200, 100


TOKEN_COLUMNS: dict[str, Callable[[ServiceToken], str]] = {
    "id": lambda row: row.id,
    "name": lambda row: row.name,
    "status": lambda row: row.status,
    "made by": lambda row: row.made_by,
    "made": lambda row: f"{row.created_at:%Y-%m-%d %H:%M}",
    "revoked": lambda row: f"{row.revoked_at:%Y-%m-%d %H:%M}" if row.revoked_at else "",
}


@click.group()
def admin() -> None:
    """Create admins and service tokens.

    An admin operates the platform over the API; a service token lets a program do that.
    """


@admin.command(
    epilog=manual(
        "admin create alice@example.com --name Alice",
        "admin create alice@example.com --name Alice --password-stdin",
    )
)
@click.argument("email")
@click.option("--name", required=True, help="The name that other people see.")
@click.option("--password-stdin", is_flag=True, help="Read the password from the first line of standard input.")
def create(email: str, name: str, password_stdin: bool) -> None:
    """Create an account with the role admin.

    Asks for its password twice, and prints the id of the account.
    """
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


@admin.group()
def token() -> None:
    """Create, list and revoke service tokens.

    A service token gives a program an admin's rights. The program sends it as a bearer token; it does not expire.
    """


@token.command("create", epilog=manual("admin token create --name prometheus"))
@click.option("--name", required=True, help="The program that uses the token.")
def create_token(name: str) -> None:
    """Create a service token and print it.

    The platform stores only a hash, so the token cannot be shown again. Its id goes to stderr.
    """
    account_id = new_id("acc")
    secret = new_service_token(account_id)
    _check_name(name)
    token_id = change(lambda c, cause: make(c, cause, account_id=account_id, name=name, secret_hash=hashed(secret)))
    click.echo(f"{token_id}: keep this, it is not shown again", err=True)
    click.echo(secret)


@token.command("list", epilog=manual("admin token list"))
def list_tokens() -> None:
    """List the service tokens, without the secrets.

    Prints each token's id, name and status, the operator who made it, and when it was made and revoked.
    """
    print_rows(TOKEN_COLUMNS, look(every), "No service tokens.")


@token.command("revoke", epilog=manual("admin token revoke svc_0199c5f2a4b57c1e8d3f6a9b0"))
@click.argument("token_id")
def revoke_token(token_id: str) -> None:
    """Revoke a service token.

    Every process refuses it from then on.
    """
    change(lambda c, cause: revoke(c, cause, token_id))
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
