"""What others see of a person's past: stars, and the number of finished bookings."""
