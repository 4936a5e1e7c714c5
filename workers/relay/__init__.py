"""The relay: finds due rows, publishes hints, and makes rows with an expired lease pending again.

``main`` starts the relay, and a lock lets only one relay work.  ``rounds`` is one pass, and finds lost messages.
``window`` gathers rows into messages, ``broker`` talks to Redis, ``pace`` limits rates.
"""
