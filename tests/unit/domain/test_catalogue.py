"""Every kind has its words, and no word speaks of what its noun does not know."""

from __future__ import annotations

import string

import pytest

from domain.announcements.catalogue import CATALOGUE
from domain.announcements.channels import EMAIL
from domain.announcements.facts import Facts
from domain.announcements.subjects import (
    accounts,
    applications,
    bookings,
    jobs,
    links,
    messages,
    money,
    payout_accounts,
    reviews,
)
from domain.announcements.texts import PHRASES, TEXTS, text_of, written
from domain.notifications.kinds import Kind

KNOWS = {
    accounts.read: set(),
    jobs.read: {"job", "city", "other"},
    applications.read: {"job", "other", "amount"},
    bookings.read: {"job", "other", "amount", "when"},
    money.read_payment: {"job", "amount"},
    money.read_refund: {"job", "amount"},
    money.read_payout: {"job", "amount"},
    payout_accounts.read: set(),
    messages.read: {"job", "other"},
    reviews.read: {"job", "other"},
    links.read: set(),
}
FACTS = Facts(path="/x", job="Fix a tap", city="Bonn", other="Bob", amount="90.00 USD", when="Mon", purpose="p")


def fields_of(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", sorted(TEXTS))
def test_no_kind_is_missing_and_none_is_unknown(language: str) -> None:
    assert set(TEXTS[language]) == set(Kind)
    assert language in PHRASES


def test_every_kind_is_told_somehow() -> None:
    assert set(CATALOGUE) == set(Kind)
    assert all(entry.in_app or entry.channels for entry in CATALOGUE.values())


@pytest.mark.parametrize("kind", sorted(CATALOGUE))
def test_the_words_speak_of_what_their_noun_knows(kind: Kind) -> None:
    entry = CATALOGUE[kind]
    for language in TEXTS:
        text = text_of(kind, language)
        assert fields_of(text.body) | fields_of(text.subject) <= KNOWS[entry.read]
        assert bool(text.subject) == (EMAIL in entry.channels)
        assert fields_of(text.title) == set()
        assert 0 < len(text.title) <= 120
        assert "{" not in text.body_of(FACTS) + text.subject_of(FACTS)


def test_a_language_that_we_do_not_write_in_is_answered_in_english() -> None:
    assert written("en-GB") == written("xx") == written("") == "en"


def test_what_people_write_is_not_taken_for_a_template() -> None:
    facts = Facts(path="/x", job="{other.__class__}{path}", other="{amount}", amount="9")
    assert text_of(Kind.APPLICATION_RECEIVED, "en").body_of(facts) == (
        "{amount} applied for “{other.__class__}{path}” and asks 9."
    )
