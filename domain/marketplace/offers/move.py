"""Move an offer from one status to another."""

from domain.history.machine import StateMachine
from domain.marketplace.offers.states import TRANSITIONS
from domain.marketplace.offers.tables import offer

move = StateMachine(offer, TRANSITIONS, "offer").move
