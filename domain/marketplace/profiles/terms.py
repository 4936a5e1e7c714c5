"""Store the search terms of workers, in the transaction that changes a profile.

A term is a word of the name or the bio, the beginning of such a word, or a fact whose prefix no word has:
``c:plumbing``, ``p:ghent``, a square of the globe.  A worker matches a search when the worker has all its terms.

The directory places a worker at the nearest point of a coarse grid.  Anybody can search around any point, so exact
distances, or a series of radii, would lead to the worker's home.
"""

from __future__ import annotations

from itertools import islice
from math import floor

from sqlalchemy import bindparam, delete, insert, select

from domain.database import Connection
from domain.marketplace.jobs.cells import cells_of
from domain.marketplace.jobs.words import key, terms_in
from domain.marketplace.profiles.read import Me
from domain.marketplace.profiles.tables import worker_term
from domain.marketplace.ratings.count import begin
from domain.schema import one_of

GRID_STEPS = 20
"""Steps of the grid in a degree: 0.05 degrees apart, up to 5.6 km."""

MOST_TERMS = 400
"""The most terms of a profile.  Each is a row that a change of the profile may write, and a bio can have thousands."""

_mine = select(worker_term.c.term).where(worker_term.c.account_id == bindparam("of_account"))
_add = insert(worker_term).values(term=bindparam("term"), account_id=bindparam("account_id"))
_remove = delete(worker_term).where(
    worker_term.c.account_id == bindparam("of_account"), one_of(worker_term.c.term, "terms")
)


def terms_of(worker: Me) -> set[str]:
    """Return at most ``MOST_TERMS`` terms: the skills, the place and the name first, then the bio from its start."""
    terms = [skill_term(skill) for skill in worker.skills]
    if worker.city is not None:
        terms.append(city_term(worker.city))
    if worker.latitude is not None and worker.longitude is not None:
        terms += cells_of(on_grid(worker.latitude), on_grid(worker.longitude))
    terms += [*terms_in(worker.name), *terms_in(worker.bio or "")]
    return set(islice(dict.fromkeys(terms), MOST_TERMS))


def on_grid(coordinate: float) -> float:
    """Return the nearest coordinate of the grid, in degrees, exactly as the directory's SQL computes it."""
    return floor(coordinate * GRID_STEPS + 0.5) / GRID_STEPS


def skill_term(skill: str) -> str:
    return f"c:{skill}"


def city_term(city: str) -> str:
    return f"p:{key(city)}"


def put_terms(connection: Connection, account_id: str, terms: set[str]) -> None:
    """Replace the terms of a worker, and give a worker without a rating an empty one, by which the directory sorts."""
    begin(connection, account_id)
    known = {row[0] for row in connection.run(_mine, of_account=account_id).all()}
    if gone := sorted(known - terms):
        connection.run(_remove, of_account=account_id, terms=gone)
    if new := sorted(terms - known):
        connection.run_many(_add, [{"term": term, "account_id": account_id} for term in new])
