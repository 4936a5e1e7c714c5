"""The data that everybody is measured on: the same jobs, people and bookings, in each one's own tables."""
