"""`/api/core/…`, `/api/interfaces/…` and `/api/routes/…`: what the box is and has."""

from typing import Any

from lamis.simulators.opnsense import grids
from lamis.simulators.opnsense.box import Box
from lamis.simulators.opnsense.exchange import Call


def menu(box: Box, call: Call) -> Any:
    """Menu items that match; every valid key may ask."""
    return []


def firmware(box: Box, call: Call) -> Any:
    """The product's version."""
    version = box.version_text
    return {"product": {"product_id": "opnsense", "product_version": version}, "status": "none"}


def status(box: Box, call: Call) -> Any:
    """How the parts fare; one flat object before 25.1."""
    word = "Error" if box.rule_error else "OK"
    firewall = {"status": word, "statusCode": -1 if box.rule_error else 2, "message": box.rule_error}
    if box.version < (25, 1):
        return {"Firewall": firewall, "System": {"status": word}}
    return {"metadata": {"system": {"status": word}}, "subsystems": {"firewall": firewall}}


def interfaces(box: Box, call: Call) -> Any:
    """The interfaces with their addresses and gateways."""
    rows = [
        {
            "device": one.name,
            "description": one.description,
            "status": "up",
            "ipv4": [{"ipaddr": address} for address in one.ipv4],
            "ipv6": [{"ipaddr": address} for address in one.ipv6],
            "gateways": one.gateways,
        }
        for one in box.interfaces
    ]
    return grids.page(rows, call)


def gateways(box: Box, call: Call) -> Any:
    """The gateways; the address of one that has none yet is a tilde."""
    found = [
        {
            "name": f"{one.description}_GW",
            "address": address,
            "monitor": one.monitor or address,
            "status": "none",
            "delay": "~",
            "loss": "~",
        }
        for one in box.interfaces
        for address in one.gateways or ["~"]
    ]
    return {"items": found, "status": "ok"}
