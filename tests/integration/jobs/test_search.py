"""Whatever is asked for together, the databases find what a plain filter in Python finds, page by page."""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import asin, cos, radians, sin, sqrt
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from domain.database import Connection
from domain.marketplace.jobs.index import job_terms
from domain.marketplace.jobs.post import NewJob, post
from domain.marketplace.jobs.query import Asked, Sort, understood
from domain.marketplace.jobs.read import FullJob, page
from domain.marketplace.jobs.search import search
from domain.marketplace.jobs.states import JobStatus
from domain.marketplace.jobs.words import SHORTEST
from domain.marketplace.listings.edit import edit
from domain.marketplace.listings.end import cancel
from domain.marketplace.listings.publish import publish
from runtime.database import Database, open_database
from runtime.database.engine import SQLITE_PLANS, sqlite_path
from tests.clock import Clock
from tests.plans import plan_of, without_and_with_statistics
from tests.story import cause_of, hired

WORDS = {
    "tap": ["Tap", "TAP,", "(tap)"],
    "kuche": ["Küche", "kuche!", "KU\u0308CHE"],
    "strasse": ["Straße", "STRASSE"],
    "кран": ["кран", "КРАН."],
    "水": ["水"],
    "🔧": ["🔧"],
    "urgent": ["urgent", "Urgent"],
}
BEGINNINGS = {"kuche": ["KÜCH", "kuc"], "strasse": ["straß"], "кран": ["КРА"], "urgent": ["urg", "Urgen"]}
CITIES = {"berlin": ["Berlin", "BERLIN", " berlin "], "sao paulo": ["São Paulo", "SAO  PAULO"], "malmo": ["Malmö"]}
CATEGORIES = ["plumbing", "cleaning", "painting"]
POINTS = [(52.52, 13.405), (52.53, 13.391), (52.402, 13.06), (-23.55, -46.633), (0.01, 179.99), (0.012, -179.98)]
POINTS += [(52.45, 13.3), (52.39, 13.06), (52.6, 13.9), (0.3, 179.5), (89.95, 20.0), (89.97, -151.0), (-90.0, 0.0)]
BUDGETS = [200, 255, 256, 5_000, 9_999, 10_000, 10_001, 99_999_999]


@dataclass(frozen=True)
class Known:
    """A job, and what the plain filter knows of it."""

    job: FullJob
    words: frozenset[str]
    city: str
    status: JobStatus


class Market:
    """Jobs of every kind, with a clock that moves on between them."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = Clock()
        self.client = hired(database, self.clock).alice.id
        self.chance = random.Random(7)
        self.known: list[Known] = []
        for _ in range(120):
            self.post()

    def post(self) -> None:
        """One more; most stay open."""
        self.clock.forward(minutes=self.chance.choice([0, 0, 1, 60]))
        said = self.chance.sample(sorted(WORDS), self.chance.randint(1, 4))
        spelled = [self.chance.choice(WORDS[word]) for word in said]
        city = self.chance.choice(sorted(CITIES))
        latitude, longitude = self.chance.choice([*POINTS, (None, None)])
        new = NewJob(
            " ".join(spelled[:2]),
            " ".join(spelled[2:]),
            self.chance.choice(CATEGORIES),
            self.chance.choice(CITIES[city]),
            self.chance.choice(BUDGETS),
            self.chance.choice(["usd", "usd", "eur"]),
            latitude,
            longitude,
        )
        status = self.chance.choice(
            [JobStatus.OPEN, JobStatus.OPEN, JobStatus.OPEN, JobStatus.CANCELLED, JobStatus.DRAFT]
        )
        cause = cause_of(self.clock, self.client)

        def unit(connection: Connection) -> FullJob:
            made = post(connection, cause, new, draft=status is JobStatus.DRAFT)
            return cancel(connection, cause, made.id) if status is JobStatus.CANCELLED else made

        made = self.database.write(unit)
        if status is not JobStatus.DRAFT:
            self.known.append(Known(made, frozenset(said), city, status))

    def expected(self, asked: Asked, said: frozenset[str], city: str | None) -> list[str]:
        return [known.job.id for known in self.known if matches(known, asked, said, city)]


def matches(known: Known, asked: Asked, said: frozenset[str], city: str | None) -> bool:
    job = known.job
    by_budget = asked.budget_min is not None or asked.budget_max is not None or "budget" in asked.sort
    currency = asked.currency or ("usd" if by_budget else None)
    return (
        known.status is asked.status
        and said <= known.words
        and asked.category in (None, job.category)
        and city in (None, known.city)
        and currency in (None, job.currency)
        and (asked.budget_min or 0) <= job.budget_minor <= (asked.budget_max or 10**9)
        and (asked.posted_since is None or posted(job) >= asked.posted_since)
        and (asked.radius_km is None or distance(job, asked) <= asked.radius_km)
    )


def posted(job: FullJob) -> datetime:
    assert job.posted_at is not None
    return job.posted_at


def distance(job: FullJob, asked: Asked) -> float:
    """Kilometres, by the chord between two points on a sphere; far away without a point."""
    if job.latitude is None or job.longitude is None:
        return 1e9
    assert asked.latitude is not None
    assert asked.longitude is not None
    ends = [(asked.latitude, asked.longitude), (job.latitude, job.longitude)]
    here, there = (
        (cos(radians(y)) * cos(radians(x)), cos(radians(y)) * sin(radians(x)), sin(radians(y))) for y, x in ends
    )
    chord = sqrt(sum((a - b) ** 2 for a, b in zip(here, there, strict=True)))
    return 2 * 6371.0088 * asin(min(1.0, chord / 2))


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


def rarely(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Or hardly anything would be found by all of it together."""
    return st.none() | st.none() | st.none() | values


