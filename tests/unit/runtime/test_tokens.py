"""Access tokens: nobody else can make one, an old key is accepted, an expired one is not."""

from datetime import UTC, datetime, timedelta

import jwt
import pytest

from domain.errors import Unauthenticated
from runtime.tokens import Tokens

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SECRET, OLD, OTHER = "s" * 32, "o" * 32, "x" * 32
LIFETIME = timedelta(minutes=15)


@pytest.fixture
def tokens() -> Tokens:
    return Tokens(SECRET, (OLD,), LIFETIME)


def claims(**changes: object) -> dict[str, object]:
    return {
        "sub": "acc_1",
        "sid": "ses_1",
        "role": "client",
        "iat": int(NOW.timestamp()),
        "exp": int(NOW.timestamp()) + 900,
        **changes,
    }


def test_what_we_issue_we_accept_until_it_expires(tokens: Tokens) -> None:
    token, seconds = tokens.issue("acc_1", "client", "ses_1", NOW)
    assert seconds == 900
    caller = tokens.verify(token, NOW)
    assert (caller.account_id, caller.session_id) == ("acc_1", "ses_1")
    assert tokens.verify(token, NOW + timedelta(minutes=14, seconds=59)).role == "client"
    with pytest.raises(Unauthenticated) as refused:
        tokens.verify(token, NOW + LIFETIME)
    assert refused.value.code == "token_expired"


def test_a_token_of_the_previous_key_is_accepted(tokens: Tokens) -> None:
    token, _ = Tokens(OLD, (), LIFETIME).issue("acc_1", "client", "ses_1", NOW)
    assert tokens.verify(token, NOW).account_id == "acc_1"


@pytest.mark.parametrize(
    "forged",
    [
        "",
        "not.a.token",
        jwt.encode(claims(), OTHER, algorithm="HS256"),
        jwt.encode(claims(), None, algorithm="none"),
        jwt.encode(claims(), "k" * 64, algorithm="HS512"),
        jwt.encode({k: v for k, v in claims().items() if k != "sid"}, SECRET, algorithm="HS256"),
        jwt.encode({"sub": "acc_1"}, SECRET, algorithm="HS256"),
        jwt.encode(claims(exp="soon"), SECRET, algorithm="HS256"),
        jwt.encode(claims(exp=10**18), SECRET, algorithm="HS256"),
    ],
)
def test_a_forged_token_is_refused(tokens: Tokens, forged: str) -> None:
    with pytest.raises(Unauthenticated) as refused:
        tokens.verify(forged, NOW)
    assert refused.value.code == "token_invalid"


def test_a_token_that_was_verified_once_still_expires(tokens: Tokens) -> None:
    token, _ = tokens.issue("acc_1", "client", "ses_1", NOW)
    tokens.verify(token, NOW)
    with pytest.raises(Unauthenticated):
        tokens.verify(token, NOW + timedelta(hours=1))
