"""The web tier: HTTP in, one short transaction, 202 out.  Knows HTTP; nobody else does.

It talks to the database and to nothing else: no broker, no provider.
"""
