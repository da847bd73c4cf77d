"""The pages of channels."""

import pytest

from lamis.simulators.receiver import Receiver, Reply
from tests.web.notified import FAILED, add_channel, deliver, people
from tests.web.site import Site


def test_strangers_are_led_to_the_sign_in(site: Site) -> None:
    site.person("Olga", is_operator=True)
    for path in ("/channels", "/channels/x", "/channels/add", "/deliveries"):
        assert site.stranger().get(path).headers["location"].startswith("/sign-in?next=")


def test_everybody_of_the_tenant_sees_its_channels_and_no_secret(site: Site) -> None:
    acme, globex = site.tenant("Acme"), site.tenant("Globex")
    channel_id = add_channel(site, acme)
    seen = people(site, acme, globex)
    for who in ("admin", "analyst", "viewer"):
        for path in ("/channels", f"/channels/{channel_id}"):
            page = seen[who].get(path).text
            assert "night watch" in page
            assert "https://hooks.example" in page
            assert "s3cret" not in page
            assert "whsec_" not in page
            assert ("Edit" in page) is (who == "admin")
    assert "No channels yet" in seen["other"].get("/channels").text
    assert "<title>Channels · LAMIS</title>" in seen["viewer"].get("/channels").text


@pytest.mark.slow
@pytest.mark.parametrize("path", ["", "/edit", "/remove", "/rotate"])
def test_a_foreign_and_an_unknown_channel_are_not_found(site: Site, path: str) -> None:
    acme, globex = site.tenant("Acme"), site.tenant("Globex")
    channel_id = add_channel(site, acme)
    other = people(site, acme, globex)["other"]
    assert other.get(f"/channels/{channel_id}{path}").status_code == 404
    assert other.get(f"/channels/none{path}").status_code == 404
    if path:
        assert other.post(f"/channels/{channel_id}{path}").status_code == 404


@pytest.mark.parametrize("who", ["viewer", "analyst"])
def test_only_admins_change_channels(site: Site, who: str) -> None:
    acme, globex = site.tenant("Acme"), site.tenant("Globex")
    channel_id = add_channel(site, acme)
    browser = people(site, acme, globex)[who]
    assert browser.get("/channels/add").status_code == 403
    for path in ("edit", "remove", "rotate"):
        assert browser.get(f"/channels/{channel_id}/{path}").status_code == 403
    for path in ("edit", "remove", "rotate", "test", "active"):
        assert browser.post(f"/channels/{channel_id}/{path}").status_code == 403


def test_a_channel_is_tested_and_says_how_that_went(site: Site) -> None:
    acme = site.tenant("Acme")
    browser = site.operator()
    with Receiver() as receiver:
        receiver.replies.extend([Reply(200, b"thanks"), Reply(500, b"<script>x</script>")])
        path = f"/channels/{add_channel(site, acme, url=receiver.url)}/test"
        good, bad = browser.post(path).text, browser.post(path).text
    assert "The test was taken (200)." in good
    assert "thanks" in good
    assert "The test was not taken." in bad
    assert "answered 500" in bad
    assert "<script>x" not in bad


def test_a_channel_is_switched_off_and_on(site: Site) -> None:
    acme = site.tenant("Acme")
    path = f"/channels/{add_channel(site, acme)}"
    browser = site.operator()
    assert "night watch is off" in browser.follow(browser.post(f"{path}/active")).text
    assert "Switch on" in browser.get(path).text
    assert "night watch is on" in browser.follow(browser.post(f"{path}/active", is_active="on")).text


def test_a_new_secret_is_shown_once(site: Site) -> None:
    acme = site.tenant("Acme")
    path = f"/channels/{add_channel(site, acme)}"
    browser = site.operator()
    assert "New signing secret for night watch?" in browser.get(f"{path}/rotate").text
    assert "whsec_" in browser.post(f"{path}/rotate").text
    page = browser.get(path).text
    assert "whsec_" not in page
    assert "Old secret signs until" in page


def test_removing_asks_and_names_the_channel(site: Site) -> None:
    acme = site.tenant("Acme")
    path = f"/channels/{add_channel(site, acme)}"
    browser = site.operator()
    assert "Remove night watch?" in browser.get(f"{path}/remove").text
    page = browser.follow(browser.post(f"{path}/remove"))
    assert "night watch is removed" in page.text
    assert "No channels yet" in page.text
    assert browser.get(path).status_code == 404


def test_a_failing_channel_is_told_everywhere(site: Site) -> None:
    acme, globex = site.tenant("Acme"), site.tenant("Globex")
    path = f"/channels/{add_channel(site, acme)}"
    seen = people(site, acme, globex)
    badge = '<span class="badge critical">1</span>'
    assert badge not in seen["viewer"].get("/channels").text
    deliver(site, acme, FAILED)
    for page in ("/channels", path, "/deliveries", "/"):
        assert badge in seen["viewer"].get(page).text
    assert "It answered 404." in seen["viewer"].get(path).text
    assert "Deliveries failing" in seen["viewer"].get("/").text
    assert "Deliveries failing" not in seen["other"].get("/").text
    assert badge not in seen["other"].get("/deliveries").text
