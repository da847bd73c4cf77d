"""Blocking: from asking to read back, comparing a long list, serving a long block list."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from ipaddress import IPv4Address
from pathlib import Path
from statistics import median

from sqlalchemy import insert

from bench.installation import opened
from bench.report import Line, Section
from bench.serving import NAME, PASSWORD, Served
from lamis.access.importing import import_connections
from lamis.base.clock import to_ms, utc_now
from lamis.base.ids import new_id
from lamis.base.scope import EVERYTHING, SYSTEM
from lamis.blocking import lists
from lamis.blocking.models import BlockRow, FirewallWork, ReceiptRow
from lamis.blocking.networks import parse_network, sort_text
from lamis.connections.drafts import parse_draft
from lamis.connections.import_file import Entry
from lamis.connections.queries import connection_named
from lamis.people.actions import create_operator
from lamis.simulators.opnsense.local import LocalFirewall
from lamis.storage.runtime import Runtime
from lamis.tenants.actions import create_tenant

ENTRIES, LINES, ASKED = 50_000, 100_000, 20
_SETTLED = frozenset({"ACTIVE", "PARTLY", "FAILED"})


def measure(folder: Path, *, quick: bool) -> Section:
    """A simulated firewall behind real TLS; the process that serves is the one that blocks."""
    entries, count = (2_000, 5_000) if quick else (ENTRIES, LINES)
    with LocalFirewall(login_pad_s=0) as firewall, LocalFirewall(login_pad_s=0) as other:
        with opened(folder) as runtime:
            token = _prepare(runtime, firewall, other, entries=entries, lines=count)
        firewall.box.put(firewall.alias, *_addresses(entries, "20.0.0.0"))
        compared = _compared(folder)
        with Served(folder) as served:
            served.sign_in()
            asked_ms = [_block(served, number) for number in range(ASKED)]
            first_ms, again_ms = _pull(served, token)
    return Section(
        f"Blocking ({entries:,} entries on a firewall, a block list of {count:,} lines)",
        [
            Line("asked to read back and told, median", median(asked_ms), "ms", 1000),
            Line("comparing the firewall's list with what is wanted", compared["s"], "s", 30),
            Line("memory that comparing takes at its peak", compared["more_mb"], "MB", 200),
            Line("block list, made and sent the first time", first_ms, "ms"),
            Line("block list, 304, median", again_ms, "ms", 5),
        ],
    )


def _prepare(
    runtime: Runtime, firewall: LocalFirewall, other: LocalFirewall, *, entries: int, lines: int
) -> str:
    now = utc_now()
    with runtime.database.write() as session:
        create_operator(session, name=NAME, password=PASSWORD, now=now)
        create_tenant(session, SYSTEM, "Acme", now=now)
        listed = create_tenant(session, SYSTEM, "Globex", now=now).key
    _connect(runtime, firewall, "fw", "Acme")
    _connect(runtime, other, "fw-2", "Initech")
    with runtime.database.write() as session:
        connection = connection_named(session, EVERYTHING, "fw")
        keys = _store(session, connection.tenant_key, _addresses(entries, "20.0.0.0"), now_ms=to_ms(now))
        rows = [
            {
                "id": new_id(), "block_key": key, "tenant_key": connection.tenant_key,
                "connection_key": connection.key, "state": "active", "is_foreign": False, "tries": 0,
                "was_tried": True, "due_ms": None, "at_ms": to_ms(now), "detail": "", "steps": [],
            }
            for key in keys
        ]  # fmt: skip
        session.execute(insert(ReceiptRow), rows)
        session.add(FirewallWork(connection_key=connection.key, tenant_key=connection.tenant_key))
        _store(session, listed, _addresses(lines, "40.0.0.0"), now_ms=to_ms(now))
        return lists.switch_on(session, SYSTEM, listed, now=now)


def _connect(runtime: Runtime, firewall: LocalFirewall, name: str, tenant: str) -> None:
    values = {"name": name, "kind": "opnsense", "url": firewall.url, "username": firewall.key}
    draft = parse_draft(values | {"password": firewall.secret, "fingerprint": firewall.fingerprint})
    (made,) = import_connections(runtime, SYSTEM, [Entry(name, tenant, draft)])
    if not made.result.is_ok:
        raise SystemExit(made.result.message)


def _addresses(count: int, first: str) -> Iterator[str]:
    start = int(IPv4Address(first))
    return (str(IPv4Address(start + number * 3)) for number in range(count))


def _store(session, tenant_key: int, addresses: Iterator[str], *, now_ms: int) -> list[int]:  # type: ignore[no-untyped-def]
    rows = [
        {
            "id": new_id(), "tenant_key": tenant_key, "network": address,
            "sort": sort_text(parse_network(address)), "standing": f"{tenant_key}:{address}",
            "state": "ACTIVE", "reason": "Bench", "notes": [], "asked_by": "bench", "asked_by_name": "Bench",
            "is_chosen": False, "warnings": [], "overridden": [], "override_reason": "", "list_number": 1,
            "created_ms": now_ms, "changed_ms": now_ms, "lifted_by": "", "lift_why": "",
        }
        for address in addresses
    ]  # fmt: skip
    return list(session.scalars(insert(BlockRow).returning(BlockRow.key), rows))


def _compared(folder: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.comparing", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _block(served: Served, number: int) -> float:
    """Milliseconds from asking until the receipt says that the firewall was read back."""
    body = {
        "address": f"203.0.113.{number + 1}",
        "reason": "Bench",
        "expires_in_s": None,
        "tenant": "Initech",
    }
    began = time.perf_counter()
    asked = served.api.post("/api/v2/blocks", json=body | {"confirm": True}).raise_for_status().json()
    while served.api.get(f"/api/v2/blocks/{asked['id']}").json()["state"] not in _SETTLED:
        time.sleep(0.01)
    return (time.perf_counter() - began) * 1000


def _pull(served: Served, token: str) -> tuple[float, float]:
    url = f"/edl/{token}/ipv4.txt"
    began = time.perf_counter()
    etag = served.api.get(url).raise_for_status().headers["etag"]
    first_ms = (time.perf_counter() - began) * 1000
    took = []
    for _ in range(200):
        began = time.perf_counter()
        answer = served.api.get(url, headers={"If-None-Match": etag})
        took.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 304
    return first_ms, median(took)
