"""The machinery that makes accepted work durable, for every noun: outbox, inbox, idempotency, schedules, processes,
throttles."""
