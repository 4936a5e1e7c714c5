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
