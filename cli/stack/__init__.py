"""The whole platform on one machine, under supervisor.

``stack`` starts and stops it all; ``choices`` picks ports and secrets and keeps them in ``stack.env``;
``programs`` is the table of processes; ``configuration`` writes supervisor's file and ``supervisord`` runs
and asks it; ``readiness`` says when all are ready; ``processes`` finds what a dead stack left behind.
"""
