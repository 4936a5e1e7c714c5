"""The kinds of work that the marketplace knows: what a job is filed under, and what a worker can do."""

from __future__ import annotations

import msgspec

from domain.errors import Invalid


class Category(msgspec.Struct, frozen=True):
    """``id`` is what jobs carry; ``name`` is for people."""

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
    """``Invalid`` for what is not in the catalogue."""
    if category not in _KNOWN:
        raise Invalid("category_unknown", f"There is no category {category!r}: GET /categories lists them.", field)
    return category
