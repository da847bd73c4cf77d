"""Ending what is already connected: the safe way for each kind of entry."""

from ipaddress import IPv4Network
from typing import Any

from lamis.base.errors import BadAnswer
from lamis.blocking.types import Network
from lamis.connections.types import TestCode
from lamis.connectors.opnsense.answers import StateRow, StateRows
from lamis.connectors.opnsense.client import NodeClient
from lamis.connectors.opnsense.texts import is_host, network_of, text_of

_PAGE = 1_000
# Each is one request: a network that keeps more connections than this is left to time out.
MOST = 2_000


def end_states(client: NodeClient, entry: Network) -> int:
    """End the states from or to `entry`, at most `MOST` of a network; how many were ended."""
    if isinstance(entry, IPv4Network) and is_host(entry):
        return _kill(client, text_of(entry))
    found = _matching(client, entry)
    for row in found:
        client.post(f"diagnostics/firewall/del_state/{row.id}", {}, dict[str, Any])
    return len(found)


def _kill(client: NodeClient, address: str) -> int:
    """By the box's own filter, which is safe for one bare dotted address and nothing else: colons and
    slashes are dropped from it, and what is left is searched for anywhere in a state.
    """
    told = client.post("diagnostics/firewall/kill_states", {"filter": address}, dict[str, Any])
    dropped = told.get("dropped_states")
    if told.get("result") != "ok" or not isinstance(dropped, int):
        raise BadAnswer(
            f"{client.where} did not end the connections of {address}; they end by themselves in time.",
            code=TestCode.UNEXPECTED_ANSWER,
        )
    return dropped


def _matching(client: NodeClient, entry: Network) -> list[StateRow]:
    """The states that a search finds and that we see ourselves to be of `entry`."""
    found: dict[str, StateRow] = {}
    page = 1
    while len(found) < MOST:
        asked = {"searchPhrase": text_of(entry), "current": page, "rowCount": _PAGE}
        rows = client.post("diagnostics/firewall/query_states", asked, StateRows)
        found |= {row.id: row for row in rows.rows if _is_of(row, entry)}
        if len(rows.rows) < _PAGE or page * _PAGE >= rows.total:
            break
        page += 1
    return list(found.values())[:MOST]


def _is_of(row: StateRow, entry: Network) -> bool:
    """Whether one end of the connection is in `entry`, and the ids are fit for a path."""
    parts = row.id.split("/")
    if len(parts) != 2 or not all(part.isalnum() for part in parts):
        return False
    for text in (row.src_addr, row.dst_addr, row.nat_addr):
        address = network_of(text or "")
        if address is not None and address.version == entry.version and address.subnet_of(entry):  # type: ignore[arg-type]
            return True
    return False
