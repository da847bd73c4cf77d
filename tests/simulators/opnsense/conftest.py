"""A box with an external, a host and a network alias (T, H, N), and a client of it over real HTTP and TLS."""

import ssl
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from lamis.simulators.certificates import Certificates, make_self_signed
from lamis.simulators.opnsense.box import Box, User
from lamis.simulators.opnsense.local import LocalFirewall


class Asking:
    """Asks the box; as its administrator unless told otherwise."""

    def __init__(self, firewall: LocalFirewall, context: ssl.SSLContext) -> None:
        self.firewall = firewall
        self._client = httpx.Client(base_url=f"{firewall.url}/api/", verify=context, timeout=10)

    def get(self, path: str, *, user: User | None = None) -> httpx.Response:
        return self._client.get(path, auth=self._login(user))

    def post(self, path: str, body: Any = None, *, user: User | None = None) -> httpx.Response:
        return self._client.post(path, json={} if body is None else body, auth=self._login(user))

    def send(self, method: str, path: str, *, user: User | None = None, **request: Any) -> httpx.Response:
        return self._client.request(method, path, auth=self._login(user), **request)

    def anonymous(self, method: str, path: str, **request: Any) -> httpx.Response:
        return self._client.request(method, path, **request)

    def listed(self, table: str) -> list[str]:
        """The entries of a table, as the box lists them."""
        rows = self.post(f"firewall/alias_util/list/{table}", {"rowCount": -1}).json()["rows"]
        return [row["ip"] for row in rows]

    def close(self) -> None:
        self._client.close()

    def _login(self, user: User | None) -> tuple[str, str]:
        user = user or self.firewall.admin
        return user.key, user.secret


@pytest.fixture(scope="session")
def self_signed() -> Certificates:
    return make_self_signed()


@pytest.fixture
def firewall(self_signed: Certificates) -> Iterator[LocalFirewall]:
    with LocalFirewall(is_prepared=False, certificates=self_signed, login_pad_s=0) as running:
        for name, kind in (("T", "external"), ("H", "host"), ("N", "network")):
            running.box.make_alias(name, kind)
        yield running


@pytest.fixture
def box(firewall: LocalFirewall) -> Box:
    return firewall.box


@pytest.fixture
def api(firewall: LocalFirewall) -> Iterator[Asking]:
    context = ssl.create_default_context(cadata=firewall.ca_pem)
    context.check_hostname = False
    asking = Asking(firewall, context)
    yield asking
    asking.close()
