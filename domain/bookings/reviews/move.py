"""Move a review or a report from one status to another."""

from domain.bookings.reviews.states import REPORT_TRANSITIONS, TRANSITIONS
from domain.bookings.reviews.tables import report, review
from domain.history.machine import StateMachine

_machine = StateMachine(review, TRANSITIONS, "review")
move, try_move = _machine.move, _machine.try_move
decide_report = StateMachine(report, REPORT_TRANSITIONS, "report").move
