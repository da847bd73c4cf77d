"""The shared sample of real Wazuh alerts, used from where it lies and never copied into the tree."""

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.engines.opensearch import Engine, Loaded
from tests.engines.parts import ROOT


@dataclass(frozen=True, slots=True)
class SharedAlert:
    """One line of the sample. `raw` has `@timestamp` appended where the line lacked one and has a date.

    `index` is the daily index that Wazuh's pipeline would choose: the UTC day of `timestamp`. The name
    made of a date that nothing reads is refused by the engine, as it should be.
    """

    doc_id: str
    index: str
    raw: bytes


def shared_folder() -> Path:
    """Where the sample would be: LAMIS_SHARED, else `../shared` beside the checkout."""
    return Path(os.environ.get("LAMIS_SHARED") or ROOT.parent / "shared")


def shared_alerts() -> list[SharedAlert]:
    """All lines of the sample, in order. Raises FileNotFoundError where it is absent."""
    with (shared_folder() / "data" / "wazuh-alerts.ndjson").open("rb") as lines:
        return [_as_indexed(number, line.rstrip(b"\n")) for number, line in enumerate(lines, start=1)]


def shared_template() -> dict[str, Any]:
    """The official index template of Wazuh 4.x. Raises FileNotFoundError where it is absent."""
    text = (shared_folder() / "data" / "wazuh-template.json").read_text()
    return dict(json.loads(text))


def load_shared(engine: Engine, alerts: list[SharedAlert]) -> Loaded:
    """Index the sample day by day; says what the engine took and what it refused."""
    days: dict[str, list[tuple[str | None, bytes]]] = {}
    for alert in alerts:
        days.setdefault(alert.index, []).append((alert.doc_id, alert.raw))
    loaded = Loaded()
    for index, documents in days.items():
        told = engine.bulk_raw(index, documents)
        loaded.held += told.held
        loaded.refused += told.refused
    return loaded


def _as_indexed(number: int, line: bytes) -> SharedAlert:
    document = json.loads(line)
    stamp = str(document["timestamp"])
    moment = _moment(stamp)
    day = f"{moment:%Y.%m.%d}" if moment else stamp
    if moment is not None and "@timestamp" not in document:
        text = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        line = line[: line.rindex(b"}")] + f',"@timestamp":"{text}"}}'.encode()
    return SharedAlert(f"sample-{number}", f"wazuh-alerts-4.x-{day}", line)


def _moment(stamp: str) -> datetime | None:
    """The time in UTC; None for the syslog dates of Wazuh 2.x, which the pipeline cannot read either."""
    try:
        return datetime.fromisoformat(stamp).astimezone(UTC)
    except ValueError:
        return None
