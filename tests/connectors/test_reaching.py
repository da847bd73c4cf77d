"""An endpoint as the HTTP client takes it."""

import ssl
from datetime import timedelta

import pytest

from lamis.base.errors import Invalid
from lamis.connections.types import Endpoint, Trust, TrustMode
from lamis.connectors.reaching import http_options


def test_login_nodes_and_times_are_those_of_the_endpoint() -> None:
    endpoint = Endpoint(
        urls=("https://192.0.2.1:9200", "https://192.0.2.2:9200"),
        username="reader",
        password="s3cret",
        proxy="http://192.0.2.9:3128",
        read_timeout=timedelta(seconds=7),
        may_reach_private=False,
    )
    options = http_options(endpoint)
    assert (options.urls, options.username, options.password) == (endpoint.urls, "reader", "s3cret")
    assert (options.proxy, options.may_reach_private) == ("http://192.0.2.9:3128", False)
    assert (options.connect_timeout, options.total_timeout) == (timedelta(seconds=3), timedelta(seconds=7))


@pytest.mark.parametrize(
    ("mode", "checks"),
    [(TrustMode.SYSTEM, True), (TrustMode.NONE, False), (TrustMode.FINGERPRINT, False)],
)
def test_only_what_the_mode_names_is_trusted(mode: TrustMode, *, checks: bool) -> None:
    trust = Trust(mode, ca_pem="of another mode", fingerprint="ab" * 32)
    policy = http_options(Endpoint(urls=("https://192.0.2.1",), trust=trust)).tls
    assert policy is not None
    assert (policy.context.verify_mode is ssl.CERT_REQUIRED) == checks


def test_an_authority_that_is_none_is_refused() -> None:
    endpoint = Endpoint(urls=("https://192.0.2.1",), trust=Trust(TrustMode.CA, ca_pem="nothing of the sort"))
    with pytest.raises(Invalid):
        http_options(endpoint)
