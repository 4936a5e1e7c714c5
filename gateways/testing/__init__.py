"""Providers in memory, for the tests of everything that moves money.

The fakes implement the domain's ports and pass the same contract tests as the real gateways.  They count what they
did, so that a test can compare the platform's records with these counts.
"""

from gateways.testing.cards import FakeCards
from gateways.testing.events import translate
from gateways.testing.faults import Fault
from gateways.testing.mails import FakeMails
from gateways.testing.payout_accounts import FakePayoutAccounts
from gateways.testing.payouts import FakePayouts
from gateways.testing.refunds import FakeRefunds

__all__ = ["FakeCards", "FakeMails", "FakePayoutAccounts", "FakePayouts", "FakeRefunds", "Fault", "translate"]
