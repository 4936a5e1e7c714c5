"""Text that contains NUL is stored whole or refused, never cut."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy.exc import DataError

from domain.database import Connection
from runtime.database import Database
from tests.integration.database import notes

CUT_TO_N1 = "n1\0x"


def one_row(connection: Connection) -> int:
    notes.put(connection, "n2", "seen\0hidden")
    return 1


def many_rows(connection: Connection) -> int:
    return connection.run_many(notes.add, [{"id": "n2", "text": "seen\0hidden", "size": 0, "at": None}])


def texts(connection: Connection) -> list[str]:
    return [row[1] for row in connection.run(notes.by_id, wanted="n2").all()]


@pytest.mark.parametrize("unit", [one_row, many_rows])
def test_nul_is_stored_whole_or_refused(
    database_url: str, database: Database, unit: Callable[[Connection], int]
) -> None:
    notes.create(database_url)
    if database_url.startswith("sqlite"):
        database.write(unit)
        assert database.read(texts) == ["seen\0hidden"]
    else:
        with pytest.raises(DataError, match="NUL"):
            database.write(unit)
        assert database.read(texts) == []


async def test_a_read_does_not_find_the_row_of_a_cut_text(noted: Database) -> None:
    def find(connection: Connection) -> list[str]:
        return [row[0] for row in connection.run(notes.by_id, wanted=CUT_TO_N1).all()]

    with pytest.raises(DataError, match="NUL"):
        noted.read(find)
    for _ in range(20):  # on the event loop's own connection, too, once it is open
        await noted.read_inline_or_pool(notes.all_ids)
        with pytest.raises(DataError, match="NUL"):
            await noted.read_inline_or_pool(find)
