"""The database on PostgreSQL.  ``open.py`` imports this package at the first PostgreSQL address."""
