"""A person's rating as others see it: stars, and the number of approved bookings."""
