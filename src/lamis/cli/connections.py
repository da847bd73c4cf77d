"""`lamis connections`: sources and firewalls."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lamis.cli import drafting
from lamis.cli.context import open_runtime
from lamis.cli.output import AsJson, print_json, print_table, progress

if TYPE_CHECKING:
    from lamis.access.importing import Imported
    from lamis.app.audits import Audit
    from lamis.connections.types import Source, TestResult
    from lamis.connections.types_firewall import FirewallInfo
    from lamis.storage.runtime import Runtime

Which = Annotated[str, typer.Argument(metavar="NAME", help="The name or id of a source or firewall.")]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(help="Sources that alerts are collected from, and firewalls.", no_args_is_help=True)
    commands: dict[str, Callable[..., None]] = {
        "list": list_connections,
        "add": add,
        "edit": edit,
        "remove": remove,
        "test": try_connections,
        "refresh": refresh,
        "audit": audit,
        "import": import_file,
    }
    for name, command in commands.items():
        group.command(name)(command)
    app.add_typer(group, name="connections")


def list_connections(
    as_json: AsJson = False, removed: Annotated[bool, typer.Option(help="Removed ones too.")] = False
) -> None:
    """List sources and firewalls by name, with their health."""
    runtime = open_runtime()
    from lamis.base.clock import utc_now
    from lamis.base.scope import EVERYTHING
    from lamis.connections import queries, queries_firewalls
    from lamis.connections.shown import connection_values

    now = utc_now()
    with runtime.database.read() as session:
        sources = queries.sources(session, EVERYTHING, now=now, with_removed=removed)
        firewalls = queries_firewalls.firewalls(session, EVERYTHING, now=now, with_removed=removed)
    if as_json:
        print_json(connection_values(sources, firewalls))
        return
    every: list[Source | FirewallInfo] = [*sources, *firewalls]
    rows = [
        (each.name, each.tenant_name, each.kind, each.state, each.health.word, each.health.sentence)
        for each in sorted(every, key=lambda one: (one.name.casefold(), one.key))
    ]
    columns = ("NAME", "TENANT", "KIND", "STATE", "HEALTH", "WHY")
    print_table(columns, rows, empty="No connections yet; add one: lamis connections add NAME --help")


def add(
    name: Annotated[str, typer.Argument(help="What to call it.")],
    tenant: Annotated[str, typer.Option(help="Its tenant; made if new.")],
    kind: drafting.Kind = None,
    url: drafting.Url = None,
    username: drafting.Username = None,
    password_file: drafting.PasswordFile = None,
    ca_file: drafting.CaFile = None,
    fingerprint: drafting.Fingerprint = None,
    no_verify: drafting.NoVerify = False,
    client_cert: drafting.ClientCert = None,
    client_key: drafting.ClientKey = None,
    index_pattern: drafting.IndexPattern = None,
    dashboard_url: drafting.DashboardUrl = None,
    proxy: drafting.Proxy = None,
    poll_s: drafting.PollS = None,
    level_floor: drafting.LevelFloor = None,
    backfill: drafting.Backfill = None,
    alias: drafting.Alias = None,
    may_create: drafting.MayCreate = None,
    as_json: AsJson = False,
) -> None:
    """Test a source or firewall and store it. A failed test stores nothing."""
    values = drafting.given(**{k: v for k, v in locals().items() if k not in ("tenant", "as_json")})
    runtime = open_runtime()
    from lamis.access.importing import import_connections
    from lamis.base.scope import SYSTEM
    from lamis.connections.drafts import parse_draft
    from lamis.connections.import_file import Entry

    entry = Entry(name, tenant, parse_draft(values))
    found = import_connections(runtime, SYSTEM, [entry])[0]
    _tell(name, found.result, as_json=as_json, stored=found.connection_id is not None)


def edit(
    which: Which,
    name: Annotated[str | None, typer.Option(help="A new name.")] = None,
    url: drafting.Url = None,
    username: drafting.Username = None,
    password_file: drafting.PasswordFile = None,
    ca_file: drafting.CaFile = None,
    fingerprint: drafting.Fingerprint = None,
    no_verify: drafting.NoVerify = False,
    client_cert: drafting.ClientCert = None,
    client_key: drafting.ClientKey = None,
    index_pattern: drafting.IndexPattern = None,
    dashboard_url: drafting.DashboardUrl = None,
    proxy: drafting.Proxy = None,
    poll_s: drafting.PollS = None,
    level_floor: drafting.LevelFloor = None,
    backfill: drafting.Backfill = None,
    alias: drafting.Alias = None,
    may_create: drafting.MayCreate = None,
    active: Annotated[bool | None, typer.Option("--active/--paused", help="Use it, or pause.")] = None,
    as_json: AsJson = False,
) -> None:
    """Change a source or firewall: what is given is tested first; what is left out stays, secrets too."""
    values = drafting.given(**{k: v for k, v in locals().items() if k not in ("which", "active", "as_json")})
    runtime = open_runtime()
    if not values and active is None:
        raise typer.BadParameter("Say what to change; see --help.")
    from lamis.app.sources import change_source
    from lamis.base.scope import EVERYTHING
    from lamis.connections.queries import connection_named

    with runtime.database.read() as session:
        connection_id = connection_named(session, EVERYTHING, which).id  # its name may be what changes
    result = change_source(runtime, connection_id, values) if values else None
    if active is not None and (result is None or result.is_ok):
        _set_active(runtime, connection_id, is_active=active)
    if result is None and as_json:
        print_json({"name": which, "is_active": active})
    elif result is None:
        typer.echo(f"{which} is {'active' if active else 'paused'} now.")
    else:
        _tell(which, result, as_json=as_json, stored=result.is_ok)


def remove(
    which: Which,
    erase: Annotated[bool, typer.Option(help="Erase its alerts too.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Remove a source or firewall. A source's alerts stay, labelled, unless --erase."""
    runtime = open_runtime()
    from lamis.base.clock import utc_now
    from lamis.base.scope import EVERYTHING, SYSTEM
    from lamis.connections import actions, queries
    from lamis.connections.firewalls import is_firewall

    with runtime.database.read() as session:
        found = queries.connection_named(session, EVERYTHING, which)
    if not yes:
        what = "and erase its alerts" if erase else "and keep its alerts"
        if is_firewall(found):
            what = "and leave what is blocked there as it is"
        typer.confirm(f"Remove {found.name} {what}?", abort=True)
    with runtime.database.write() as session:
        removed = actions.remove_connection(session, SYSTEM, found.id, erase=erase, now=utc_now())
    erasing = " Its alerts are being erased by the server." if removed.erase_task_id else ""
    typer.echo(f"{found.name} is removed.{erasing}")


