"""Divide the globe into squares, so that an index can find near points.  A point lies in one square of each size.

Squares are of latitude and longitude, so they are narrow near the poles.  Their sizes are in millionths of a degree.
"""

from __future__ import annotations

from math import asin, cos, degrees, radians, sin
from typing import NamedTuple

EARTH_KM = 6371.0088
_SIZES = (100_000, 500_000, 2_500_000, 10_000_000, 45_000_000)
_MOST_CELLS = 24
"""The number of squares that cover a circle, at most: few to look up, yet together not much larger than the circle."""
_ROUND = 360_000_000
_SLACK = 10
"""A margin that is wider than arithmetic errors, and far narrower than the step to which coordinates are rounded."""


class Near(NamedTuple):
    """A circle on the globe."""

    latitude: float
    longitude: float
    radius_km: float

    @property
    def haversine(self) -> float:
        """Return the radius as the square of the sine of half its angle at the Earth's centre."""
        return sin(self.radius_km / EARTH_KM / 2) ** 2


def cells_of(latitude: float, longitude: float) -> list[str]:
    """Return the names of the squares in which a point lies, one of each size."""
    y, x = _north(latitude), _east(longitude) % _ROUND
    return [_name(size, y // size, x // size) for size in _SIZES]


def covering(near: Near) -> list[str]:
    """Return the names of squares of one size that together cover the whole circle."""
    angle = near.radius_km / EARTH_KM
    reach = round(degrees(angle) * 1e6) + _SLACK
    y, x = _north(near.latitude), _east(near.longitude)
    bottom, top = max(0, y - reach), min(_ROUND // 2, y + reach)
    if bottom == 0 or top == _ROUND // 2:  # over a pole, and so round the globe
        left, right = 0, _ROUND - 1
    else:
        wide = round(degrees(asin(min(1.0, sin(angle) / cos(radians(near.latitude))))) * 1e6) + _SLACK
        left, right = x - wide, min(x + wide, x - wide + _ROUND - 1)
    for size in _SIZES:
        rows = range(bottom // size, top // size + 1)
        columns = {column % (_ROUND // size) for column in range(left // size, right // size + 1)}
        if len(rows) * len(columns) <= _MOST_CELLS:
            break
    return sorted(_name(size, row, column) for row in rows for column in columns)


def _north(latitude: float) -> int:
    return round(latitude * 1e6) + _ROUND // 4


def _east(longitude: float) -> int:
    return round(longitude * 1e6) + _ROUND // 2


def _name(size: int, row: int, column: int) -> str:
    return f"g{_SIZES.index(size)}:{row}_{column}"
