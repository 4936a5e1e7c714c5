"""A link opens for whoever was sent it, for its purpose, and for nobody else."""

import pytest

from domain.errors import Invalid
from runtime.links import Links

LINK = "lnk_0000000000000000000000001"
links = Links("s" * 32)


def test_what_was_signed_opens() -> None:
    assert links.open("reset_password", links.sign("reset_password", LINK)) == LINK


def test_a_rotated_secret_still_opens_what_it_signed() -> None:
    assert Links("n" * 32, ("s" * 32,)).open("reset_password", links.sign("reset_password", LINK)) == LINK


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        LINK,
        f"{LINK}.",
        f"{LINK}.{'A' * 32}",
        links.sign("verify_email", LINK),
        links.sign("reset_password", LINK)[:-1],
        links.sign("reset_password", LINK).replace("1.", "2."),
        Links("x" * 32).sign("reset_password", LINK),
        links.sign("reset_password", LINK) + "é",
    ],
)
def test_anything_else_does_not(token: str) -> None:
    with pytest.raises(Invalid, match="not valid"):
        links.open("reset_password", token)
