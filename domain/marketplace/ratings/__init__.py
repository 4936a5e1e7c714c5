"""A person's past as others see it: stars, and the number of finished bookings."""
