"""The disk whose power can be cut does what such a disk does."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.volatile_disk.cache import SECTOR, Cache
from tests.volatile_disk.disk import VolatileDisk

OLD, NEW = b"o" * SECTOR, b"n" * SECTOR
SECTORS = 64


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """A disk full of old sectors."""
    path = tmp_path / "image"
    path.write_bytes(OLD * SECTORS)
    return path


@pytest.fixture
def cache(image: Path, tmp_path: Path) -> Iterator[Cache]:
    made = Cache(image, tmp_path / "seen")
    yield made
    made.close()


def test_what_is_written_is_seen_and_is_on_the_disk_when_flushed(cache: Cache, image: Path) -> None:
    cache.write(SECTOR, NEW)
    assert cache.read(0, 2 * SECTOR) == OLD + NEW
    assert image.read_bytes() == OLD * SECTORS

    cache.flush()
    assert image.read_bytes() == OLD + NEW + OLD * (SECTORS - 2)


def test_a_cut_leaves_what_was_flushed_and_any_sectors_of_what_was_not(cache: Cache, image: Path) -> None:
    cache.write(0, NEW)
    cache.flush()
    cache.write(SECTOR, NEW * (SECTORS - 1))

    lost = cache.lose(random.Random(3))

    sectors = [image.read_bytes()[at : at + SECTOR] for at in range(0, SECTORS * SECTOR, SECTOR)]
    assert sectors[0] == NEW
    assert set(sectors[1:]) == {OLD, NEW}, "a sector is whole"
    assert sectors[1:].count(NEW) == lost.survived
    assert (lost.writes, lost.sectors) == (1, SECTORS - 1)


def test_the_same_seed_leaves_the_same(tmp_path: Path) -> None:
    def left(name: str, seed: int) -> bytes:
        path = tmp_path / name
        path.write_bytes(OLD * SECTORS)
        cache = Cache(path, tmp_path / "seen")
        cache.write(0, NEW * SECTORS)
        cache.lose(random.Random(seed))
        cache.close()
        return path.read_bytes()

    assert left("one", 7) == left("two", 7)
    assert len({left("three", seed) for seed in range(12)}) > 3


def test_files_and_names_that_were_not_synced_are_lost(volatile_disk: VolatileDisk) -> None:
    folder = volatile_disk.folder
    (folder / "kept").write_bytes(b"old")
    synced(folder / "kept")
    (folder / "partial").write_bytes(b"new")
    (folder / "partial").rename(folder / "kept")
    (folder / "another").write_bytes(b"new")

    volatile_disk.cut()
    volatile_disk.lose(seed=1)
    volatile_disk.mount()

    assert {path.name for path in folder.iterdir()} == {"lost+found", "kept"}
    assert (folder / "kept").read_bytes() == b"old"


def test_a_new_name_that_was_synced_before_its_file_is_empty(volatile_disk: VolatileDisk) -> None:
    """As on file systems that do not make up for programs that forget to sync a file before they rename it."""
    folder = volatile_disk.folder
    (folder / "kept").write_bytes(b"old")
    synced(folder / "kept")
    (folder / "partial").write_bytes(b"new")
    (folder / "partial").rename(folder / "kept")
    synced(folder)

    volatile_disk.cut()
    volatile_disk.lose(seed=1)
    volatile_disk.mount()

    assert (folder / "kept").read_bytes() == b""


def synced(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)
