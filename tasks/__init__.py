"""The durable tasks of Handwork: what runs behind the requests.

The database row is the task; a Celery message is only a hint that the row exists.  ``declare`` defines durable tasks,
``execution`` runs them, ``leases`` renews the leases of their rows, ``app`` is the Celery app.  The other files hold
the tasks, one file for each noun.
"""
