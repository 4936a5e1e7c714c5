"""Celery beat with a scheduler that writes outbox rows, and the table of schedules."""
