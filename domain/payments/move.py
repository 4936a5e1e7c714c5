"""Move a payment from one status to another."""

from domain.history.machine import StateMachine
from domain.payments.states import TRANSITIONS
from domain.payments.tables import payment

_machine = StateMachine(payment, TRANSITIONS, "payment")
move, try_move = _machine.move, _machine.try_move
