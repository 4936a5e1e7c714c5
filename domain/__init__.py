"""The business of Handwork: nouns, their tables, their statuses and their use cases.

A folder is a noun, a file is a role (``tables``, ``states``, ``ports``, ``read``) or a verb.  Everything in this
package is a plain function of a connection and a cause.  No function commits, reads the clock, or knows HTTP, Celery or
a provider.  The domain declares a port for everything that it needs from outside.
"""
