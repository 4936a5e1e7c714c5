"""Check the ledger: often over new rows, daily over all rows."""
