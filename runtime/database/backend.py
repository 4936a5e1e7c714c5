"""The port that SQLite and PostgreSQL implement: a process opens its database, engine, watch and lock through it."""

from __future__ import annotations

from abc import ABC, abstractmethod

from sqlalchemy import Engine

from runtime.database.database import Database
from runtime.database.lock import SingleLock
from runtime.database.watch import Watch


class Backend(ABC):
    """Opens what belongs to one database.  The functions of ``open.py`` describe the methods and their arguments."""

    def __init__(self, url: str) -> None:
        self._url = url

    @abstractmethod
    def database(self, *, readers: int, writers: int, patience_s: float) -> Database: ...

    @abstractmethod
    def engine(self, *, create: bool) -> Engine: ...

    @abstractmethod
    def watch(self) -> Watch: ...

    @abstractmethod
    def lock(self, name: str) -> SingleLock: ...
