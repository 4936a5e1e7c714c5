"""What each way of failing means, and that no address gets into what is kept of it."""

from __future__ import annotations

import pytest

from domain.provider_errors import OutcomeUnknown, ProviderError, Refused, TryLater
from gateways.failures import OPERATOR_S
from gateways.sendgrid.failures import TABLE, Failure, error_of, without_addresses


@pytest.mark.parametrize(
    ("failure", "kind", "code"),
    [
        (Failure(sent=False), TryLater, "not_reached"),
        (Failure(sent=True), OutcomeUnknown, "no_answer"),
        (Failure(status=429), TryLater, "rate_limited"),
        (Failure(status=401, told=True), TryLater, "credentials_refused"),
        (Failure(status=403, told=True), TryLater, "credentials_refused"),
        (Failure(status=400, told=True, field="from.email"), TryLater, "sender_refused"),
        (Failure(status=400, told=True, field="personalizations.0.to.0.email"), Refused, "mail_refused"),
        (Failure(status=413, told=True), Refused, "mail_refused"),
        (Failure(status=400), OutcomeUnknown, "http_400"),
        (Failure(status=302), TryLater, "wrong_address"),
        (Failure(status=404), TryLater, "wrong_address"),
        (Failure(status=500, told=True), OutcomeUnknown, "http_500"),
        (Failure(status=502), OutcomeUnknown, "http_502"),
        (Failure(status=200), OutcomeUnknown, "http_200"),
    ],
)
def test_what_it_means(failure: Failure, kind: type[ProviderError], code: str) -> None:
    error = error_of(failure)
    assert type(error) is kind
    assert (error.provider, error.code) == ("sendgrid", code)


def test_when_to_ask_again() -> None:
    for failure, seconds in [
        (Failure(status=429, retry_after_s=7), 7),
        (Failure(status=429), 10),
        (Failure(status=401), OPERATOR_S),
    ]:
        error = error_of(failure)
        assert isinstance(error, TryLater)
        assert error.retry_after_s == seconds


def test_every_row_fits_something_and_the_last_fits_all() -> None:
    assert TABLE[-1].fits(Failure())
    assert len({row.code for row in TABLE}) == len(TABLE)


def test_no_address_is_kept() -> None:
    told = "We found [alice@example.com] and <bob+1@mail.example.org> and ünï@cödé.example."
    assert without_addresses(told) == "We found [<address>] and <<address>> and <address>"
    assert "@" not in str(error_of(Failure(status=400, told=True, field="x", message=told)))
    assert len(without_addresses("x" * 10_000)) == 300
