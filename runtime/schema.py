"""The whole schema: importing this module makes every noun's tables known to the one MetaData."""

import domain.accounts.tables
import domain.applications.tables
import domain.bookings.tables
import domain.emails.tables
import domain.history.tables
import domain.idempotency.tables
import domain.inbox.cursor
import domain.inbox.tables
import domain.invitations.tables
import domain.jobs.tables
import domain.ledger.tables
import domain.ledger_checks.tables
import domain.links.tables
import domain.messages.tables
import domain.notifications.tables
import domain.offers.tables
import domain.outbox.tables
import domain.payments.tables
import domain.payout_accounts.tables
import domain.payouts.tables
import domain.processes.tables
import domain.profiles.tables
import domain.ratings.tables
import domain.refunds.tables
import domain.reschedules.tables
import domain.reviews.tables
import domain.schedules.tables
import domain.schema.floor
import domain.service_tokens.tables
import domain.sessions.tables
import domain.throttles.tables  # noqa: F401 - imported for their tables
from domain.schema import metadata

__all__ = ["metadata"]
