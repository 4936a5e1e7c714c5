"""Queues alone: two tasks as one writes them, no rows, no retries, no truth beside the broker."""
