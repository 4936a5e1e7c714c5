"""Options that more than one suite has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import click

F = TypeVar("F", bound=Callable[..., object])


def only(known: Sequence[str]) -> Callable[[F], F]:
    """``--only``: a list of those of ``known`` who are to be measured, all of them without it."""

    def names(_context: click.Context, _parameter: click.Parameter, value: str) -> list[str]:
        given = [name.strip() for name in value.split(",")]
        if unknown := set(given).difference(known):
            raise click.BadParameter(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(known)}")
        return given

    return click.option("--only", default=",".join(known), show_default=True, callback=names, help="Whom to measure.")


def sizes(name: str, default: str, what: str) -> Callable[[F], F]:
    """``--NAME 1000,100000``: two sizes or more to compare, in their order."""

    def numbers(_context: click.Context, _parameter: click.Parameter, value: str) -> list[int]:
        try:
            given = sorted({int(part) for part in value.split(",")})
        except ValueError:
            raise click.BadParameter("numbers with commas between them") from None
        if len(given) < 2 or given[0] < 500:
            raise click.BadParameter(f"two sizes or more, of 500 {what} or more")
        return given

    return click.option(name, default=default, show_default=True, callback=numbers, help="Sizes to compare.")
