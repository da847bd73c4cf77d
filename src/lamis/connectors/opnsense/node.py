"""One box of a firewall: everything the port does, on this box alone."""

from collections.abc import Iterable, Sequence

from lamis.base.errors import BadAnswer, Refused
from lamis.blocking.types import Network
from lamis.connections.types import TestCode
from lamis.connectors.opnsense.aliases import (
    Alias,
    AliasType,
    expect_saved,
    find_alias,
    load_aliases,
    set_content,
    usable_alias,
)
from lamis.connectors.opnsense.client import NodeClient
from lamis.connectors.opnsense.own import own_networks
from lamis.connectors.opnsense.rules import make_rules
from lamis.connectors.opnsense.states import end_states
from lamis.connectors.opnsense.table import PfTable
from lamis.connectors.opnsense.texts import is_host, masked_text_of, network_of, settled, text_of

# Copies of one entry in a configuration: more than these few go in one change instead of one each.
_MOST_COPIES = 3


class Node:
    """An arm to one box. Not shared between threads."""

    def __init__(self, client: NodeClient, alias: str) -> None:
        self.client = client
        self._name = alias
        self.table = PfTable(client, alias)
        self._known_type: AliasType | None = None
        self._known_own: Sequence[Network] | None = None

    def prepare(self) -> list[str]:
        """Make the alias and its rules where they are missing. Raises Refused for an alias of no use."""
        made = []
        if find_alias(self.client, self._name) is None:
            fields = {
                "enabled": "1",
                "name": self._name,
                "type": AliasType.EXTERNAL.value,
                "description": "Addresses blocked by LAMIS",
            }
            told = self.client.post("firewall/alias/add_item", {"alias": fields}, dict[str, object])
            expect_saved(told, where=self.client.where)
            load_aliases(self.client)
            made.append(f"The alias {self._name} (type External) was made on {self.client.where}.")
        usable_alias(self.client, self._name)
        return made + make_rules(self.client, self._name)

    def add(self, entries: Iterable[Network]) -> None:
        """Put entries in: for an external alias one by one, else in one change of the configuration."""
        wanted = list(dict.fromkeys(map(settled, entries)))
        if self._type() is AliasType.EXTERNAL:
            for entry in wanted:
                self.table.add(text_of(entry))
        else:
            self._add_to_config(wanted)

    def remove(self, entries: Iterable[Network]) -> None:
        """Take entries out of the packet filter, and of the configuration where that keeps them.

        An alias that is disabled or gone is no obstacle: what was put in must come out all the same.
        """
        wanted = list(dict.fromkeys(map(settled, entries)))
        if self._known_type is not AliasType.EXTERNAL:
            self._remove_from_config(wanted)
        if len(wanted) > 1:
            there = self.table.networks()
            wanted = [entry for entry in wanted if entry in there]
        for entry in wanted:
            self.table.delete(text_of(entry))

    def holds(self, entry: Network) -> bool:
        return self.table.has(settled(entry))

    def end_states(self, entry: Network) -> int:
        """End connections of `entry`, but never those of the box itself or a gateway."""
        entry = settled(entry)
        if any(own.version == entry.version and own.overlaps(entry) for own in self.own_networks()):
            return 0
        return end_states(self.client, entry)

    def own_networks(self) -> Sequence[Network]:
        if self._known_own is None:
            self._known_own = own_networks(self.client)
        return self._known_own

    def _type(self) -> AliasType:
        """The alias's type, looked up once an arm: the way in depends on it."""
        if self._known_type is None:
            self._known_type = usable_alias(self.client, self._name).type
        if self._known_type is None:
            raise Refused(f"{self._name} takes no addresses.", code=TestCode.ALIAS_MISSING)
        return self._known_type

    def _add_to_config(self, wanted: list[Network]) -> None:
        """Only what is not there: asked to add its first entry again, the box would keep two of it."""
        alias = usable_alias(self.client, self._name)
        if alias.type is AliasType.HOST and not all(map(is_host, wanted)):
            raise Refused(
                f"The alias {alias.name} on {self.client.where} is of the type Host(s), which takes single "
                "addresses only; move to one of the type External.",
                code=TestCode.INVALID,
                permanent=True,
            )
        kept = {network_of(line) for line in alias.content}
        new = [entry for entry in wanted if entry not in kept]
        spell = text_of if alias.type is AliasType.HOST else masked_text_of
        if len(new) == 1:
            self.table.add(spell(new[0]))
        elif new:
            set_content(self.client, alias, [*alias.content, *map(spell, new)])
        if len(new) < len(wanted) and not frozenset(wanted) <= self.table.networks():
            load_aliases(self.client)  # kept, but flushed from the packet filter

    def _remove_from_config(self, wanted: list[Network]) -> None:
        """All copies, however they are spelled; one at a time the box lets go of one copy only."""
        gone = frozenset(wanted)
        for _ in range(_MOST_COPIES if len(wanted) == 1 else 0):
            _, lines = self._lines_of(gone)
            if not lines:
                return
            is_ours = lines[0] in (text_of(wanted[0]), masked_text_of(wanted[0]))
            self.table.delete(text_of(wanted[0]) if is_ours else lines[0])
        alias, lines = self._lines_of(gone)
        if alias is not None and lines:
            set_content(self.client, alias, [line for line in alias.content if network_of(line) not in gone])
            if self._lines_of(gone)[1]:
                raise BadAnswer(
                    f"{self.client.where} still keeps {lines[0]} in {alias.name}; take it out there.",
                    code=TestCode.UNEXPECTED_ANSWER,
                )

    def _lines_of(self, gone: frozenset[Network]) -> tuple[Alias | None, list[str]]:
        """The alias as it is now, and its lines that mean one of `gone`; none where it keeps none."""
        alias = find_alias(self.client, self._name)
        if alias is None or not alias.is_in_config:
            return alias, []
        return alias, [line for line in alias.content if network_of(line) in gone]
