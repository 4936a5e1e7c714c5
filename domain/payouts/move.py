"""Move a payout from one status to another."""

from domain.history.machine import StateMachine
from domain.payouts.states import TRANSITIONS
from domain.payouts.tables import payout

_machine = StateMachine(payout, TRANSITIONS, "payout")
move, try_move = _machine.move, _machine.try_move
