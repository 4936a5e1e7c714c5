"""The fake and the SendGrid gateway against the sandbox keep the same promises about mails."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager

import pytest

from domain.announcements.deliveries.ports import Carrier
from domain.announcements.emails.ports import Mail
from domain.provider_errors import OutcomeUnknown, ProviderError, TryLater
from gateways.http import UnsafeAddress
from gateways.sendgrid.mails import open_sendgrid
from gateways.testing import FakeMails
from tests.contract.mails_contract import MailsContract, new_mail
from tests.contract.rude_server import answers, rude_server
from tests.contract.worlds import PATIENT, AnyFake, SandboxWorld, closing
from tests.sandbox_process import SandboxProcess
from tests.served import free_port

SENDER = "Handwork <hello@handwork.test>"


class FakeWorld(AnyFake):
    def __init__(self) -> None:
        self.fake = FakeMails()
        self.mails: Carrier[Mail] = self.fake

    def taken(self, delivery_id: str) -> list[Mail]:
        return [mail for mail in self.fake.taken if mail.delivery_id == delivery_id]


class TestFakeMails(MailsContract):
    @pytest.fixture
    def world(self) -> FakeWorld:
        return FakeWorld()


class SendGridWorld(SandboxWorld):
    operation = "mail.send"

    def __init__(self, sandbox: SandboxProcess) -> None:
        super().__init__(sandbox)
        self.mails: Carrier[Mail] = open_sendgrid(sandbox.sendgrid_key, sandbox.url, SENDER)

    async def close(self) -> None:
        await self.mails.close()

    def taken(self, delivery_id: str) -> list[Mail]:
        found = [mail for mail in self.sandbox.mails() if mail["custom_args"] == {"delivery_id": delivery_id}]
        return [
            Mail(delivery_id=delivery_id, **{k: mail[k] for k in ("to", "subject", "text", "html")}) for mail in found
        ]


class TestSendGridGateway(MailsContract):
    @pytest.fixture
    def world(self, sandbox: SandboxProcess) -> SendGridWorld:
        return SendGridWorld(sandbox)

    def send_by(self, mails: Carrier[Mail]) -> None:
        async def send() -> None:
            async with closing(mails):
                await mails.send(new_mail(), PATIENT)

        self.run(send())

    def test_the_sender_is_ours_and_the_readers_name_is_in_no_header(self, world: SendGridWorld) -> None:
        mail = new_mail()
        self.send(world, mail)
        (found,) = world.sandbox.mails(to=mail.to)
        assert (found["sender"], found["to"]) == (SENDER, mail.to)

    def test_a_wrong_key_of_ours_loses_no_mail(self, world: SendGridWorld) -> None:
        with pytest.raises(TryLater) as caught:
            self.send_by(open_sendgrid("SG.charlie", world.sandbox.url, SENDER))
        assert caught.value.code == "credentials_refused"
        assert "SG." not in str(caught.value)

    @pytest.mark.parametrize(
        ("sender", "code"), [("unverified@handwork.test", "credentials_refused"), ("hello@x", "sender_refused")]
    )
    def test_a_wrong_sender_of_ours_loses_no_mail(self, world: SendGridWorld, sender: str, code: str) -> None:
        with pytest.raises(TryLater) as caught:
            self.send_by(open_sendgrid(world.sandbox.sendgrid_key, world.sandbox.url, sender))
        assert caught.value.code == code

    def test_who_is_not_there_was_not_reached(self, world: SendGridWorld) -> None:
        with pytest.raises(TryLater) as caught:
            self.send_by(open_sendgrid("SG.x", f"http://127.0.0.1:{free_port()}", SENDER))
        assert caught.value.code == "not_reached"


def opened(base: str) -> AbstractAsyncContextManager[Carrier[Mail]]:
    return closing(open_sendgrid("SG.x", base, SENDER))


def test_the_key_never_travels_in_the_clear() -> None:
    with pytest.raises(UnsafeAddress):
        open_sendgrid("SG.x", "http://api.sendgrid.com", SENDER)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        ("200 OK", b"<html>a proxy's page", OutcomeUnknown),
        ("502 Bad Gateway", b"<html>", OutcomeUnknown),
        ("400 Bad Request", b"<html>not SendGrid's", OutcomeUnknown),
        ("400 Bad Request", b'{"errors": []}', OutcomeUnknown),
        ("404 Not Found", b"", TryLater),
    ],
)
def test_an_answer_that_is_not_sendgrids_is_no_success(status: str, body: bytes, kind: type[ProviderError]) -> None:
    async def ask() -> None:
        async with rude_server(answers(body, status)) as server, opened(server.base) as mails:
            await mails.send(new_mail(), PATIENT)

    with pytest.raises(kind):
        asyncio.run(ask())


def test_a_redirect_is_not_followed_with_our_key() -> None:
    async def ask() -> int:
        async with rude_server(answers(b"")) as elsewhere:

            async def redirect(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                head = f"HTTP/1.1 307 Temporary Redirect\r\nLocation: {elsewhere.base}/v3/mail/send\r\n"
                writer.write(f"{head}Content-Length: 0\r\n\r\n".encode())
                await writer.drain()

            async with rude_server(redirect) as server, opened(server.base) as mails:
                with pytest.raises(TryLater) as caught:
                    await mails.send(new_mail(), PATIENT)
                assert caught.value.code == "wrong_address"
            return elsewhere.connections

    assert asyncio.run(ask()) == 0
