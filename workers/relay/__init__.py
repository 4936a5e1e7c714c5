"""The relay: sees due rows, publishes hints, takes back what was lost.

``main`` starts it, ``rounds`` is one pass, ``window`` decides what goes out, ``guard`` finds lost
messages, ``broker`` talks to Redis, ``pace`` holds rates, ``lock`` lets only one of them work.
"""
