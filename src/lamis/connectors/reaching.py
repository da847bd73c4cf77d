"""How an outside system is reached, in the words of the HTTP client."""

from lamis.base import tls
from lamis.base.http import HttpOptions
from lamis.connections.types import Endpoint, TrustMode


def http_options(endpoint: Endpoint) -> HttpOptions:
    """Trust as the mode says, whatever certificates of other modes are kept beside it. Raises Invalid."""
    trust = endpoint.trust
    policy = tls.policy(
        verify=trust.mode is not TrustMode.NONE,
        ca_pem=trust.ca_pem if trust.mode is TrustMode.CA else None,
        fingerprint=trust.fingerprint if trust.mode is TrustMode.FINGERPRINT else None,
        client_cert_pem=endpoint.client_cert_pem,
        client_key_pem=endpoint.client_key_pem,
    )
    return HttpOptions(
        urls=endpoint.urls,
        username=endpoint.username,
        password=endpoint.password,
        tls=policy,
        proxy=endpoint.proxy,
        connect_timeout=endpoint.connect_timeout,
        total_timeout=endpoint.read_timeout,
        may_reach_private=endpoint.may_reach_private,
    )
