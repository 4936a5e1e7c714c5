"""One sandbox for each file of tests, emptied before each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import stripe

from tests.contract.sandbox_clients import sdk
from tests.sandbox_process import SandboxProcess


@pytest.fixture(scope="module")
def running_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxProcess]:
    with SandboxProcess(tmp_path_factory.mktemp("sandbox")) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running_sandbox: SandboxProcess) -> SandboxProcess:
    """Without webhooks; to be left running."""
    running_sandbox.reset()
    return running_sandbox


@pytest.fixture
def client(sandbox: SandboxProcess) -> Iterator[stripe.StripeClient]:
    with sdk(sandbox) as client:
        yield client
