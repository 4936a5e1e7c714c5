"""Texts about payments, refunds and payouts."""

from domain.announcements.texts.text import Text
from domain.notifications.kinds import Kind

TEXTS = {
    Kind.PAYMENT_CAPTURED: Text(
        title="Your payment went through",
        subject="Paid: {amount} for {job}",
        body="You paid {amount} for “{job}”. We hold the money until you approve the work.",
        action="See the payment",
    ),
    Kind.PAYMENT_DECLINED: Text(
        title="Your payment was declined",
        subject="Declined: the payment for {job}",
        body="The payment of {amount} for “{job}” was declined; nothing was charged. Try another card.",
        action="See the payment",
    ),
    Kind.REFUND_SENT: Text(
        title="Your money is on its way back",
        subject="Refunded: {amount} for {job}",
        body="{amount} for “{job}” go back to the card that paid. Your bank may take some days.",
        action="See the booking",
    ),
    Kind.REFUND_FAILED: Text(
        title="A refund did not go through",
        subject="The refund for {job} did not go through",
        body="The bank did not take back {amount} for “{job}”. We look into it; the money is not lost.",
        action="See the booking",
    ),
    Kind.PAYOUT_ACCOUNT_NEEDED: Text(
        title="Tell us where to pay you",
        subject="You earned money: where shall we send it?",
        body="“{job}” is approved, and {amount} wait for you. Add a payout account, and they are sent.",
        action="Add a payout account",
    ),
    Kind.PAYOUT_ACCOUNT_READY: Text(
        title="Your payout account is ready",
        subject="Your payout account is ready",
        body="What you earn is now sent to your payout account.",
        action="See your earnings",
    ),
    Kind.PAYOUT_PAID: Text(
        title="You were paid",
        subject="Paid out: {amount}",
        body="{amount} were sent to your payout account.",
        action="See your payouts",
    ),
    Kind.PAYOUT_FAILED: Text(
        title="A payout did not go through",
        subject="A payout did not go through",
        body="{amount} could not be paid out and are back in your balance. Look at your payout account.",
        action="See your payouts",
    ),
}
