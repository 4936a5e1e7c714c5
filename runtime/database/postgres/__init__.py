"""PostgreSQL's side of the database.  ``open.py`` imports it when an address first asks for it."""
