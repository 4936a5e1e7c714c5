"""The README stays short; the map of the tree and the list of Stripe's events match the code."""

import re

from gateways.stripe.translate import TRANSLATORS
from gateways.stripe.translate_connect import CONNECT_TRANSLATORS
from tests.unit.docs.markdown import PROJECT, blocks, codes, documents, section

README = (PROJECT / "README.md").read_text()
WAY = (PROJECT / "docs/concepts/one-payment.md").read_text()
STRIPE = (PROJECT / "docs/guides/stripe.md").read_text()
_PATH = re.compile(r"[a-z_.]+(?:/[a-z_0-9.]+)+(?:/|\.(?:py|md|toml|lock|sh))")
MADE_LATER = {".handwork/broker/", ".handwork/logs/", ".handwork/backups/", "bench/results/"}
"""By the platform where it runs."""


def test_it_stays_short() -> None:
    assert README.count("\n") <= 100


def test_every_file_and_folder_of_the_map_is_there() -> None:
    (tree,) = blocks(section(WAY, "## Finding your way"))
    names = [line.split()[0] for line in tree.text.splitlines()]
    named_inside = re.findall(r"\b(?:[a-z]+/)+(?:[a-z]+\.py)?", tree.text)
    assert len(names) > 10
    assert [name for name in [*names, *named_inside] if not (exists(name) or exists(f"tests/{name}"))] == []


def test_every_package_is_on_the_map() -> None:
    (tree,) = blocks(section(WAY, "## Finding your way"))
    packages = {p.parent.name for p in PROJECT.glob("*/__init__.py")}
    assert packages <= {line.split("/")[0] for line in tree.text.splitlines()}


def test_every_path_in_the_documents_is_there() -> None:
    missing = [
        (str(document.relative_to(PROJECT)), code)
        for document in documents()
        for code in codes(document.read_text())
        if _PATH.fullmatch(code) and not exists(code) and code not in MADE_LATER and not is_example(code)
    ]
    assert missing == []


def test_the_events_that_an_endpoint_needs_are_those_that_we_follow() -> None:
    named = {code for code in codes(STRIPE) if re.fullmatch(r"(payment_intent|charge|refund)\.[a-z_]+", code)}
    assert named == set(TRANSLATORS)
    of_connect = {code for code in codes(STRIPE) if re.fullmatch(r"(account|payout)\.[a-z_]+", code)}
    assert of_connect == set(CONNECT_TRANSLATORS)


def exists(name: str) -> bool:
    return (PROJECT / name).exists()


def is_example(name: str) -> bool:
    """What a newcomer is told to make."""
    return any(word in name for word in ("reviews", "acme", "sms"))
