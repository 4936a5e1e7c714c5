"""FastAPI with the async ORM on aiosqlite in WAL, and ``.delay()`` in the request, at the libraries' defaults."""
