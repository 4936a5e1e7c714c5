"""Checks of the books: often over new rows, daily over all rows."""
