"""Every row of the table of failures, and that none hides another."""

from __future__ import annotations

import pytest

from domain.provider_errors import OutcomeUnknown, ProviderError, Refused, TryLater
from gateways.failures import OPERATOR_S, Kind
from gateways.stripe.failures import TABLE, Failure, error_of, row_of

INVALID = "invalid_request_error"

CASES = [
    (0, Failure(sent=False), TryLater, "not_reached"),
    (0, Failure(sent=False, read=True), TryLater, "not_reached"),
    (1, Failure(status=429, type=INVALID, code="lock_timeout", retry_after_s=7), TryLater, "rate_limited"),
    (1, Failure(status=429), TryLater, "rate_limited"),
    (1, Failure(status=400, type=INVALID, code="rate_limit"), TryLater, "rate_limited"),
    (2, Failure(status=401, type=INVALID), TryLater, "credentials_refused"),
    (2, Failure(status=403), TryLater, "credentials_refused"),
    (3, Failure(status=400, type="idempotency_error"), OutcomeUnknown, "key_reused"),
    (
        4,
        Failure(status=409, type="idempotency_error", code="idempotency_key_in_use"),
        TryLater,
        "idempotency_key_in_use",
    ),
    (5, Failure(status=402, type="card_error", code="expired_card"), Refused, "expired_card"),
    (6, Failure(status=400, type=INVALID, param="payment_method"), Refused, "payment_method_unusable"),
    (7, Failure(status=404, type=INVALID, code="resource_missing"), TryLater, "account_mismatch"),
    (8, Failure(status=400, type=INVALID, code="amount_too_small", param="amount"), Refused, "amount_too_small"),
    (8, Failure(status=400, type=INVALID, code="parameter_unknown", read=True), Refused, "parameter_unknown"),
    (8, Failure(status=402, type=INVALID), Refused, INVALID),
    (9, Failure(status=500, type="api_error", read=True), TryLater, "api_error"),
    (9, Failure(read=True, code="deadline_passed"), TryLater, "deadline_passed"),
    (10, Failure(status=500, type="api_error", replayed=True), OutcomeUnknown, "api_error"),
    (11, Failure(status=500, type="api_error"), OutcomeUnknown, "api_error"),
    (11, Failure(status=503), OutcomeUnknown, "http_503"),
    (11, Failure(), OutcomeUnknown, "no_answer"),
    (11, Failure(code="deadline_passed"), OutcomeUnknown, "deadline_passed"),
    (11, Failure(status=200, code="answer_unreadable"), OutcomeUnknown, "answer_unreadable"),
    (11, Failure(status=400), OutcomeUnknown, "http_400"),
    (11, Failure(status=404), OutcomeUnknown, "http_404"),
    (11, Failure(status=409), OutcomeUnknown, "http_409"),
    (11, Failure(status=424, type="api_error"), OutcomeUnknown, "api_error"),
    (11, Failure(status=301), OutcomeUnknown, "http_301"),
]


@pytest.mark.parametrize(("row", "failure", "kind", "code"), CASES)
def test_a_failure_falls_into_its_row(row: int, failure: Failure, kind: type[ProviderError], code: str) -> None:
    assert TABLE.index(row_of(failure)) == row
    error = error_of(failure)
    assert type(error) is kind
    assert (error.provider, error.code) == ("stripe", code)


def test_every_row_has_a_case() -> None:
    assert {row for row, *_ in CASES} == set(range(len(TABLE)))


@pytest.mark.parametrize("failure", [case[1] for case in CASES])
def test_only_what_stripe_stored_is_stored(failure: Failure) -> None:
    error = error_of(failure)
    stored = isinstance(error, OutcomeUnknown) and error.stored
    assert stored == (row_of(failure).kind is Kind.STORED)
    assert stored == (failure.replayed or (failure.type == "idempotency_error" and failure.status == 400))


def test_when_to_ask_again_is_theirs_then_ours_then_the_tasks() -> None:
    def wait(failure: Failure) -> float | None:
        error = error_of(failure)
        assert isinstance(error, TryLater)
        return error.retry_after_s

    assert wait(Failure(status=429, retry_after_s=7)) == 7
    assert wait(Failure(status=429)) is None
    assert wait(Failure(status=401)) == OPERATOR_S
    assert wait(Failure(status=401, retry_after_s=2)) == 2
    assert wait(Failure(sent=False)) is None


@pytest.mark.parametrize("status", range(300, 600))
@pytest.mark.parametrize("told", [None, "api_error"])
def test_a_status_that_nobody_listed_is_never_refused(status: int, told: str | None) -> None:
    error = error_of(Failure(status=status, type=told))
    assert isinstance(error, Refused) == (told is not None and status in {400, 402})
