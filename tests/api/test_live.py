"""Tickets, and asking for changes without a socket."""

from sqlalchemy import text

from lamis.access import cookies
from lamis.access.credentials import Credential
from lamis.access.tickets import use_ticket
from lamis.base.clock import utc_now
from lamis.people.digests import digest
from lamis.people.sign_ins import start_session
from tests.api.conftest import Speak, World
from tests.api.filled import connect, document, store

TICKET = "/api/v2/ws/ticket"
CHANGES = "/api/v2/alerts/changes"


def test_a_ticket_is_given_to_whoever_has_a_token(speak: Speak, world: World) -> None:
    client = speak("vera")
    answer = client.post(TICKET)
    assert answer.status_code == 200
    assert answer.json()["expires_in"] == 30
    token = client.headers["Authorization"].removeprefix("Bearer ")
    found = use_ticket(world.runtime.one_time, answer.json()["ticket"], now=utc_now())
    assert found == Credential("token", token)


def test_a_browser_gets_one_only_from_our_own_page(speak: Speak, world: World) -> None:
    with world.runtime.database.write() as session:
        cookie = start_session(
            session, world.ids["vera"], address="192.0.2.1", agent="", hours=12, now=utc_now()
        )
        csrf = session.execute(text("SELECT csrf FROM web_session")).scalar_one()
    client = speak(None)
    client.cookies.set(cookies.SESSION, cookie)
    assert client.post(TICKET).status_code == 403
    answer = client.post(TICKET, headers={"X-CSRF-Token": csrf})
    found = use_ticket(world.runtime.one_time, answer.json()["ticket"], now=utc_now())
    assert found == Credential("session", digest(cookie))


def test_a_stranger_gets_nothing(speak: Speak) -> None:
    assert speak(None).post(TICKET).status_code == 401
    assert speak(None).get(CHANGES).status_code == 401


def test_changes_count_what_was_stored_since(speak: Speak, world: World) -> None:
    now = utc_now()
    ours = connect(world, world.acme, "Ours", now=now)
    theirs = connect(world, world.globex, "Theirs", now=now)
    client = speak("vera")
    begin = client.get(CHANGES).json()
    assert (begin["count"], begin["is_whole"]) == (0, True)
    store(world, ours, [document(1, at=now, level=12), document(2, at=now, level=3)], now=now)
    store(world, theirs, [document(3, at=now)], now=now)
    later = client.get(CHANGES, params={"after": begin["after"]}).json()
    assert (later["count"], later["is_whole"]) == (2, True)
    bad = client.get(CHANGES, params={"after": begin["after"], "severity": "critical"}).json()
    assert bad["count"] == 1
    assert client.get(CHANGES, params={"after": later["after"]}).json()["count"] == 0


def test_an_after_that_is_none_is_refused(speak: Speak) -> None:
    answer = speak("vera").get(CHANGES, params={"after": "made up"})
    assert (answer.status_code, answer.json()["field"]) == (422, "after")
