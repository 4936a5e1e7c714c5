"""What supervisor is told."""

from __future__ import annotations

import configparser
from pathlib import Path

import pytest

from cli.stack.choices import Choices
from cli.stack.configuration import render
from cli.stack.errors import StackError
from cli.stack.keys import make_private_key
from cli.stack.programs import Program, broker_configuration, programs, varied
from cli.stack.sandbox_arguments import sandbox_arguments, sandbox_file
from sandbox.options import parse

HOME = Path("/srv/hand work")
VALUES = {
    "WEB_HOST": "127.0.0.1",
    "WEB_PORT": "8000",
    "SANDBOX_PORT": "8010",
    "BROKER_PORT": "6380",
    "FLOWER_PORT": "5555",
    "EXPORTER_PORT": "9101",
    "BROKER_PASSWORD": "open sesame",
    "BROKER_URL": "redis://:x@127.0.0.1:6380/0",
    "FLOWER_BASIC_AUTH": "operator:secret of flower",
    "SANDBOX_URL": "http://127.0.0.1:8010",
    "STRIPE_API_BASE": "http://127.0.0.1:8010",
    "SENDGRID_API_BASE": "http://127.0.0.1:8010",
    "SENDGRID_API_KEY": "SG.of the sandbox",
    "SANDBOX_SENDGRID_PRIVATE_KEY": "private key",
    "STRIPE_SECRET_KEY": "sk_test_x",
    "STRIPE_PUBLISHABLE_KEY": "pk_test_x",
    "STRIPE_WEBHOOK_SECRETS": "whsec_current, whsec_next",
    "STRIPE_CONNECT_WEBHOOK_SECRETS": "whsec_connect, whsec_connect_next",
}
SECRET = (
    *("SENDGRID_API_KEY", "SANDBOX_SENDGRID_PRIVATE_KEY", "STRIPE_SECRET_KEY", "STRIPE_PUBLISHABLE_KEY"),
    *("STRIPE_WEBHOOK_SECRETS", "STRIPE_CONNECT_WEBHOOK_SECRETS"),
)
SANDBOXED = Choices(VALUES, [])


def parsed(table: list[Program], home: Path = HOME) -> configparser.RawConfigParser:
    parser = configparser.RawConfigParser(inline_comment_prefixes=(";", "#"))
    parser.read_string(render(home, home / "run" / "supervisor.sock", table))
    return parser


def names(table: list[Program]) -> set[str]:
    return {program.name for program in table}


def test_the_order_of_stopping():
    """Supervisor stops the group with the highest priority first."""
    told = parsed(programs(HOME, SANDBOXED))
    groups = [s for s in told.sections() if s.startswith(("group:", "fcgi-program:"))]

    order = sorted(groups, key=lambda s: -told.getint(s, "priority"))

    assert [told.get(s, "programs", fallback="web") for s in order] == [
        "web",
        "relay,beat",
        "worker-payments,worker-webhooks,worker-notifications,worker-maintenance,exporter,flower",
        "sandbox",
        "broker",
    ]


def test_a_prefork_worker_tells_its_children_itself():
    told = parsed(programs(HOME, SANDBOXED))

    assert told["program:worker-maintenance"]["stopasgroup"] == "false"
    assert told["program:worker-maintenance"]["killasgroup"] == "true"


def test_supervisor_never_gives_up():
    told = parsed(programs(HOME, SANDBOXED))

    for section in (s for s in told.sections() if "program:" in s):
        assert told[section]["autorestart"] == "true"
        assert told.getint(section, "startretries") >= 1_000_000


def test_no_password_is_in_the_list_of_processes():
    text = render(HOME, HOME / "s", programs(HOME, SANDBOXED))

    assert "open sesame" not in text
    assert "secret of flower" not in text
    for name in SECRET:
        assert VALUES[name].partition(",")[0] not in text, name
    assert "user default on >open sesame ~" in broker_configuration(HOME, SANDBOXED)


def test_the_sandbox_signs_with_the_current_secret():
    words = sandbox_arguments(HOME, SANDBOXED).splitlines()

    assert words[words.index("--stripe-webhook-secret") + 1] == "whsec_current"


def test_the_sandbox_reads_its_arguments_from_its_file(tmp_path):
    home = tmp_path / "hand work"
    (home / "run").mkdir(parents=True)
    values = VALUES | {"SANDBOX_SENDGRID_PRIVATE_KEY": make_private_key()}
    sandbox_file(home).write_text(sandbox_arguments(home, Choices(values, [])))
    (sandbox,) = (p for p in programs(home, SANDBOXED) if p.name == "sandbox")

    options = parse(list(sandbox.command[3:]))

    assert (options.port, options.data) == (8010, home / "sandbox")
    assert (options.stripe_secret_key, options.sendgrid_api_key) == ("sk_test_x", "SG.of the sandbox")
    assert (options.stripe_webhook_secret, options.stripe_connect_webhook_secret) == ("whsec_current", "whsec_connect")


def test_without_sandbox_and_broker_neither_is_started():
    values = {k: v for k, v in VALUES.items() if k not in {"SANDBOX_URL", "BROKER_PASSWORD"}}

    left = names(programs(HOME, SANDBOXED)) - names(programs(HOME, Choices(values, [])))

    assert left == {"sandbox", "broker"}


def test_copies_and_omissions():
    build = varied(programs, copies={"relay": 2, "web": 3}, without=["flower"])

    table = build(HOME, SANDBOXED)

    assert {p.name: p.copies for p in table if p.copies > 1} == {"relay": 2, "web": 3}
    assert names(programs(HOME, SANDBOXED)) - names(table) == {"flower"}
    assert parsed(table)["program:relay"]["stdout_logfile"].endswith("/logs/%(program_name)s-%(process_num)d.log")


@pytest.mark.parametrize("name", ["a ;b", "a #b", "a\nb"])
def test_a_folder_that_the_file_cannot_hold_is_refused(name):
    with pytest.raises(StackError, match="cannot run in"):
        render(Path("/srv") / name, Path("/srv/s"), [])


def test_a_percent_sign_in_the_folder_is_no_expansion():
    told = parsed([Program("web", ("true",), 10)], Path("/srv/50%"))

    assert told["supervisord"]["logfile"] == "/srv/50%%/logs/supervisord.log"
