"""The whole schema: importing this module registers every noun's tables in the one ``MetaData``."""

import domain.announcements.deliveries.tables
import domain.bookings.messages.tables
import domain.bookings.reschedules.tables
import domain.bookings.reviews.tables
import domain.bookings.tables
import domain.history.tables
import domain.identity.accounts.tables
import domain.identity.links.tables
import domain.identity.service_tokens.tables
import domain.identity.sessions.tables
import domain.ledger.tables
import domain.marketplace.applications.tables
import domain.marketplace.invitations.tables
import domain.marketplace.jobs.tables
import domain.marketplace.offers.tables
import domain.marketplace.profiles.tables
import domain.marketplace.ratings.tables
import domain.notifications.tables
import domain.oversight.ledger_checks.tables
import domain.payments.refunds.tables
import domain.payments.tables
import domain.payouts.accounts.tables
import domain.payouts.tables
import domain.platform.idempotency.tables
import domain.platform.inbox.cursor
import domain.platform.inbox.tables
import domain.platform.outbox.tables
import domain.platform.processes.tables
import domain.platform.schedules.tables
import domain.platform.throttles.tables
import domain.schema.floor  # noqa: F401 - imported for their tables
from domain.schema import metadata

__all__ = ["metadata"]
