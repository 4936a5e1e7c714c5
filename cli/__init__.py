"""The ``handwork`` command.  Every procedure of the runbook is one of its commands, and each command has its file."""
