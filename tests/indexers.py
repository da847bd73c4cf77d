"""What leads to a simulated indexer."""

from lamis.simulators.local import LocalIndexer


def way_to(indexer: LocalIndexer) -> dict[str, str]:
    """Address, sign-in and trust as a draft of a connection takes them."""
    return {
        "url": indexer.url,
        "username": indexer.username,
        "password": indexer.password,
        "ca_pem": indexer.ca_pem,
    }
