"""The same tasks, published without retries and without results over a pool of kept connections."""

from __future__ import annotations

from bench.peers.queue import app, process_webhook, submit_payment

app.conf.update(
    broker_pool_limit=16,
    task_ignore_result=True,
    task_publish_retry=False,
    task_send_sent_event=False,
    task_compression=None,
    broker_transport_options={"socket_keepalive": True, "socket_timeout": 5},
)

__all__ = ["process_webhook", "submit_payment"]
