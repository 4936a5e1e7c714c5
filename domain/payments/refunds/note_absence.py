"""Record that a look-up found nothing of a refund that we sent."""

from domain.absence import Absence
from domain.payments.refunds.tables import refund

note_absence = Absence(refund).note
