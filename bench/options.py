"""The options that suites have, each declared once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from bench.databases import KINDS
from bench.report import RESULTS


def option(name: str, default: float | str, said: str) -> click.Option:
    return click.Option([name], default=default, show_default=True, help=said)


def rounds(of: str = "everything") -> click.Option:
    return option("--rounds", 5, f"How often {of} is measured; 5 or more count.")


def seconds(default: int) -> click.Option:
    return option("--seconds", default, "Length of one measurement.")


def connections(default: int = 16, more: str = "") -> click.Option:
    return option("--connections", default, f"Requests in flight{more}.")


def jobs(whose: str = "everybody's") -> click.Option:
    return option("--jobs", 100_000, f"Jobs in {whose} database.")


def choice(name: str, values: Sequence[str], default: str, said: str) -> click.Option:
    return click.Option([name], type=click.Choice(values), default=default, show_default=True, help=said)


def database(whose: str = "Everybody's.") -> click.Option:
    return choice("--database", KINDS, "sqlite", whose)


SEED = option("--seed", 1, "Of the order within the rounds.")
INTO = click.Option(["--into"], type=click.Path(path_type=Path), default=RESULTS, help="Folder of the results.")


def only(known: Sequence[str]) -> click.Option:
    """``--only``: a list of those of ``known`` who are to be measured, all of them without it."""

    def names(_context: click.Context, _parameter: click.Parameter, value: str) -> list[str]:
        given = [name.strip() for name in value.split(",")]
        if unknown := set(given).difference(known):
            raise click.BadParameter(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(known)}")
        return given

    everybody = ",".join(known)
    return click.Option(["--only"], default=everybody, show_default=True, callback=names, help="Whom to measure.")


def sizes(name: str, what: str) -> click.Option:
    """``--NAME 1000,100000``: two sizes or more to compare, in their order."""

    def numbers(_context: click.Context, _parameter: click.Parameter, value: str) -> list[int]:
        try:
            given = sorted({int(part) for part in value.split(",")})
        except ValueError:
            raise click.BadParameter("numbers with commas between them") from None
        if len(given) < 2 or given[0] < 500:
            raise click.BadParameter(f"two sizes or more, of 500 {what} or more")
        return given

    default = "1000,100000,1000000"
    return click.Option([name], default=default, show_default=True, callback=numbers, help="Sizes to compare.")
