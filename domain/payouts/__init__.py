"""Pay workers: their accounts at the provider, and the transfers and payouts to them."""
