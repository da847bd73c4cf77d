"""Making the indexed text of a stored document again, so that the text index can forget it."""

from lamis.alerts.types import TextOf
from lamis.base.errors import Unavailable
from lamis.connections.types import ConnectionKind
from lamis.connectors.types import Manifest


def text_of(vendor: Manifest) -> TextOf:
    """The text function of a vendor. A version it no longer knows would spoil the index: refused."""

    def again(raw: bytes, version: int) -> str:
        if version != vendor.text_version:
            raise Unavailable(f"Text of version {version} cannot be made again by {vendor.title}.")
        return vendor.translate(raw).text

    return again


ONLY_KIND = ConnectionKind.WAZUH  # documents of all kinds that bring alerts so far
