"""Celery worker processes, the relay and the exporter: how tasks get from rows to work."""
