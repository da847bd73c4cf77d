"""Mail against a server on loopback."""

import email
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from lamis.delivery import mail
from lamis.delivery.types import MailTarget, Notice, Security
from lamis.simulators.certificates import Certificates, make_certificates
from tests.delivery.mailbox import Mailbox
from tests.delivery.test_messages import body_of
from tests.delivery.world import NOON

NOTICE = Notice("d" * 26, "incident.opened", body_of())


@pytest.fixture(scope="module")
def certificates() -> Certificates:
    return make_certificates()


@pytest.fixture(scope="module")
def folder(certificates: Certificates, tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("certificates")
    certificates.write(found)
    return found


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with Mailbox() as found:
        yield found


def target(mailbox: Mailbox, security: Security = Security.NONE, **changes: object) -> MailTarget:
    values: dict[str, object] = {
        "host": "127.0.0.1",
        "port": mailbox.port,
        "security": security,
        "sender": "lamis@example.org",
        "recipients": ["soc@example.org", "boss@example.org"],
        "may_reach_private": True,
    }
    return MailTarget(**{**values, **changes})  # type: ignore[arg-type]


def parsed(mailbox: Mailbox) -> EmailMessage:
    (raw,) = mailbox.mails
    found = email.message_from_bytes(raw, policy=default)
    assert isinstance(found, EmailMessage)
    return found


def test_one_mail_goes_to_all_recipients_as_text_and_page(mailbox: Mailbox) -> None:
    outcome = mail.send(target(mailbox), NOTICE, now=NOON)
    assert outcome.is_delivered
    assert [each.split(":")[1] for each in mailbox.recipients] == ["<soc@example.org>", "<boss@example.org>"]
    found = parsed(mailbox)
    assert found["Subject"].startswith("[CRITICAL] Incident #17 opened: Five logins Bcc: everybody")
    assert found["To"] == "soc@example.org, boss@example.org"
    assert found["Message-ID"] == f"<{NOTICE.id}@example.org>"
    assert found["Bcc"] is None
    plain, page = found.get_body(("plain",)), found.get_body(("html",))
    assert plain is not None
    assert page is not None
    assert "Device: web-1" in plain.get_content()
    assert "<script>" not in page.get_content()


def test_what_is_not_ascii_needs_nothing_of_a_server(mailbox: Mailbox) -> None:
    body = body_of()
    body["data"] = {**body["data"], "title": "Zwölf Anmeldungen 日本", "device": "Büro-1"}  # type: ignore[dict-item]
    assert mail.send(target(mailbox), Notice("d" * 26, "incident.opened", body), now=NOON).is_delivered
    assert mailbox.mails[0].isascii()
    found = parsed(mailbox)
    plain = found.get_body(("plain",))
    assert plain is not None
    assert "Device: Büro-1" in plain.get_content()
    assert "Zwölf Anmeldungen 日本" in found["Subject"]


def test_a_name_and_password_are_sent_under_starttls(folder: Path, certificates: Certificates) -> None:
    with Mailbox(certificates=folder, offers=("STARTTLS", "AUTH PLAIN")) as mailbox:
        where = target(
            mailbox, Security.STARTTLS, username="lamis", password="pass word", ca_pem=certificates.ca_pem
        )
        outcome = mail.send(where, NOTICE, now=NOON)
        assert outcome.is_delivered, outcome
        words = [command.split(" ")[0].upper() for command in mailbox.commands]
        assert words.index("STARTTLS") < words.index("AUTH")


def test_tls_from_the_first_byte(folder: Path, certificates: Certificates) -> None:
    with Mailbox(certificates=folder, is_tls=True) as mailbox:
        outcome = mail.send(target(mailbox, Security.TLS, ca_pem=certificates.ca_pem), NOTICE, now=NOON)
        assert outcome.is_delivered, outcome
        assert "STARTTLS" not in mailbox.commands


def test_an_unknown_authority_is_not_trusted(folder: Path) -> None:
    with Mailbox(certificates=folder, is_tls=True) as mailbox:
        outcome = mail.send(target(mailbox, Security.TLS), NOTICE, now=NOON)
        assert not outcome.is_delivered
        assert "is not trusted" in outcome.error
        assert mailbox.mails == []


def test_without_starttls_no_password_is_sent(mailbox: Mailbox) -> None:
    where = target(mailbox, Security.STARTTLS, username="lamis", password="hidden words")
    outcome = mail.send(where, NOTICE, now=NOON)
    assert not outcome.is_delivered
    assert outcome.is_permanent
    assert "does not offer STARTTLS" in outcome.error
    assert not any("AUTH" in command for command in mailbox.commands)


def test_a_wrong_password_is_final_and_not_told(folder: Path, certificates: Certificates) -> None:
    answers = {"AUTH": "535 wrong"}
    with Mailbox(certificates=folder, offers=("STARTTLS", "AUTH PLAIN"), answers=answers) as mailbox:
        where = target(
            mailbox, Security.STARTTLS, username="lamis", password="hidden words", ca_pem=certificates.ca_pem
        )
        outcome = mail.send(where, NOTICE, now=NOON)
    assert outcome.is_permanent
    assert outcome.status == 535
    assert "user and password" in outcome.error
    assert "hidden" not in outcome.error + outcome.answer


@pytest.mark.slow
@pytest.mark.parametrize(
    ("answers", "status", "is_permanent"),
    [
        ({"": "554 not you"}, 554, True),
        ({"": "421 busy"}, 421, False),
        ({"MAIL": "451 later"}, 451, False),
        ({"RCPT": "550 nobody here"}, 550, True),
        ({"DATA": "452 full"}, 452, False),
        ({".": "554 looks like spam"}, 554, True),
    ],
)
def test_the_servers_word_is_kept(answers: dict[str, str], status: int, is_permanent: bool) -> None:
    with Mailbox(answers=answers) as mailbox:
        outcome = mail.send(target(mailbox), NOTICE, now=NOON)
    assert not outcome.is_delivered
    assert (outcome.status, outcome.is_permanent) == (status, is_permanent)
    assert outcome.answer


@pytest.mark.slow
def test_a_server_that_hangs_is_cut_at_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "TOTAL", timedelta(seconds=0.3))
    with Mailbox(hangs_at="MAIL") as mailbox:
        outcome = mail.send(target(mailbox), NOTICE, now=NOON)
    assert not outcome.is_delivered
    assert not outcome.is_permanent


def test_a_server_that_ends_early_is_tried_again() -> None:
    with Mailbox(hangs_at="DATA") as mailbox:
        mailbox.released.set()
        outcome = mail.send(target(mailbox), NOTICE, now=NOON)
    assert not outcome.is_delivered
    assert not outcome.is_permanent


def test_plain_words_on_a_port_for_tls_are_explained(mailbox: Mailbox) -> None:
    outcome = mail.send(target(mailbox, Security.TLS), NOTICE, now=NOON)
    assert not outcome.is_delivered
    assert "right port" in outcome.error


def test_a_private_address_is_refused_where_it_is_not_allowed(mailbox: Mailbox) -> None:
    outcome = mail.send(target(mailbox, may_reach_private=False), NOTICE, now=NOON)
    assert outcome.is_permanent
    assert mailbox.commands == []


def test_nobody_listening_is_tried_again() -> None:
    with Mailbox() as closed:
        where = target(closed)
    outcome = mail.send(where, NOTICE, now=NOON)
    assert not outcome.is_permanent
    assert "cannot be reached" in outcome.error
