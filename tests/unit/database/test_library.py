"""Which SQLite may open our file, and what an address means."""

from __future__ import annotations

from pathlib import Path

import pytest

from runtime.database import UnsafeLibrary
from runtime.database.engine import check_library, is_sqlite, sqlite_path


@pytest.mark.parametrize("version", ["3.40.1", "3.7.17", "3.44.5", "3.45.3", "3.50.6", "3.51.0", "3.51.2"])
def test_a_library_that_corrupts_is_refused(version: str) -> None:
    with pytest.raises(UnsafeLibrary, match=version):
        check_library(version)


@pytest.mark.parametrize("version", ["3.44.6", "3.44.7", "3.50.7", "3.51.3", "3.53.4", "4.0.0"])
def test_a_mended_library_is_taken(version: str) -> None:
    check_library(version)


def test_the_library_here_is_taken() -> None:
    check_library()


def test_addresses() -> None:
    assert is_sqlite("sqlite:////var/h.db")
    assert not is_sqlite("postgresql://h/db")
    assert sqlite_path("sqlite:////var/h.db") == Path("/var/h.db")
    with pytest.raises(ValueError, match="a file here"):
        sqlite_path("sqlite:///:memory:")