@st.composite
def questions(draw: st.DrawFn) -> tuple[Asked, frozenset[str], str | None]:
    """A question, with the words and the city that it means."""
    said = draw(
        st.frozensets(st.sampled_from(sorted(WORDS)), max_size=1) | st.frozensets(st.sampled_from(sorted(WORDS)))
    )
    city = draw(rarely(st.sampled_from(sorted(CITIES))))
    near = draw(maybe(st.tuples(st.sampled_from(POINTS), st.sampled_from([0.5, 2.0, 17.0, 30.0, 150.0, 500.0]))))
    sorts = [*Sort, Sort.NEAREST, Sort.NEAREST] if near else [sort for sort in Sort if sort is not Sort.NEAREST]
    asked = Asked(
        status=draw(st.sampled_from([JobStatus.OPEN, JobStatus.OPEN, JobStatus.CANCELLED])),
        q=" - ".join(draw(st.sampled_from(WORDS[word] + BEGINNINGS.get(word, []))) for word in sorted(said)) or None,
        category=draw(rarely(st.sampled_from(CATEGORIES))),
        city=draw(st.sampled_from(CITIES[city])) if city else None,
        latitude=near[0][0] if near else None,
        longitude=near[0][1] if near else None,
        radius_km=near[1] if near else None,
        currency=draw(rarely(st.sampled_from(["usd", "eur"]))),
        budget_min=draw(rarely(st.sampled_from(BUDGETS))),
        budget_max=draw(rarely(st.sampled_from(BUDGETS))),
        posted_since=draw(rarely(st.integers(-60, 2_000).map(lambda m: Clock().now + timedelta(minutes=m)))),
        sort=draw(st.sampled_from(sorts)),
    )
    assume(asked.budget_min is None or asked.budget_max is None or asked.budget_min <= asked.budget_max)
    return asked, said, city


def all_pages(market: Market, asked: Asked, most: int) -> list[str]:
    """The ids of every page, while jobs are posted between the first few."""
    found: list[str] = []
    after = None
    for n in range(500):
        got = market.database.read(lambda c, after=after: search(c, understood(asked), after=after, most=most))
        assert len(got.items) <= most
        found += [job.id for job in got.items]
        after = got.more_after
        if after is None:
            return found
        if n < 3:
            market.post()
    raise AssertionError("no end")


def in_order(market: Market, asked: Asked, found: list[str]) -> bool:
    jobs = {known.job.id: known.job for known in market.known}
    newest = {known.job.id: n for n, known in enumerate(market.known)}
    keys = {
        Sort.NEWEST: lambda i: -newest[i],
        Sort.BUDGET_UP: lambda i: (jobs[i].budget_minor, newest[i]),
        Sort.BUDGET_DOWN: lambda i: (-jobs[i].budget_minor, -newest[i]),
        Sort.NEAREST: lambda i: round(distance(jobs[i], asked), 3),
    }
    return all(keys[asked.sort](a) <= keys[asked.sort](b) for a, b in itertools.pairwise(found))


def test_any_question_finds_what_a_plain_filter_finds_in_order_while_jobs_are_posted(database: Database) -> None:
    market = Market(database)

    @settings(max_examples=80, derandomize=True, suppress_health_check=list(HealthCheck), database=None)
    @given(questions(), st.integers(2, 12))
    def check(question: tuple[Asked, frozenset[str], str | None], most: int) -> None:
        asked, said, city = question
        before = market.expected(asked, said, city)
        found = all_pages(market, asked, most)
        assert len(set(found)) == len(found), "one was shown twice"
        assert in_order(market, asked, found)
        assert set(before) <= set(found), "one was never shown"
        assert set(found) <= set(market.expected(asked, said, city)), "one was shown that does not match"

    check()
    assert len(market.known) < 500


