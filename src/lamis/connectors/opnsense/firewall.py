"""The ability `blocking` of OPNsense: the port `Firewall`, over one box or the boxes of a pair."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TypeVar

import httpx

from lamis.base.egress import Resolve, lookup
from lamis.base.errors import ConnectorError, Invalid, Refused, Unreachable
from lamis.blocking.types import FirewallOptions, Network
from lamis.connections.types import Endpoint, TestCode, TestResult
from lamis.connectors.opnsense.aliases import checked_name
from lamis.connectors.opnsense.client import NodeClient, Patience
from lamis.connectors.opnsense.node import Node
from lamis.connectors.opnsense.probe import Probe

_Result = TypeVar("_Result")


class OpnsenseFirewall:
    """One OPNsense, or the nodes of a pair; see `blocking.types.Firewall`.

    Every node is told everything: entries of an external alias are not synchronised between them. An entry
    counts as there when all nodes hold it, so that one that lost its table is filled again; `remove`
    reads back on each node, for one that keeps an entry would not show otherwise. A node that cannot be
    reached is not asked again by the same arm: it would cost the others its timeout each time.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        options: FirewallOptions,
        *,
        patience: Patience | None = None,
        transport: httpx.BaseTransport | None = None,
        resolve: Resolve = lookup,
    ) -> None:
        """`transport` and `resolve` stand in for the network in tests. Raises Invalid."""
        if not endpoint.urls:
            raise Invalid("An address is needed.", field="url")
        self._endpoint = endpoint
        self._options = options
        name = checked_name(options.alias)
        self._nodes = [
            Node(NodeClient(endpoint, url, patience=patience, transport=transport, resolve=resolve), name)
            for url in endpoint.urls
        ]
        self._away: dict[Node, Unreachable] = {}

    def test(self, *, now: datetime) -> TestResult:
        return Probe(self._nodes, self._endpoint, self._options).run()

    def prepare(self) -> list[str]:
        return [sentence for made in self._each(Node.prepare) for sentence in made]

    def add(self, entry: Network) -> None:
        self.add_many([entry])

    def add_many(self, entries: Iterable[Network]) -> None:
        wanted = list(entries)
        self._each(lambda node: node.add(wanted))

    def remove(self, entry: Network) -> None:
        self.remove_many([entry])

    def remove_many(self, entries: Iterable[Network]) -> None:
        unwanted = list(entries)

        def take_out(node: Node) -> None:
            node.remove(unwanted)
            if len(self._nodes) > 1:
                _expect_gone(node, unwanted)

        self._each(take_out)

    def holds(self, entry: Network) -> bool:
        found, failure = self._answers(lambda node: node.holds(entry))
        if failure is not None and all(found):
            raise failure
        return all(found)

    def entries(self) -> frozenset[Network]:
        return frozenset.intersection(*self._each(lambda node: node.table.networks()))

    def end_states(self, entry: Network) -> int:
        return sum(self._each(lambda node: node.end_states(entry)))

    def own_networks(self) -> Sequence[Network]:
        return tuple(dict.fromkeys(own for found in self._each(Node.own_networks) for own in found))

    def close(self) -> None:
        for node in self._nodes:
            node.client.close()

    def _each(self, ask: Callable[[Node], _Result]) -> list[_Result]:
        """What every node answers; all are asked before the first failure is raised."""
        found, failure = self._answers(ask)
        if failure is not None:
            raise failure
        return found

    def _answers(self, ask: Callable[[Node], _Result]) -> tuple[list[_Result], ConnectorError | None]:
        """What the nodes that can be reached answer, and the first failure."""
        found: list[_Result] = []
        failure: ConnectorError | None = None
        for node in self._nodes:
            try:
                if node in self._away:
                    raise self._away[node]
                found.append(ask(node))
            except Unreachable as error:
                self._away[node] = error
                failure = failure or error
            except ConnectorError as error:
                failure = failure or error
        return found, failure


def _expect_gone(node: Node, unwanted: Sequence[Network]) -> None:
    if len(unwanted) == 1:
        left = [entry for entry in unwanted if node.holds(entry)]
    else:
        there = node.table.networks()
        left = [entry for entry in unwanted if entry in there]
    if left:
        raise Refused(
            f"{node.client.where} still holds {left[0]}; it is asked again.", code=TestCode.UNEXPECTED_ANSWER
        )


def open_firewall(endpoint: Endpoint, options: FirewallOptions) -> OpnsenseFirewall:
    """Open the arm; no request is sent yet. Raises Invalid where the endpoint cannot be used."""
    return OpnsenseFirewall(endpoint, options)
