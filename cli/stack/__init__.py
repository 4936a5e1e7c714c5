"""The whole platform on one machine, under supervisor.

``stack`` starts and stops the platform; ``choices`` picks ports and secrets and saves them in ``stack.env``;
``programs`` is the table of processes; ``configuration`` writes supervisor's file, and ``supervisord`` runs
supervisor and calls it; ``readiness`` decides which processes are ready; ``gates`` holds the locks that some processes
wait for until the web is ready; ``processes`` finds and ends orphaned processes.
"""