def test_a_job_is_found_by_what_it_is_now(database: Database) -> None:
    clock = Clock()
    alice = hired(database, clock).alice.id

    def count(**asked: Any) -> int:
        return len(found(database, **asked))

    new = NewJob("Unblock a drain", "Today.", "plumbing", "Ghent", 10_000, "usd")
    cause = cause_of(clock, alice)
    draft = database.write(lambda c: post(c, cause, new, draft=True))
    assert count(q="drain") == 0
    database.write(lambda c: publish(c, cause, draft.id))
    assert count(q="drain") == 1
    change = {"title": "Clean a drain", "city": "Bruges", "category": "cleaning", "budget_minor": 90_000}
    database.write(lambda c: edit(c, cause, draft.id, change))
    assert count(q="unblock") == count(city="ghent") == count(category="plumbing") == count(budget_max=10_000) == 0
    assert count(q="clean today", city="BRUGES", category="cleaning", budget_min=90_000) == 1
    database.write(lambda c: cancel(c, cause, draft.id))
    assert count(q="drain") == 0
    assert count(q="drain", status=JobStatus.CANCELLED) == 1
    assert database.read(lambda c: page(c, status="open", after=None, most=9)).items == []


def test_no_question_reads_the_jobs_from_end_to_end(sqlite_url: str) -> None:
    """The words' index comes first, then an index that holds all that is asked of many jobs."""
    database = open_database(sqlite_url)
    Market(database)
    near = {"latitude": 52.5, "longitude": 13.4, "radius_km": 30.0}
    SQLITE_PLANS.by_id.clear()
    for sort in Sort:
        for asked in (Asked(q="tap", sort=sort, **near), Asked(q="tap", sort=sort), Asked(sort=sort, budget_min=300)):
            if sort is not Sort.NEAREST or asked.latitude is not None:
                database.read(lambda c, asked=asked: search(c, understood(asked), after=None, most=9))
    plans = [plan.sql for plan in SQLITE_PLANS.by_id.values() if job_terms.name in plan.sql or "LIMIT" in plan.sql]
    database.close()
    assert len(plans) == 9
    for connection in without_and_with_statistics(sqlite_path(sqlite_url)):
        for sql in plans:
            steps = plan_of(connection, sql)
            if "MATCH" in sql:
                assert steps[0].startswith("SCAN job_terms VIRTUAL TABLE"), steps
                assert steps[1].startswith("SEARCH job USING COVERING INDEX ix_job_place (place=?"), steps
            else:
                assert steps == ["SEARCH job USING COVERING INDEX ix_job_budget (" + steps[0].partition("(")[2]], steps


def found(database: Database, **asked: Any) -> list[str]:
    """The ids of the jobs that the question finds."""
    return [job.id for job in database.read(lambda c: search(c, understood(Asked(**asked)), after=None, most=9)).items]


def test_no_query_language_leaks(database: Database) -> None:
    clock = Clock()
    alice = hired(database, clock).alice.id
    new = NewJob("Fix a tap", "s open", "plumbing", "Ghent", 10_000, "usd")
    database.write(lambda c: post(c, cause_of(clock, alice), new))
    counts = {
        '"tap"': 1,
        "tap' OR 1=1 --": 0,
        "tap OR fix": 0,
        "NEAR(tap, 2)": 0,
        "ta*": 0,
        "fix tap*": 1,
        "-tap": 1,
        "tap & !fix": 1,
        "terms:tap": 0,
        "s:open": 1,
        "{a s}: ^tap": 1,
        "tap\x00fix": 1,
        "tap\\": 1,
        "tap:*": 1,
        "'tap' | 'x'": 0,
    }
    for text, count in counts.items():
        assert len(found(database, q=text)) == count, text


SENTENCES = {
    "latin with accents": ("Réparer l'évier bouché", "evier"),
    "cyrillic": ("Починить капающий кран", "капающий"),
    "greek": ("Επισκευή βρύσης στην κουζίνα", "βρύσης"),
    "arabic": ("إصلاح صنبور المطبخ", "صنبور"),
    "hebrew": ("תיקון ברז במטבח", "במטבח"),
    "hindi": ("रसोई का नल ठीक करना", "रसोई"),
    "thai": ("ซ่อมก๊อกน้ำรั่วในครัว", "ก๊อกน้ำ"),
    "chinese": ("修理厨房水龙头", "水龙头"),
    "japanese": ("台所の水道を修理してください", "水道を"),
    "korean": ("주방 수도꼭지를 고쳐 주세요", "수도꼭지를"),
}


WITHOUT_SPACES = ("thai", "chinese", "japanese")


def test_parts_of_words_find_a_job_in_every_script(database: Database) -> None:
    clock = Clock()
    alice = hired(database, clock).alice.id
    posted_as: dict[str, str] = {}
    for script, (title, _) in SENTENCES.items():
        new = NewJob(title, "", "plumbing", "Ghent", 10_000, "usd")
        posted_as[script] = database.write(lambda c, new=new: post(c, cause_of(clock, alice), new)).id
    for script, (_, word) in SENTENCES.items():
        for end in range(1 if script in WITHOUT_SPACES else SHORTEST, len(word) + 1):
            got = found(database, q=word[:end])
            assert posted_as[script] in got, (script, word[:end])
        assert got == [posted_as[script]], script