def try_connections(
    which: Annotated[str | None, typer.Argument(metavar="[NAME]", help="Name or id; all without.")] = None,
    as_json: AsJson = False,
) -> None:
    """Test one source or firewall, or all, as they are stored."""
    runtime = open_runtime()
    from lamis.app.sources import try_all
    from lamis.connections.shown import result_values

    with progress("Testing") as step:
        found = try_all(runtime, which, each=step)
    if as_json:
        print_json([{"name": source.name, **result_values(result)} for source, result in found])
    else:
        rows = [(source.name, result.code.value, result.message) for source, result in found]
        print_table(("NAME", "CODE", "MESSAGE"), rows, empty="There is no active connection.")
    if not all(result.is_ok for _, result in found):
        raise typer.Exit(1)


def refresh(
    which: Annotated[str | None, typer.Argument(metavar="[NAME]", help="Name or id; all without.")] = None,
) -> None:
    """Make one source or all due now; the running server polls within a second."""
    runtime = open_runtime()
    from lamis.base.scope import EVERYTHING, SYSTEM
    from lamis.connections import actions, queries

    with runtime.database.write() as session:
        one = None if which is None else queries.connection_named(session, EVERYTHING, which).id
        count = actions.ask_refresh(session, SYSTEM, connection_id=one)
    typer.echo("1 source is due now." if count == 1 else f"{count} sources are due now.")


