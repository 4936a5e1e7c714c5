"""Double-entry books: transfers that only grow, and the balances that they make.  It knows no other noun of money."""
