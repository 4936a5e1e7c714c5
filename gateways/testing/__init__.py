"""Providers in memory, for the tests of everything that moves money.

They keep the promises of the domain's ports, proven by the same contract tests as the real gateways, and they
count what they did: that is the truth which a test holds the rest against.
"""

from gateways.testing.cards import FakeCards
from gateways.testing.events import translate
from gateways.testing.faults import Fault
from gateways.testing.mails import FakeMails
from gateways.testing.payout_accounts import FakePayoutAccounts
from gateways.testing.payouts import FakePayouts
from gateways.testing.refunds import FakeRefunds

__all__ = ["FakeCards", "FakeMails", "FakePayoutAccounts", "FakePayouts", "FakeRefunds", "Fault", "translate"]
