"""The shapes of an OPNsense's answers, taken leniently: versions differ in what they leave out."""

from typing import Any

import msgspec


class TableRow(msgspec.Struct):
    """One entry of a pf table."""

    ip: str


class Table(msgspec.Struct):
    """A list of a pf table's entries."""

    total: int
    rows: list[TableRow]


class AliasRow(msgspec.Struct):
    """An alias of the configuration; `type` is a word since 25.7 and a label before."""

    uuid: str = ""
    name: str = ""
    type: str = ""
    enabled: str = "1"
    content: str | None = ""


class AliasRows(msgspec.Struct):
    """A list of aliases."""

    rows: list[AliasRow]


class RuleRow(msgspec.Struct):
    """A filter rule: words since 25.7, labels before; those of the old page may lack fields."""

    uuid: Any = ""
    enabled: Any = "1"
    action: Any = ""
    quick: Any = "1"
    interface: Any = ""
    direction: Any = ""
    ipprotocol: Any = ""
    protocol: Any = ""
    source_net: Any = ""
    source_not: Any = "0"
    source_port: Any = ""
    destination_net: Any = ""
    destination_not: Any = "0"
    destination_port: Any = ""
    description: Any = ""


class RuleRows(msgspec.Struct):
    """A list of rules, in their order."""

    rows: list[RuleRow]


class StateRow(msgspec.Struct):
    """A kept connection."""

    id: str
    src_addr: str | None = None
    dst_addr: str | None = None
    nat_addr: str | None = None


class StateRows(msgspec.Struct):
    """A page of kept connections."""

    total: int
    rows: list[StateRow]


class InterfaceRow(msgspec.Struct):
    """An interface; parts without a value may be of any shape."""

    ipv4: Any = None
    ipv6: Any = None
    gateways: Any = None


class InterfaceRows(msgspec.Struct):
    """A list of interfaces."""

    rows: list[InterfaceRow]


class TableSize(msgspec.Struct):
    """How full the packet filter is; numbers may come as texts."""

    size: int | str = 0
    used: int | str = 0


class Failure(msgspec.Struct):
    """The body of an error."""

    errorMessage: str = ""  # noqa: N815 -- its own name
    errorTitle: str = ""  # noqa: N815
    message: str = ""
