"""The same service tuned: Core in place of the ORM, one writing connection, a pool of readers, cached tokens.

Its durability stays what ours is: ``synchronous=FULL``, and the row is committed before the answer.
"""
