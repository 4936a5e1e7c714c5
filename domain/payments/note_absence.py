"""Record that a look-up found nothing of a payment that we sent."""

from domain.absence import Absence
from domain.payments.tables import payment

note_absence = Absence(payment).note
