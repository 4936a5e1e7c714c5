"""Move a payout account from one status to another."""

from domain.history.machine import StateMachine
from domain.payouts.accounts.states import TRANSITIONS
from domain.payouts.accounts.tables import payout_account

_machine = StateMachine(payout_account, TRANSITIONS, "payout account")
move, try_move = _machine.move, _machine.try_move
