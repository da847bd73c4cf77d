"""What the packet filter really holds, and putting single entries in and out."""

from typing import Any

from lamis.base.errors import BadAnswer, Refused
from lamis.blocking.types import Network
from lamis.connections.types import TestCode
from lamis.connectors.opnsense.answers import Table
from lamis.connectors.opnsense.client import NodeClient
from lamis.connectors.opnsense.texts import network_of, text_of


class PfTable:
    """The table of one alias on one box."""

    def __init__(self, client: NodeClient, name: str) -> None:
        self._client = client
        self._name = name

    def texts(self) -> list[str]:
        """All entries as they are printed, however many.

        An empty list counts only when the box's backend is seen to answer: one that does not looks the
        same. Raises BadAnswer for a list that is not whole, Refused while the backend is down.
        """
        found = self._listed("")
        if found:
            return found
        self._expect_backend()
        return self._listed("")

    def networks(self) -> frozenset[Network]:
        """All entries; exceptions (`!…`) are none."""
        return frozenset(network for text in self.texts() if (network := network_of(text)) is not None)

    def has(self, entry: Network) -> bool:
        """Whether exactly `entry` is there: yes by a search, no only by the whole list."""
        wanted = text_of(entry)
        return wanted in self._listed(wanted) or wanted in self.texts()

    def add(self, text: str) -> None:
        """Ask for an entry; "done" does not mean that it is there. Raises Refused, BadAnswer."""
        path = f"firewall/alias_util/add/{self._name}"
        told = self._client.post(path, {"address": text}, dict[str, Any])
        status = str(told.get("status"))
        if status == "done":
            return
        if "nonexistent alias" in str(told.get("status_msg")):
            raise Refused(
                f"{self._client.where} has no alias {self._name} any more; make it, or let LAMIS make it.",
                code=TestCode.ALIAS_MISSING,
                permanent=True,
            )
        raise BadAnswer(
            f"{self._client.where} did not take {text} ({status}).", code=TestCode.UNEXPECTED_ANSWER
        )

    def delete(self, text: str) -> None:
        """Ask for an entry to go; the answer is always the same."""
        path = f"firewall/alias_util/delete/{self._name}"
        told = self._client.post(path, {"address": text}, dict[str, Any])
        if told.get("status") != "done":
            raise BadAnswer(
                f"{self._client.where} did not let go of {text} ({told.get('status')}).",
                code=TestCode.UNEXPECTED_ANSWER,
            )

    def _listed(self, phrase: str) -> list[str]:
        """The entries that `phrase` finds; -1 asks for all, which 25.7 and newer limit to 9,999 otherwise."""
        asked = {"current": 1, "rowCount": -1, "searchPhrase": phrase}
        table = self._client.post(f"firewall/alias_util/list/{self._name}", asked, Table)
        if table.total != len(table.rows):
            raise BadAnswer(
                f"{self._client.where} listed {len(table.rows):,} of {table.total:,} entries of "
                f"{self._name}; it is asked again later.",
                code=TestCode.UNEXPECTED_ANSWER,
            )
        return [row.ip for row in table.rows]

    def _expect_backend(self) -> None:
        """Raise Refused where the tables' names do not come: then an empty list says nothing."""
        names = self._client.get("firewall/alias_util/aliases", list[str] | None)  # type: ignore[arg-type]
        if not names:
            raise Refused(
                f"{self._client.where} answers, but its backend (configd) does not; restart that service.",
                code=TestCode.BUSY,
            )
