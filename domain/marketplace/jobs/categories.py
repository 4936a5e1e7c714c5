"""The catalogue of the kinds of work: each job has one, and a worker's skills are some of them."""

from __future__ import annotations

import msgspec

from domain.errors import Invalid


class Category(msgspec.Struct, frozen=True):
    """A kind of work.  Jobs and profiles store its ``id``; ``name`` is for people."""

    id: str
    name: str


CATEGORIES = tuple(
    Category(name.lower().replace(" ", "_"), name)
    for name in (
        "Appliances",
        "Assembly",
        "Carpentry",
        "Cleaning",
        "Electrical",
        "Flooring",
        "Gardening",
        "Handiwork",
        "Heating",
        "Locks",
        "Masonry",
        "Moving",
        "Painting",
        "Plumbing",
        "Roofing",
        "Tiling",
        "Waste removal",
        "Windows",
    )
)
_KNOWN = frozenset(category.id for category in CATEGORIES)


def check_category(category: str, field: str = "category") -> str:
    """Return ``category``; ``Invalid`` when the catalogue does not have it."""
    if category not in _KNOWN:
        raise Invalid("category_unknown", f"There is no category {category!r}: GET /categories lists them.", field)
    return category
