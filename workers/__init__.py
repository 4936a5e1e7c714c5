"""The processes that turn rows into work: Celery workers and the relay; beside them the exporter and Flower."""
