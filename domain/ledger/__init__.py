"""Double-entry books: append-only transfers, and their balances.  The ledger depends on no other noun of money."""
