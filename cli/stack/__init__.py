"""The whole platform on one machine, under supervisor.

``ports`` and ``secrets`` choose what a stack needs and keep it in ``stack.env``, ``programs`` is the table
of processes, ``supervisor`` writes its configuration and talks to it, ``stack`` starts and stops it all.
"""
