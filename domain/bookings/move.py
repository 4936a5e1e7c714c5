"""Move a booking from one status to another."""

from domain.bookings.states import TRANSITIONS
from domain.bookings.tables import booking
from domain.history.machine import StateMachine

_machine = StateMachine(booking, TRANSITIONS, "booking")
move, try_move = _machine.move, _machine.try_move
