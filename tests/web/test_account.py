"""One's own account."""

from lamis.base.clock import utc_now
from lamis.people import sign_ins
from lamis.web.account import browser_label
from tests.web.site import PASSWORD, Site

NEW = "seven ravens flew"


def test_strangers_are_led_to_the_sign_in(site: Site) -> None:
    site.person("Olga", is_operator=True)
    assert site.stranger().get("/account").headers["location"] == "/sign-in?next=%2Faccount"


def test_changing_the_password_asks_for_the_old_one_and_ends_the_other_browsers(site: Site) -> None:
    vera = site.person("Vera")
    site.give_password("Vera")
    browser, other = site.signed_in(vera), site.signed_in(vera)
    wrong = browser.post("/account/password", old_password="not it at all", password=NEW, password_again=NEW)
    assert wrong.status_code == 422
    assert "not your present password" in wrong.text
    weak = browser.post("/account/password", old_password=PASSWORD, password="vera", password_again="vera")
    assert weak.status_code == 422
    done = browser.post("/account/password", old_password=PASSWORD, password=NEW, password_again=NEW)
    assert "Your password is changed" in browser.follow(done).text
    assert browser.get("/account").status_code == 200
    assert other.get("/account").status_code == 303


def test_a_stolen_session_cannot_try_passwords_at_will(site: Site) -> None:
    vera = site.person("Vera")
    browser = site.signed_in(vera)
    site.count_failures("Vera")
    refused = browser.post("/account/password", old_password="guess", password=NEW, password_again=NEW)
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 0


def test_a_browser_is_listed_and_signed_out(site: Site) -> None:
    vera = site.person("Vera")
    browser, other = site.signed_in(vera), site.signed_in(vera)
    page = browser.get("/account")
    assert "<title>Account · LAMIS</title>" in page.text
    assert "this one" in page.text
    assert page.text.count('/end"') == 2
    with site.runtime.database.read() as session:
        listed = [each.id for each in sign_ins.queries.sessions_of(session, vera, now=utc_now())]
    foreign = site.signed_in(site.person("Mallory"))
    for session_id in listed:
        assert foreign.post(f"/account/sessions/{session_id}/end").status_code == 404
    ended = browser.post("/account/sessions/end-others")
    assert "Every other browser is signed out." in browser.follow(ended).text
    assert other.get("/account").status_code == 303
    with site.runtime.database.read() as session:
        own = sign_ins.queries.sessions_of(session, vera, now=utc_now())[0].id
    assert browser.post(f"/account/sessions/{own}/end").headers["location"] == "/sign-in"
    assert browser.get("/account").status_code == 303


def test_a_browser_is_named_from_what_it_says() -> None:
    chrome = (
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"
    )
    assert browser_label(chrome) == "Chrome on Linux"
    assert browser_label("Mozilla/5.0 (iPhone) Safari/604.1") == "Safari on iPhone"
    assert browser_label("") == "A browser"
