"""What would be found out late, by a process that is started again and again, is refused before anything starts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from cli.stack.errors import StackError
from cli.stack.processes import processes_of
from cli.stack.programs import Program
from runtime.database import open_engine
from runtime.migrate import SchemaTooNew
from runtime.settings import SettingsError
from tests.integration.cli.conftest import MakeStack
from tests.integration.cli.terminal import Terminal

PRODUCTION = {
    "HANDWORK_ENV": "production",
    "SENDGRID_API_KEY": "SG.x",
    "SENDGRID_WEBHOOK_PUBLIC_KEYS": "key",
    "STRIPE_WEBHOOK_SECRETS": "whsec_x",
    "APP_URL": "https://handwork.test",
    "MAIL_FROM": "hello@handwork.test",
    "FLOWER_BASIC_AUTH": "a:b",
}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"STRIPE_SECRET_KEY": "sk_test_1", "STRIPE_API_BASE": "http://api.stripe.com"}, "STRIPE_API_BASE: .*https"),
        ({"SENDGRID_API_KEY": "SG.1", "SENDGRID_API_BASE": "nowhere"}, "SENDGRID_API_BASE: "),
        ({"SENDGRID_API_KEY": "SG.1", "SENDGRID_WEBHOOK_PUBLIC_KEYS": "a2V5"}, "SENDGRID_WEBHOOK_PUBLIC_KEYS: "),
        ({"BROKER_URL": "redis://:sesame@127.0.0.1:9/0"}, "BROKER_URL: 127.0.0.1:9 does not answer"),
        ({"WEB_HOST": "banana.invalid"}, "WEB_HOST: 'banana.invalid' is not known"),
        ({"WEB_HOST": "192.0.2.1"}, "WEB_HOST: nobody can listen at 192.0.2.1"),
        ({"BACKUP_DIR": "/dev/null/backups"}, "BACKUP_DIR: /dev/null/backups cannot be made"),
    ],
)
def test_it_is_refused_by_name(
    make_stack: MakeStack, stand_in: Callable[..., Program], given: dict[str, str], words: str
) -> None:
    stack = make_stack(stand_in("web"), environment=given)
    with pytest.raises(StackError, match=words):
        stack.preflight()
    assert not stack.home.exists()
    with pytest.raises(StackError, match=words) as caught:
        stack.start()
    assert "sesame" not in str(caught.value)
    assert not stack.is_running()
    assert processes_of(stack.home) == []


def test_a_production_in_the_folder_of_a_sandbox_is_told_what_it_lacks(
    make_stack: MakeStack, start_stack: MakeStack, stand_in: Callable[..., Program]
) -> None:
    sandboxed = start_stack(stand_in("web"))
    sandboxed.stop()
    before = (sandboxed.home / "stack.env").read_text()

    with pytest.raises(SettingsError, match=r"^STRIPE_SECRET_KEY: must be set in production"):
        make_stack(stand_in("web"), environment=PRODUCTION).start()

    assert (sandboxed.home / "stack.env").read_text() == before


def test_a_look_around_finds_nothing_wrong_with_what_starts_and_runs(
    make_stack: MakeStack, stand_in: Callable[..., Program]
) -> None:
    stack = make_stack(stand_in("web"))
    stack.preflight()
    assert not stack.home.exists()
    stack.start()
    stack.preflight()


def test_a_plan_is_a_value_that_changes_nothing(make_stack: MakeStack, stand_in: Callable[..., Program]) -> None:
    stack = make_stack(stand_in("web"))

    plan = stack.plan()
    files = {path.relative_to(stack.home): text for path, text in plan.files(stack.home / "socket").items()}

    assert [program.name for program in plan.programs] == ["web"]
    assert plan.settings.home == stack.home
    assert f"port {plan.choices.port('BROKER_PORT')}\n" in files[Path("run/broker.conf")]
    assert "[program:web]" in files[Path("run/supervisord.conf")]
    assert not stack.home.exists()


def test_a_schema_that_is_too_new_is_refused_before_anything_starts(
    start_stack: MakeStack, stand_in: Callable[..., Program]
) -> None:
    stack = start_stack(stand_in("web"))
    stack.stop()
    engine = open_engine(stack.settings().database)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        connection.execute(text("UPDATE schema_floor SET revision = '9999'"))
    engine.dispose()
    with pytest.raises(StackError, match="later release"):
        stack.preflight()
    with pytest.raises(SchemaTooNew, match="later release"):
        stack.start()
    assert processes_of(stack.home) == []


def test_doctor_says_what_up_would_refuse(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    terminal.dotenv.write_text("BROKER_URL=redis://:sesame@127.0.0.1:9/0\n")
    found = terminal.run("doctor")
    assert found.exit_code == 1
    assert "BROKER_URL: 127.0.0.1:9 does not answer" in found.output
    assert "sesame" not in found.output
