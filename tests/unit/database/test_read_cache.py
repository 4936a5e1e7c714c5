"""What is kept is of one version, and takes no more room than it is given."""

from __future__ import annotations

from runtime.database.read_cache import ENTRY, LONGEST, MOST_BYTES, ReadCache


def test_a_value_is_given_out_for_its_version_only() -> None:
    kept = ReadCache()
    assert kept.get("all", 1) is None
    kept.put("all", b"n1", 1)
    assert kept.get("all", 1) == b"n1"
    assert kept.get("all", 2) is None
    assert kept.get("all", 1) is None  # nor does it come back


def test_what_was_overtaken_while_it_was_read_is_not_kept() -> None:
    kept = ReadCache()
    assert kept.get("all", 1) is None
    assert kept.get("other", 2) is None  # somebody else asks meanwhile, and hears of the commit
    kept.put("all", b"n1", 1)
    assert kept.get("all", 2) is None


def test_a_large_value_is_not_kept() -> None:
    kept = ReadCache()
    kept.get("large", 1)
    kept.put("large", b"x" * (LONGEST + 1), 1)
    assert kept.get("large", 1) is None


def test_nor_are_many_that_are_empty() -> None:
    kept, count = ReadCache(), MOST_BYTES // ENTRY + 1
    kept.get(0, 1)
    for n in range(count):
        kept.put(n, b"", 1)
    assert kept.get(count - 1, 1) == b""
    assert kept.get(0, 1) is None


def test_many_values_are_not_kept_for_ever() -> None:
    kept, count = ReadCache(), MOST_BYTES // LONGEST + 1
    kept.get(0, 1)
    for n in range(count):
        kept.put(n, b"x" * LONGEST, 1)
    assert kept.get(count - 1, 1) is not None
    assert kept.get(0, 1) is None
