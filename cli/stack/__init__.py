"""The whole platform on one machine, under supervisor.

**Build.**  ``plan`` makes a ``Plan``, which is a value: nothing is started or written.  It joins ``given`` (the
operator's settings), ``choices`` (ports and secrets, which ``stack.env`` stores), ``programs`` (the table of processes)
and ``configuration`` (supervisor's file), after ``preflight`` has checked them.

**Run.**  ``stack`` is the way in.  ``starting`` carries a plan out; ``waiting`` waits until ``readiness`` finds every
process ready; ``rolling`` restarts one after another.  ``supervisord`` starts, drains and kills the process manager;
``supervised`` are the processes that it reports, ``started`` what they were started with.  ``gates`` holds the
locks that some processes wait for until the web is ready; ``processes`` finds and ends orphaned processes.
"""
