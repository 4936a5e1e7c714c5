"""Move a payout account from one status to another."""

from domain.history.machine import StateMachine
from domain.payouts.accounts.states import TRANSITIONS
from domain.payouts.accounts.tables import payout_account

try_move = StateMachine(payout_account, TRANSITIONS, "payout account").try_move
