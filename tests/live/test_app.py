"""Opening sockets, and what is answered to what they say."""

from datetime import timedelta

import pytest
from starlette.websockets import WebSocketDisconnect

from lamis.base.clock import utc_now
from lamis.base.scope import SYSTEM
from lamis.live.app import LONGEST_MESSAGE, PATH
from lamis.people.actions import remove_person
from lamis.people.sign_ins import end_session
from lamis.storage.engine import Database
from tests.live.house import NORTH, House


def closed_with(house: House, address: str, **headers: str) -> int:
    """The code that the very first frame closes the socket with."""
    with (
        house.client() as client,
        client.websocket_connect(address, headers=headers) as socket,
        pytest.raises(WebSocketDisconnect) as closed,
    ):
        socket.receive_json()
    return closed.value.code


def test_a_stranger_is_closed_out_after_the_accept(house: House) -> None:
    assert closed_with(house, PATH) == 4001
    assert closed_with(house, f"{PATH}?token=nonsense") == 4001
    assert closed_with(house, f"{PATH}?ticket=nonsense") == 4001
    assert closed_with(house, PATH, Authorization="Bearer nonsense") == 4001


def test_a_cookie_alone_opens_nothing(house: House) -> None:
    assert closed_with(house, PATH, Cookie=f"lamis_session={house.cookie('nora')}") == 4001


def test_whoever_sees_no_tenant_is_not_allowed(house: House) -> None:
    assert closed_with(house, f"{PATH}?token={house.token('nobody')}") == 4003


def test_another_sites_page_is_not_allowed(house: House) -> None:
    address = f"{PATH}?ticket={house.ticket(house.cookie('nora'))}"
    assert closed_with(house, address, Origin="https://elsewhere.example") == 4003


def test_our_own_page_is_let_in_and_a_ticket_works_once(house: House) -> None:
    address = f"{PATH}?ticket={house.ticket(house.cookie('nora'))}"
    headers = {"Origin": "http://testserver"}
    with house.client() as client, client.websocket_connect(address, headers=headers) as socket:
        socket.send_json({"action": "ping"})
        assert socket.receive_json()["type"] == "pong"
    assert closed_with(house, address) == 4001


def test_a_ticket_is_good_for_half_a_minute(house: House) -> None:
    cookie = house.cookie("nora")
    assert closed_with(house, f"{PATH}?ticket={house.ticket(cookie, age=timedelta(seconds=31))}") == 4001


def test_a_bearer_header_opens_the_socket_too(house: House) -> None:
    headers = {"Authorization": f"Bearer {house.token('nora')}"}
    with house.client() as client, client.websocket_connect(PATH, headers=headers) as socket:
        socket.send_json({"action": "ping"})
        assert socket.receive_json()["type"] == "pong"


def test_signing_out_ends_the_socket(house: House) -> None:
    cookie = house.cookie("nora")
    address = f"{PATH}?ticket={house.ticket(cookie)}"
    with house.client() as client, client.websocket_connect(address) as socket:
        with house.database.write() as session:
            end_session(session, cookie, now=utc_now())
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_json()
    assert closed.value.code == 4001


def test_removing_a_person_ends_a_socket_opened_with_a_token(house: House) -> None:
    with house.socket("nora") as ear:
        with house.database.write() as session:
            remove_person(session, SYSTEM, house.ids["nora"], now=utc_now())
        with pytest.raises(WebSocketDisconnect) as closed:
            ear.hear()
    assert closed.value.code == 4001


@pytest.mark.slow
@pytest.mark.parametrize(
    "said",
    [
        "{",
        "[]",
        '"subscribe"',
        "{}",
        '{"action": "dance"}',
        '{"action": "subscribe"}',
        '{"action": "subscribe", "type": "devices"}',
        '{"action": "subscribe", "type": "alerts", "format": "xml"}',
        '{"action": "subscribe", "type": "alerts", "after": 7}',
        '{"action": "subscribe", "type": "alerts", "after": "never given"}',
        '{"action": "subscribe", "type": "alerts", "severity": "dreadful"}',
        '{"action": "subscribe", "type": "alerts", "device": {"a": 1}}',
        " " * (LONGEST_MESSAGE + 1),
    ],
)
def test_what_cannot_be_understood_is_told_and_the_socket_lives_on(house: House, said: str) -> None:
    with house.socket("nora") as ear:
        ear.socket.send_text(said)
        answer = ear.hear()
        assert answer["type"] == "error"
        assert answer["error"].endswith(".")
        assert ear.is_quiet()


def test_bytes_are_not_understood_either(house: House) -> None:
    with house.socket("nora") as ear:
        ear.socket.send_bytes(b"\x00\xff")
        assert ear.hear()["type"] == "error"


def test_words_are_refused_where_no_text_index_is_kept(database: Database) -> None:
    house = House(database, text_index=False)
    with house.socket("nora") as ear:
        ear.say(action="subscribe", type="alerts", q="login")
        said = ear.hear()
        assert (said["type"], said["field"], said["subscription"]) == ("error", "q", "alerts")
        ear.subscribe()


def test_all_tenants_is_no_filter(house: House) -> None:
    with house.socket("olga") as ear:
        ear.subscribe(tenant="all")
        assert ear.titles() == []
        house.store(house.document(title="north"), tenant=NORTH)
        assert ear.titles() == ["north"]
