"""The log of deliveries."""

import pytest

from lamis.delivery.types import Outcome
from tests.web.notified import add_channel, deliver, people
from tests.web.site import Site


def test_the_log_and_one_delivery_are_seen_by_all_answers_by_admins(site: Site) -> None:
    acme, globex = site.tenant("Acme"), site.tenant("Globex")
    add_channel(site, acme)
    path = f"/deliveries/{deliver(site, acme)}"
    seen = people(site, acme, globex)
    for who in ("admin", "analyst", "viewer"):
        assert "Incident opened" in seen[who].get("/deliveries").text
        page = seen[who].get(path).text
        assert "It answered 404." in page
        assert "404" in page
        assert ("&lt;b&gt;inside&lt;/b&gt;" in page) is (who == "admin")
        assert "<b>inside" not in page
        assert "s3cret" not in page
        assert ("Send again" in page) is (who == "admin")
    assert seen["other"].get(path).status_code == 404
    assert "Incident opened" not in seen["other"].get("/deliveries").text


def test_it_is_sent_again_by_those_who_may(site: Site) -> None:
    acme, globex = site.tenant("Acme"), site.tenant("Globex")
    channel_id = add_channel(site, acme)
    path = f"/deliveries/{deliver(site, acme)}"
    seen = people(site, acme, globex)
    assert seen["viewer"].post(f"{path}/resend").status_code == 403
    assert seen["other"].post(f"{path}/resend").status_code == 404
    admin = seen["admin"]
    assert "sent again to night watch" in admin.follow(admin.post(f"{path}/resend")).text
    admin.post(f"/channels/{channel_id}/active")
    page = admin.get(path).text
    assert "The channel night watch is off." in page
    assert admin.post(f"{path}/resend").status_code == 409
    admin.post(f"/channels/{channel_id}/remove")
    assert "was removed" in admin.get(path).text


def test_the_log_is_narrowed_by_state(site: Site) -> None:
    acme = site.tenant("Acme")
    channel_id = add_channel(site, acme)
    deliver(site, acme)
    deliver(site, acme, Outcome(is_delivered=True, status=204))
    browser = site.operator()

    def rows(query: str) -> int:
        return browser.get(f"/deliveries{query}").text.count("Incident opened")

    assert [rows(query) for query in ("", "?state=failed", "?state=delivered", "?state=muted")] == [
        2,
        1,
        1,
        0,
    ]
    assert rows(f"?channel={channel_id}") == 2
    assert "No deliveries match" in browser.get("/deliveries?channel=none").text


@pytest.mark.slow
def test_a_long_log_is_read_on(site: Site) -> None:
    acme = site.tenant("Acme")
    add_channel(site, acme, per_hour=100)
    for _ in range(51):
        deliver(site, acme, Outcome(is_delivered=True, status=204))
    browser = site.operator()
    first = browser.get("/deliveries").text
    assert first.count("Incident opened") == 50
    older = first.partition("cursor=")[2].partition('"')[0]
    rest = browser.get(f"/deliveries?cursor={older}").text
    assert rest.count("Incident opened") == 1
    assert "Newest" in rest


def test_an_empty_log_says_what_next(site: Site) -> None:
    acme, globex = site.tenant("Acme"), site.tenant("Globex")
    seen = people(site, acme, globex)
    assert "Add webhook" in seen["admin"].get("/deliveries").text
    assert "Ask an admin" in seen["viewer"].get("/deliveries").text
    add_channel(site, acme)
    assert "Nothing was sent yet" in seen["viewer"].get("/deliveries").text
