"""The ``handwork`` command: every procedure of the runbook is one of its commands, one file a verb."""
