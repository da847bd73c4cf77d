"""What is typed about a channel."""

import pytest

from lamis.alerts.types import Severity
from lamis.base.errors import Invalid
from lamis.delivery.drafts import MailDraft, WebhookDraft, parse_channel, place_of_url
from lamis.delivery.types import PER_HOUR, Notable, Security
from tests.delivery.world import MAIL, URL, WEBHOOK


def test_a_webhook_needs_a_name_and_an_address() -> None:
    draft = parse_channel(WEBHOOK)
    assert draft.target == WebhookDraft(URL)
    assert "hidden" not in repr(draft)
    assert (draft.min_severity, draft.per_hour) == (Severity.HIGH, PER_HOUR)
    assert draft.events == (Notable.OPENED, Notable.REOPENED)


def test_mail_goes_by_starttls_unless_told_otherwise() -> None:
    target = parse_channel(MAIL).target
    assert isinstance(target, MailDraft)
    assert (target.port, target.security) == (587, Security.STARTTLS)
    assert "hidden" not in repr(target)


@pytest.mark.parametrize(("security", "port"), [("starttls", 587), ("tls", 465), ("none", 25)])
def test_each_security_has_its_usual_port(security: str, port: int) -> None:
    target = parse_channel({**MAIL, "username": "", "password": "", "security": security}).target
    assert isinstance(target, MailDraft)
    assert target.port == port


@pytest.mark.parametrize("given", ["a@example.org, b@example.org", "a@example.org\nb@example.org;"])
def test_recipients_are_typed_on_lines_or_with_commas(given: str) -> None:
    target = parse_channel({**MAIL, "recipients": given}).target
    assert isinstance(target, MailDraft)
    assert target.recipients == ("a@example.org", "b@example.org")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({**WEBHOOK, "name": " "}, "name"),
        ({**WEBHOOK, "name": "x" * 121}, "name"),
        ({**WEBHOOK, "name": "a\u202eb"}, "name"),
        ({**WEBHOOK, "kind": "pigeon"}, "kind"),
        ({**WEBHOOK, "url": "ftp://hooks.example/"}, "url"),
        ({**WEBHOOK, "url": "https://"}, "url"),
        ({**WEBHOOK, "url": "https://hooks.example:99999/"}, "url"),
        ({**WEBHOOK, "url": "https://hooks.example/a b"}, "url"),
        ({**WEBHOOK, "url": "https://hooks.example/#part"}, "url"),
        ({**WEBHOOK, "url": "https://[::1/"}, "url"),
        ({**WEBHOOK, "min_severity": "awful"}, "min_severity"),
        ({**WEBHOOK, "events": ["opened", "eaten"]}, "events"),
        ({**WEBHOOK, "events": []}, "events"),
        ({**WEBHOOK, "events": 5}, "events"),
        ({**WEBHOOK, "per_hour": "0"}, "per_hour"),
        ({**WEBHOOK, "per_hour": "many"}, "per_hour"),
        ({**WEBHOOK, "ca_pem": "no certificate"}, "ca_pem"),
        ({**WEBHOOK, "ca_pem": "-----BEGIN PRIVATE KEY-----"}, "ca_pem"),
        ({**WEBHOOK, "url": "https://999.1.1.1/"}, "url"),
        ({**WEBHOOK, "url": "https://xn--/"}, "url"),
        ({**MAIL, "host": ""}, "host"),
        ({**MAIL, "host": "smtp://mail.example"}, "host"),
        ({**MAIL, "host": "mail.example\r\nRCPT"}, "host"),
        ({**MAIL, "port": 0}, "port"),
        ({**MAIL, "security": "some"}, "security"),
        ({**MAIL, "security": "none"}, "security"),
        ({**MAIL, "sender": ""}, "sender"),
        ({**MAIL, "sender": "lamis"}, "sender"),
        ({**MAIL, "sender": "a@example.org\r\nBcc: b@example.org"}, "sender"),
        ({**MAIL, "username": "lamis\x00other"}, "username"),
        ({**MAIL, "username": "lamis\nother"}, "username"),
        ({**MAIL, "recipients": ""}, "recipients"),
        ({**MAIL, "recipients": "a@example.org b@example.org"}, "recipients"),
        ({**MAIL, "recipients": [f"a{n}@example.org" for n in range(21)]}, "recipients"),
    ],
)
def test_what_is_wrong_is_named_with_its_field(values: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as wrong:
        parse_channel(values)
    assert wrong.value.field == field
    assert "hidden" not in wrong.value.message


def test_a_place_shows_no_login_path_or_token() -> None:
    assert place_of_url("https://me:pass@hooks.example:8443/T0/x?token=1") == "https://hooks.example:8443"