def audit(
    which: Annotated[str | None, typer.Argument(metavar="[NAME]", help="Name or id; all without.")] = None,
    hours: Annotated[int, typer.Option(min=1, help="How far back the lines go.")] = 24,
    as_json: AsJson = False,
) -> None:
    """Show the completeness ledger and recount the rows. Exit 1 where documents are missing or lost."""
    runtime = open_runtime()
    from lamis.app.audits import audit_sources, audit_values
    from lamis.base.clock import utc_now

    found = audit_sources(runtime, which, hours=hours, now=utc_now())
    if as_json:
        print_json([audit_values(each) for each in found])
    else:
        _print_audits(found)
    for each in found:
        if each.warning:
            typer.echo(each.warning, err=True)
    if any(each.is_short for each in found):
        raise typer.Exit(1)


def import_file(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="YAML or JSON with a list `connections:`.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Test all, store nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Test every entry of a file side by side; store the good ones, name the others. Exit 1 if any failed."""
    runtime = open_runtime()
    from lamis.access.importing import import_connections
    from lamis.base.scope import SYSTEM
    from lamis.connections.import_file import read_import_file

    entries = read_import_file(file)
    if not entries:
        typer.echo(f"The list `connections:` of {file} is empty; nothing was imported.", err=True)
        raise typer.Exit(1)
    with progress("Testing", total=len(entries)) as step:
        found = import_connections(runtime, SYSTEM, entries, is_dry=dry_run, each=step)
    if as_json:
        print_json([_imported(each) for each in found])
    else:
        rows = [(each.name, each.tenant, each.result.code.value, each.result.message) for each in found]
        print_table(("NAME", "TENANT", "CODE", "MESSAGE"), rows, empty="The file lists no connection.")
        stored = sum(each.connection_id is not None for each in found)
        typer.echo(f"{stored} of {len(found)} stored.")
    if not all(each.result.is_ok for each in found):
        raise typer.Exit(1)


def _set_active(runtime: "Runtime", which: str, *, is_active: bool) -> None:
    from lamis.base.clock import utc_now
    from lamis.base.scope import EVERYTHING, SYSTEM
    from lamis.connections import actions, queries

    with runtime.database.write() as session:
        found = queries.connection_named(session, EVERYTHING, which)
        actions.set_active(session, SYSTEM, found.id, is_active=is_active, now=utc_now())


def _tell(name: str, result: "TestResult", *, as_json: bool, stored: bool) -> None:
    """The outcome of a test and whether it was stored; exit 1 where it was not."""
    from lamis.connections.shown import result_values

    if as_json:
        print_json({"name": name, "stored": stored, **result_values(result)})
    elif stored:
        typer.echo(f"{name} is stored. {result.message}")
    else:
        typer.echo(f"{name} is not stored: {result.code.value}: {result.message}", err=True)
    if not stored:
        raise typer.Exit(1)


def _imported(each: "Imported") -> dict[str, Any]:
    from lamis.connections.shown import result_values

    values = {"name": each.name, "tenant": each.tenant, "id": each.connection_id}
    return {**values, **result_values(each.result)}


def _print_audits(found: "list[Audit]") -> None:
    rows = [
        (
            each.name,
            *(f"{n:,}" for n in (of.there, of.here, of.refused, of.missing, each.lost, of.expired)),
            f"{of.unreadable:,}",
            "-" if each.completeness is None else f"{each.completeness:.2%}",
            f"{of.waiting} to do" if of.waiting else "",
        )
        for each in found
        for of in [each.ledger]
    ]
    numbers = ("THERE", "HERE", "REFUSED", "MISSING", "LOST", "EXPIRED", "UNREADABLE")
    print_table(("NAME", *numbers, "COMPLETE", "WINDOWS"), rows, empty="There is no active source.")
