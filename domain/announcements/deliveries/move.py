"""Move a delivery from one status to another.

A delivery has no history rows: its attempts and the inbox are its history, and more rows would double what the busiest
table writes.
"""

from domain.announcements.deliveries.states import TRANSITIONS
from domain.announcements.deliveries.tables import delivery
from domain.history.machine import StateMachine

try_move = StateMachine(delivery, TRANSITIONS, "delivery").change
