"""The durable tasks of Handwork: what runs behind the requests.

The database row is the task; a Celery message is only a hint that it is there.  ``declare`` says what
a durable task is, ``execution`` runs one, ``leases`` keeps its rows ours, ``app`` is the Celery app;
the other files hold the tasks, one file a noun.
"""
