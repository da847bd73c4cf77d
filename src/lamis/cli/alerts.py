"""`lamis alerts`: follow and export."""

import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from lamis.cli.context import open_runtime
from lamis.cli.output import AsJson, plain, progress

if TYPE_CHECKING:
    from lamis.alerts.results import AlertRow
    from lamis.alerts.types import Filter
    from lamis.storage.runtime import Runtime

TAIL_S = 1.0

From = Annotated[
    str | None, typer.Option("--from", help="A time (ISO 8601, UTC) or a span such as 24h or 7d.")
]
To = Annotated[str | None, typer.Option("--to", help="Up to this time.")]
Severity = Annotated[list[str] | None, typer.Option(help="low, medium, high, critical; may be repeated.")]
Level = Annotated[str | None, typer.Option(help="The lowest rule level.")]
Tenant = Annotated[list[str] | None, typer.Option(help="Name or id; may be repeated.")]
Connection = Annotated[list[str] | None, typer.Option(help="Source, by name or id; may be repeated.")]
Rule = Annotated[str | None, typer.Option(help="Rule id.")]
Group = Annotated[str | None, typer.Option(help="Rule group.")]
Device = Annotated[str | None, typer.Option(help="Name of the device.")]
Address = Annotated[str | None, typer.Option(help="Address, or network such as 198.51.100.0/24.")]
User = Annotated[str | None, typer.Option(help="User name.")]
Mitre = Annotated[str | None, typer.Option(help="MITRE id, tactic or technique.")]
Words = Annotated[str | None, typer.Option("--text", help='Words, or "a phrase", in title and log.')]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(help="Alerts: follow them, take them out.", no_args_is_help=True)
    group.command("tail")(tail)
    group.command("export")(export)
    app.add_typer(group, name="alerts")


def tail(
    since: From = None,
    severity: Severity = None,
    level: Level = None,
    tenant: Tenant = None,
    connection: Connection = None,
    rule: Rule = None,
    group: Group = None,
    device: Device = None,
    address: Address = None,
    user: User = None,
    mitre: Mitre = None,
    text: Words = None,
    number: Annotated[
        int, typer.Option("-n", "--number", min=0, max=500, help="How many to begin with.")
    ] = 10,
    follow: Annotated[bool, typer.Option(help="Go on until Ctrl-C.")] = True,
    as_json: AsJson = False,
) -> None:
    """Show the newest alerts, then each new one as it is stored."""
    options = {k: v for k, v in locals().items() if k not in ("number", "follow", "as_json")}
    runtime = open_runtime()
    wanted = _wanted(runtime, last_day=True, **options)
    try:
        for row in _newest(runtime, wanted, number=number, follow=follow):
            _show(row, as_json=as_json)
    except KeyboardInterrupt:
        raise typer.Exit from None


def export(
    since: From = None,
    to: To = None,
    severity: Severity = None,
    level: Level = None,
    tenant: Tenant = None,
    connection: Connection = None,
    rule: Rule = None,
    group: Group = None,
    device: Device = None,
    address: Address = None,
    user: User = None,
    mitre: Mitre = None,
    text: Words = None,
    kind: Annotated[Literal["csv", "ndjson"], typer.Option("--format", help="csv or ndjson.")] = "ndjson",
    raw: Annotated[bool, typer.Option("--raw", help="Source documents as they came, of all time.")] = False,
) -> None:
    """Write all alerts that match to standard output; of the last 24 hours unless --from, --to or --raw."""
    options = {k: v for k, v in locals().items() if k not in ("kind", "raw")}
    runtime = open_runtime()
    wanted = _wanted(runtime, last_day=not raw, **options)
    from lamis.alerts.export import export_rows, raw_lines
    from lamis.api.lines import csv_lines, ndjson_lines
    from lamis.base.scope import EVERYTHING

    if raw:
        lines = raw_lines(runtime.database, EVERYTHING, wanted)
    else:
        write = csv_lines if kind == "csv" else ndjson_lines
        lines = write(export_rows(runtime.database, EVERYTHING, wanted))
    with progress("Exporting") as step:
        for chunk in lines:
            sys.stdout.buffer.write(chunk)
            step(chunk.count(b"\n"))
    sys.stdout.buffer.flush()


def _wanted(runtime: "Runtime", *, last_day: bool, **options: str | list[str] | None) -> "Filter":
    """The options as a filter; the last 24 hours where no time is given and `last_day`."""
    from dataclasses import replace
    from datetime import timedelta

    from lamis.alerts.filters import parse_filter, require_text_index
    from lamis.base.clock import utc_now

    names = {"since": "from", "text": "q"}
    params = {
        names.get(name, name): value if isinstance(value, list) else [value]
        for name, value in options.items()
        if value
    }
    now = utc_now()
    wanted = parse_filter(params, now=now)
    require_text_index(wanted, is_kept=runtime.settings.text_index)
    if last_day and wanted.since is None and wanted.until is None:
        return replace(wanted, since=now - timedelta(days=1))
    return wanted


def _newest(runtime: "Runtime", wanted: "Filter", *, number: int, follow: bool) -> "Iterator[AlertRow]":
    """The newest alerts, oldest first, then new ones as they come, each once."""
    from lamis.alerts import queries, queries_news
    from lamis.base.scope import EVERYTHING
    from lamis.journal.queries import heads

    with runtime.database.read() as session:
        known = heads(session, EVERYTHING)
        found = queries.page(session, EVERYTHING, wanted, limit=max(1, number)).alerts
    yield from reversed(found[:number])
    while follow:
        time.sleep(TAIL_S)
        with runtime.database.read() as session:
            reached = heads(session, EVERYTHING)
            since = {tenant: known.get(tenant, 0) for tenant in reached}
            chunks = list(queries_news.stored_after(session, EVERYTHING, wanted, since))
        for chunk in reversed(chunks):
            yield from reversed(chunk)
        known = reached


def _show(row: "AlertRow", *, as_json: bool) -> None:
    if as_json:
        import msgspec

        typer.echo(msgspec.json.encode(row).decode())
        return
    level = "" if row.level is None else f" {row.level}"
    parts = (row.created_at, f"{row.severity_name}{level}", row.tenant, row.connection, row.device or "-")
    typer.echo(plain("  ".join((*parts, row.title))))
