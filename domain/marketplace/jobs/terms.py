"""Make the search terms of a job, and the terms of a search, for the databases' full text search.

A job's terms are the parts of its words, and its filters, such as ``c:plumbing`` and ``s:open``; no word has a colon
inside.  So every combination is one look-up, which is quick however many jobs each term has.
"""

from __future__ import annotations

from collections.abc import Sequence

from domain.marketplace.jobs.cells import cells_of, covering
from domain.marketplace.jobs.query import BUDGET_MOST, Search
from domain.marketplace.jobs.read import FullJob
from domain.marketplace.jobs.words import key, terms_in

Groups = list[list[str]]
"""A job matches when it has at least one term of each group."""


def terms_of(job: FullJob) -> list[str]:
    terms = terms_in(f"{job.title}\n{job.description}")
    terms += [f"s:{job.status}", f"c:{job.category}", f"p:{key(job.city)}", f"m:{job.currency}"]
    terms.append(f"b:{job.budget_minor.bit_length()}")
    if job.latitude is not None and job.longitude is not None:
        terms += cells_of(job.latitude, job.longitude)
    return terms


def terms_wanted(search: Search) -> Groups:
    groups = [[f"s:{search.status}"], *([word] for word in search.words)]
    if search.categories:
        groups.append([f"c:{category}" for category in search.categories])
    if search.city is not None:
        groups.append([f"p:{key(search.city)}"])
    if search.currency is not None:
        groups.append([f"m:{search.currency}"])
    if search.near is not None:
        groups.append(covering(search.near))
    if (search.budget_least, search.budget_most) != (0, BUDGET_MOST):
        # By powers of two: not exact, but the database skips budgets that are far outside the range.
        first, last = search.budget_least.bit_length(), search.budget_most.bit_length()
        groups.append([f"b:{bits}" for bits in range(first, last + 1)])
    return groups


def as_query(groups: Sequence[Sequence[str]], dialect: str) -> str:
    """Return the groups in the query language of the database.

    A term has only letters, digits, ``:``, ``_`` and signs without a meaning in either language, so quotes need no
    escapes.
    """
    quote, either, both = ('"', " OR ", " AND ") if dialect == "sqlite" else ("'", " | ", " & ")
    return both.join([f"({either.join([f'{quote}{term}{quote}' for term in group])})" for group in groups])
