"""Move an application from one status to another."""

from domain.history.machine import StateMachine
from domain.marketplace.applications.states import TRANSITIONS
from domain.marketplace.applications.tables import application

move = StateMachine(application, TRANSITIONS, "application").move
