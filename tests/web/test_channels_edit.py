"""Adding and editing channels."""

import re
from html import unescape

import pytest

from lamis.base.scope import EVERYTHING, Role
from lamis.delivery import queries
from lamis.delivery.sealing import opened
from lamis.delivery.types import ChannelInfo
from tests.web.notified import URL, add_channel
from tests.web.site import Site

HOOK = {"kind": "webhook", "name": "night watch", "url": URL, "events": "opened", "min_severity": "critical"}
MAIL = {
    "kind": "smtp",
    "name": "mail",
    "host": "mail.example",
    "security": "starttls",
    "username": "lamis",
    "password": "s3cret words",
    "sender": "lamis@example.org",
    "recipients": "soc@example.org\nboss@example.org",
    "events": "opened",
}


def stored(site: Site) -> list[ChannelInfo]:
    with site.runtime.database.read() as session:
        return queries.channels(session, EVERYTHING)


def secrets_of(site: Site, channel: ChannelInfo) -> object:
    with site.runtime.database.read() as session:
        sealed = queries.channel_row(session, EVERYTHING, channel.id).sealed
    return opened(site.runtime.keys.vault, sealed)


def test_an_admin_adds_a_webhook_and_sees_its_secret_once(site: Site) -> None:
    acme = site.tenant("Acme")
    browser = site.signed_in(site.person("Adam", roles={acme.key: Role.ADMIN}))
    assert "Add webhook" in browser.get("/channels/add?kind=webhook").text
    page = browser.post("/channels/add", **HOOK)
    assert page.status_code == 200
    assert "whsec_" in page.text
    assert "only now" in page.text
    (channel,) = stored(site)
    assert (channel.tenant_name, channel.min_severity.word) == ("Acme", "critical")
    assert "whsec_" not in browser.get(f"/channels/{channel.id}").text


def test_mail_is_added_and_edited(site: Site) -> None:
    site.tenant("Acme")
    browser = site.operator()
    assert "Mail server" in browser.get("/channels/add?kind=smtp").text
    assert browser.post("/channels/add", **MAIL).status_code == 200
    (channel,) = stored(site)
    form = browser.get(f"/channels/{channel.id}/edit").text
    assert "boss@example.org" in form
    assert "s3cret" not in form
    saved = browser.post(f"/channels/{channel.id}/edit", **{**MAIL, "password": "", "name": "post"})
    assert "post is saved" in browser.follow(saved).text
    assert "s3cret words" in str(vars_of(secrets_of(site, channel)))


def vars_of(secrets: object) -> tuple[object, ...]:
    return tuple(getattr(secrets, name) for name in ("url", "signing", "password"))


def test_a_wrong_field_keeps_what_was_typed_and_the_secret_sealed(site: Site) -> None:
    site.tenant("Acme")
    browser = site.operator()
    wrong = browser.post("/channels/add", **{**HOOK, "per_hour": "0"})
    assert wrong.status_code == 422
    assert "whole number" in wrong.text
    assert 'value="night watch"' in wrong.text
    assert "s3cret" not in wrong.text
    kept = re.search(r'name="kept" value="([^"]+)"', wrong.text)
    assert kept is not None
    again = browser.post("/channels/add", **{**HOOK, "url": "", "kept": unescape(kept[1])})
    assert again.status_code == 200
    (channel,) = stored(site)
    assert URL in vars_of(secrets_of(site, channel))


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"url": ""}, 422, "Give the address"),
        ({"url": "ftp://x"}, 422, "http or https"),
        ({"name": ""}, 422, "Give the channel a name"),
        ({"events": ""}, 422, "at least one"),
        ({"ca_pem": "none"}, 422, "PEM"),
        ({"tenant": "none"}, 404, "no such tenant"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    site: Site, change: dict[str, str], status: int, words: str
) -> None:
    site.tenant("Acme")
    page = site.operator().post("/channels/add", **{**HOOK, **change})
    assert page.status_code == status
    assert words in page.text
    assert stored(site) == []


def test_a_name_that_is_taken_is_told(site: Site) -> None:
    acme = site.tenant("Acme")
    add_channel(site, acme)
    page = site.operator().post("/channels/add", **HOOK)
    assert page.status_code == 409
    assert "already" in page.text


def test_a_wrong_edit_keeps_what_was_typed(site: Site) -> None:
    acme = site.tenant("Acme")
    path = f"/channels/{add_channel(site, acme)}/edit"
    page = site.operator().post(path, **{**HOOK, "url": "", "name": "other", "per_hour": "no"})
    assert page.status_code == 422
    assert 'value="other"' in page.text
    assert stored(site)[0].name == "night watch"


def test_an_operator_with_several_tenants_chooses_one(site: Site) -> None:
    site.tenant("Acme")
    globex = site.tenant("Globex")
    browser = site.operator()
    assert "Choose a tenant" in browser.get("/channels/add").text
    assert browser.post("/channels/add", **HOOK).status_code == 422
    assert browser.post("/channels/add", **HOOK, tenant=globex.id).status_code == 200
    assert stored(site)[0].tenant_name == "Globex"
