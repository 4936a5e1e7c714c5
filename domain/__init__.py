"""The business of Handwork: nouns, their tables, their states and their use cases.

A folder is a noun, a file is a role (``tables``, ``states``, ``ports``, ``read``) or a verb.
Everything here is a plain function of a connection and a cause; nothing here commits, reads
the clock, or knows HTTP, Celery or a provider.  What it needs of the outside it declares as a port.
"""
