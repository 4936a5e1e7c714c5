"""Record that a look-up found nothing of a transfer or a payout that we sent."""

from domain.absence import Absence
from domain.payouts.tables import payout

note_absence = Absence(payout).note
