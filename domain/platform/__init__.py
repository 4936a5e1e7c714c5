"""The machinery that keeps accepted work, for every noun: outbox, inbox, idempotency, schedules, processes,
throttles."""
