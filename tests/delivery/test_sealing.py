"""A channel's secrets at rest."""

from lamis.delivery.sealing import Secrets, opened, seal, target_of
from lamis.delivery.types import ChannelKind, MailTarget, Security, WebhookTarget
from tests.delivery.world import URL, VAULT

SECRETS = Secrets(url=URL, signing=("whsec_b25l", "whsec_dHdv"), password="hidden words")


def test_what_is_sealed_comes_back_and_shows_nothing_meanwhile() -> None:
    sealed = seal(VAULT, SECRETS)
    assert opened(VAULT, sealed) == SECRETS
    for hidden in ("hidden", "whsec_", "hooks"):
        assert hidden not in sealed
        assert hidden not in repr(SECRETS)
    assert opened(VAULT, None) == Secrets()


def test_a_target_is_made_of_settings_and_secrets() -> None:
    hook = target_of(ChannelKind.WEBHOOK, {"ca_pem": None}, SECRETS, may_reach_private=True)
    assert hook == WebhookTarget(URL, SECRETS.signing, None, True)
    settings: dict[str, object] = {
        "host": "mail.example",
        "port": 587,
        "security": "starttls",
        "sender": "lamis@example.org",
        "recipients": ["soc@example.org"],
        "username": "lamis",
        "ca_pem": "PEM",
    }
    mail = target_of(ChannelKind.SMTP, settings, SECRETS, may_reach_private=False)
    assert isinstance(mail, MailTarget)
    assert (mail.security, mail.password, mail.ca_pem) == (Security.STARTTLS, "hidden words", "PEM")
    assert "hidden" not in repr(mail)
