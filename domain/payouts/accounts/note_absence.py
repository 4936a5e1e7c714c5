"""Record that a look-up found nothing of an account that we requested."""

from domain.absence import Absence
from domain.payouts.accounts.tables import payout_account

note_absence = Absence(payout_account).note
