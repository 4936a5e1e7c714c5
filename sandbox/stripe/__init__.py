"""Stripe's API as far as docs/reference/sandbox.md says, over the API version that the official SDK pins."""
