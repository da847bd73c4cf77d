"""One incident as API and command line tell it."""

from collections.abc import Mapping

import msgspec

from lamis.base.clock import iso
from lamis.incidents.types import IncidentDetail


def incident_values(found: IncidentDetail) -> Mapping[str, object]:
    """The JSON of one incident: its row, and the rest of what is kept."""
    return msgspec.structs.asdict(found.row) | {
        "expired": found.expired,
        "previous": None if found.previous is None else found.previous.id,
        "next": None if found.next is None else found.next.id,
        "history": [
            {
                "at": iso(each.at),
                "kind": each.kind,
                "actor": each.actor,
                "text": each.text,
                "detail": each.detail,
            }
            for each in found.happenings
        ],
    }
