"""The whole platform on one machine, under supervisor.

``stack`` starts and stops it all; ``choices`` picks ports and secrets and keeps them in ``stack.env``;
``programs`` is the table of processes; ``configuration`` writes supervisor's file and ``supervisord`` runs
and asks it; ``readiness`` says which processes are ready; ``gates`` holds the others back until the web is;
``processes`` finds what a dead stack left behind.
"""
