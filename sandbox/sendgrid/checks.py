"""Check ``POST /v3/mail/send``: the modelled fields, with SendGrid's rules and error texts."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from sandbox.sendgrid.errors import invalid, unverified

FIELDS = frozenset({"personalizations", "from", "reply_to", "subject", "content", "custom_args", "tracking_settings"})
NOT_MODELLED = frozenset(
    {
        "asm",
        "attachments",
        "batch_id",
        "categories",
        "headers",
        "ip_pool_name",
        "mail_settings",
        "reply_to_list",
        "sections",
        "send_at",
        "template_id",
    }
)
PERSON_FIELDS = frozenset({"to", "subject", "custom_args"})
PERSON_NOT_MODELLED = frozenset({"bcc", "cc", "dynamic_template_data", "from", "headers", "send_at", "substitutions"})
MOST_PERSONALIZATIONS = MOST_RECIPIENTS = 1000
MOST_ARGUMENTS = 10_000
"""The most bytes of custom arguments."""
LONGEST_SUBJECT = 998
"""The longest header line; SendGrid folds longer ones, and receivers may reject them."""
UNVERIFIED = "unverified@"
"""A sender whose address begins with this is not verified."""
_ADDRESS = re.compile(r"[^@\s<>\",;:]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?\.[A-Za-z0-9-]{2,}")


class Outgoing(msgspec.Struct, frozen=True):
    """One mail to one recipient."""

    recipient: str
    sender: str
    subject: str
    text: str
    html: str
    custom_args: dict[str, str]


def read_mails(body: bytes) -> list[Outgoing]:
    """Return the mails of a request, one for each recipient; ``SendGridError`` for a request that SendGrid refuses."""
    try:
        request = msgspec.json.decode(body)
    except (ValueError, RecursionError) as error:
        raise invalid("Bad Request") from error
    if not isinstance(request, dict):
        raise invalid("Bad Request")
    _known(request, FIELDS, NOT_MODELLED, "")
    sender = _sender(request.get("from"))
    contents = _contents(request.get("content"))
    people = request.get("personalizations")
    if not isinstance(people, list) or not people:
        raise invalid(
            "The personalizations field is required and must have at least one personalization.", "personalizations"
        )
    if len(people) > MOST_PERSONALIZATIONS:
        raise invalid(
            f"The personalization block is limited to {MOST_PERSONALIZATIONS} personalizations per API request. You "
            f"have provided {len(people)} personalizations. Please consider splitting this into multiple requests and "
            "resending your request.",
            "personalizations",
        )
    mails = [mail for n, person in enumerate(people) for mail in _mails(request, person, n, sender, contents)]
    if len(mails) > MOST_RECIPIENTS:
        raise invalid(
            f"There is a limit of {MOST_RECIPIENTS} total recipients (to + cc + bcc) per request.", "personalizations"
        )
    return mails


def _mails(request: dict[str, Any], person: Any, n: int, sender: str, contents: dict[str, str]) -> list[Outgoing]:
    where = f"personalizations.{n}"
    if not isinstance(person, dict):
        raise invalid("Bad Request", where)
    _known(person, PERSON_FIELDS, PERSON_NOT_MODELLED, f"{where}.")
    subject = _subject(person.get("subject") or request.get("subject"))
    arguments = _arguments(request.get("custom_args"), "custom_args")
    arguments |= _arguments(person.get("custom_args"), f"{where}.custom_args")
    return [
        Outgoing(to, sender, subject, contents.get("text/plain", ""), contents.get("text/html", ""), arguments)
        for to in _recipients(person.get("to"), where)
    ]


def _recipients(value: Any, where: str) -> list[str]:
    if not isinstance(value, list) or not value:
        raise invalid(
            "The to array is required for all personalization objects, and must have at least one email object with a "
            "valid email address.",
            f"{where}.to",
        )
    seen: list[str] = []
    for n, one in enumerate(value):
        address = one.get("email") if isinstance(one, dict) else None
        if not isinstance(address, str) or not _ADDRESS.fullmatch(address):
            raise invalid("Does not contain a valid address.", f"{where}.to.{n}.email")
        if address.lower() in seen:
            raise invalid(
                "Each email address in the personalization block should be unique between to, cc, and bcc. We found "
                f"the first duplicate instance of [{address}] in the {where}.to field.",
                where,
            )
        seen.append(address.lower())
    return seen


def _sender(value: Any) -> str:
    address = value.get("email") if isinstance(value, dict) else None
    if not isinstance(address, str) or not address:
        raise invalid(
            "The from object must be provided for every email send. It is an object that requires the email parameter, "
            'but may also contain a name parameter.  e.g. {"email" : "example@example.com"}  or {"email" : '
            '"example@example.com", "name" : "Example Recipient"}.',
            "from.email",
        )
    if not _ADDRESS.fullmatch(address):
        raise invalid("Does not contain a valid address.", "from.email")
    if address.startswith(UNVERIFIED):
        raise unverified()
    name = value.get("name")
    if name is not None and (not isinstance(name, str) or len(name.splitlines()) > 1):
        raise invalid("The name must be a string of one line.", "from.name")
    return f"{name} <{address}>" if name else address


def _subject(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise invalid(
            "The subject is required. You can get around this requirement if you use a template with a subject defined "
            "or if every personalization has a subject defined.",
            "subject",
        )
    if len(value.splitlines()) > 1 or len(value) > LONGEST_SUBJECT:
        raise invalid("The subject must be one line, and no longer than a header may be.", "subject")
    return value


def _contents(value: Any) -> dict[str, str]:
    if not isinstance(value, list) or not value:
        raise invalid(
            "Unless a valid template_id is provided, the content parameter is required. There must be at least one "
            "defined content block. We typically suggest both text/plain and text/html blocks are included, but only "
            "one block is required.",
            "content",
        )
    kinds = [block.get("type") if isinstance(block, dict) else None for block in value]
    if len(set(kinds)) != len(kinds) or not set(kinds) <= {"text/plain", "text/html"}:
        raise invalid("If present, text/plain and text/html may only be provided once.", "content")
    if kinds == ["text/html", "text/plain"]:
        raise invalid("If present, text/plain must be first, followed by text/html, followed by any other content.")
    for n, block in enumerate(value):
        if not isinstance(block.get("value"), str) or not block["value"]:
            raise invalid("The content value must be a string at least one character in length.", f"content.{n}.value")
    return {block["type"]: block["value"] for block in value}


def _arguments(value: Any, field: str) -> dict[str, str]:
    if value is None:
        return {}
    if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
        raise invalid("The custom_args values must be strings.", field)
    if len(msgspec.json.encode(value)) > MOST_ARGUMENTS:
        raise invalid(f"The total length of custom_args cannot exceed {MOST_ARGUMENTS} bytes.", field)
    return dict(value)


def _known(found: dict[str, Any], modelled: frozenset[str], others: frozenset[str], where: str) -> None:
    for name in found:
        if name in others:
            raise invalid(f"The sandbox does not model {where}{name}.", f"{where}{name}")
        if name not in modelled:
            raise invalid(f"Additional property {name} is not allowed", f"{where}{name}")
