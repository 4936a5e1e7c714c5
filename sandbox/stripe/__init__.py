"""The part of Stripe's API that ``docs/reference/sandbox.md`` lists, in the version that the official SDK pins."""
