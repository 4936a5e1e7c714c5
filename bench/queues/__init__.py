"""How soon a task starts and how fast a backlog goes: ours, and queues alone."""
