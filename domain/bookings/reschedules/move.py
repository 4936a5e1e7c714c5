"""Move a proposal from one status to another."""

from domain.bookings.reschedules.states import TRANSITIONS
from domain.bookings.reschedules.tables import reschedule
from domain.history.machine import StateMachine

move = StateMachine(reschedule, TRANSITIONS, "proposal", "reschedule_status").move
