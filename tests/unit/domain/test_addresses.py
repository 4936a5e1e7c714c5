"""What can be an e-mail address, as far as that can be said without writing to it."""

from __future__ import annotations

import pytest

from domain.errors import Invalid
from domain.identity.accounts.addresses import check_email

GOOD = {
    "alice@example.com": "alice@example.com",
    "Alice.B@Example.COM": "alice.b@example.com",
    "a@b.co": "a@b.co",
    "alice+tag_1@sub.example.museum": "alice+tag_1@sub.example.museum",
    "o'neil@example.ie": "o'neil@example.ie",
    "#!$%&'*/=?^_`{}|~-@example.org": "#!$%&'*/=?^_`{}|~-@example.org",
    "1@1.example": "1@1.example",
    "a@xn--bcher-kva.example": "a@xn--bcher-kva.example",
    "a@b--c.example": "a@b--c.example",
    "jo\u0308rg@bu\u0308cher.example": "jörg@bücher.example",
    "用户@例子.中国": "用户@例子.中国",
    "उपयोगकर्ता@उदाहरण.भारत": "उपयोगकर्ता@उदाहरण.भारत",
    f"{'a' * 64}@{'b' * 63}.example": f"{'a' * 64}@{'b' * 63}.example",
}
BAD = (
    "",
    "alice",
    "@example.com",
    "alice@",
    "alice@example",
    "alice@@example.com",
    "alice@bob@example.com",
    ".alice@example.com",
    "alice.@example.com",
    "al..ice@example.com",
    "alice@.example.com",
    "alice@example.com.",
    "alice@example..com",
    "alice@-example.com",
    "alice@example-.com",
    "alice@exa_mple.com",
    "alice@exa!mple.com",
    "alice@example.c",
    "alice@example.123",
    "alice@127.0.0.1",
    "alice@[127.0.0.1]",
    "alice@💩.example",
    "alice@ex\u00adample.com",
    "alice@ex\u200bample.com",
    "al\u200bice@example.com",
    "al\u3164ice@example.com",
    "alice\ufe0f@example.com",
    "al ice@example.com",
    "alice @example.com",
    " alice@example.com",
    "alice@example.com ",
    "alice@example.com\n",
    "alice@exam\tple.com",
    "alice(work)@example.com",
    '"alice"@example.com',
    "alice\\@example.com",
    "alice@example.com,bob@example.com",
    "alice@example.com;bob@example.com",
    "Alice <alice@example.com>",
    "alice@example.com\u2028bcc:bob@example.com",
    "alice\u202e@example.com",
    "alice\x85@example.com",
    "alice@example,com",
    "mailto:alice@example.com",
    "alice@example.com:25",
    "alice@example.com/x",
    "alice@example.com?subject=x",
    "\ufdd0@example.com",
    f"{'a' * 65}@example.com",
    f"alice@{'b' * 64}.example",
    f"alice@{'b.' * 125}example",
)


@pytest.mark.parametrize("email", GOOD)
def test_an_address_is_kept_in_one_way(email: str) -> None:
    assert check_email(email) == GOOD[email]


@pytest.mark.parametrize("email", BAD)
def test_what_is_no_address_is_refused(email: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_email(email)
    assert (refused.value.code, refused.value.field) == ("email_invalid", "email")
