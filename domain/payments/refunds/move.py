"""Move a refund from one status to another."""

from domain.history.machine import StateMachine
from domain.payments.refunds.states import TRANSITIONS
from domain.payments.refunds.tables import refund

_machine = StateMachine(refund, TRANSITIONS, "refund")
move, try_move = _machine.move, _machine.try_move
