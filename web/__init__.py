"""The web tier: HTTP in, one short transaction, 202 out.  Only this package knows the API's HTTP.

The web tier talks to the database and to nothing else: no broker, no provider.
"""
