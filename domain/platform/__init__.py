"""What makes accepted work certain, for every noun: outbox, inbox, idempotency, schedules, processes, throttles."""
