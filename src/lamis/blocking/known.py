"""Addresses that very many people share: public resolvers and content networks. Blocking one is warned of.

As their owners published them by early 2025; a network that is missing costs a warning, nothing else.
Cloudflare: cloudflare.com/ips. Fastly: api.fastly.com/public-ip-list. Resolvers: their owners' pages.
"""

from ipaddress import ip_network

from lamis.blocking.networks import overlaps
from lamis.blocking.types import Network

_OWNERS = {
    "the public resolver of Cloudflare": "1.1.1.0/24 1.0.0.0/24 2606:4700:4700::/48",
    "the public resolver of Google": "8.8.8.0/24 8.8.4.0/24 2001:4860:4860::/48",
    "the public resolver Quad9": "9.9.9.0/24 149.112.112.0/24 2620:fe::/48",
    "the public resolver OpenDNS": "208.67.222.0/24 208.67.220.0/24 2620:119:35::/48 2620:119:53::/48",
    "the content network of Cloudflare": (
        "173.245.48.0/20 103.21.244.0/22 103.22.200.0/22 103.31.4.0/22 141.101.64.0/18 108.162.192.0/18"
        " 190.93.240.0/20 188.114.96.0/20 197.234.240.0/22 198.41.128.0/17 162.158.0.0/15 104.16.0.0/13"
        " 104.24.0.0/14 172.64.0.0/13 131.0.72.0/22"
        " 2400:cb00::/32 2606:4700::/32 2803:f800::/32 2405:b500::/32 2405:8100::/32 2a06:98c0::/29"
        " 2c0f:f248::/32"
    ),
    "the content network of Fastly": (
        "23.235.32.0/20 43.249.72.0/22 103.244.50.0/24 103.245.222.0/23 103.245.224.0/24 104.156.80.0/20"
        " 140.248.64.0/18 140.248.128.0/17 146.75.0.0/17 151.101.0.0/16 157.52.64.0/18 167.82.0.0/17"
        " 167.82.128.0/20 167.82.160.0/20 167.82.224.0/20 172.111.64.0/18 185.31.16.0/22 199.27.72.0/21"
        " 199.232.0.0/16 2a04:4e40::/32 2a04:4e42::/32"
    ),
}
_KNOWN = tuple((owner, ip_network(text)) for owner, texts in _OWNERS.items() for text in texts.split())


def shared_owner(network: Network) -> str | None:
    """Who is behind `network` for very many people; None where nobody known is."""
    return next((owner for owner, known in _KNOWN if overlaps(network, known)), None)
