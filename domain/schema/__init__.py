"""The parts of every noun's tables: one metadata, the column types, the set-of-values clause."""

from domain.schema.metadata import metadata
from domain.schema.types import Instant, Json, Real, asked_at_column, id_column, instant_column
from domain.schema.values import one_of

__all__ = ["Instant", "Json", "Real", "asked_at_column", "id_column", "instant_column", "metadata", "one_of"]
