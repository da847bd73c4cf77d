"""`lamis incidents`: list, show, acknowledge, close."""

from typing import TYPE_CHECKING, Annotated

import typer

from lamis.cli.context import open_runtime
from lamis.cli.output import AsJson, plain, print_json, print_table, shown

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from lamis.incidents.types import IncidentDetail

MOST = 500
Number = Annotated[str, typer.Argument(metavar="NUMBER", help="Its number, such as 12, or its id.")]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(help="Incidents: like alerts as one thing to work on.", no_args_is_help=True)
    group.command("list")(list_incidents)
    group.command("show")(show)
    group.command("acknowledge")(acknowledge)
    group.command("close")(close)
    app.add_typer(group, name="incidents")


def list_incidents(
    state: Annotated[
        list[str] | None, typer.Option(help="open, acknowledged, closed or all; may be repeated.")
    ] = None,
    severity: Annotated[list[str] | None, typer.Option(help="low, medium, high, critical.")] = None,
    tenant: Annotated[list[str] | None, typer.Option(help="Name or id; may be repeated.")] = None,
    text: Annotated[str | None, typer.Option("--text", help="Words of the title.")] = None,
    number: Annotated[int, typer.Option("-n", "--number", min=1, max=MOST, help="How many.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List those that wait for people, the last opened first."""
    given = {"state": state, "severity": severity, "tenant": tenant, "q": [text] if text else None}
    runtime = open_runtime()
    import msgspec

    from lamis.base.clock import utc_now
    from lamis.base.scope import EVERYTHING, SYSTEM
    from lamis.incidents import queries
    from lamis.incidents.filters import parse_filter

    params = {name: values for name, values in given.items() if values}
    wanted = parse_filter(params, person_id=SYSTEM.person_id)
    with runtime.database.read() as session:
        found = queries.page(session, EVERYTHING, wanted, now=utc_now(), limit=number).incidents
    if as_json:
        print_json([msgspec.structs.asdict(row) for row in found])
        return
    rows = [
        (
            f"#{row.number}",
            row.severity_name,
            row.state,
            str(row.count),
            row.last_seen,
            row.tenant,
            row.device or "-",
            row.title,
        )
        for row in found
    ]
    columns = ("NUMBER", "SEVERITY", "STATE", "ALERTS", "LAST SEEN", "TENANT", "DEVICE", "TITLE")
    print_table(columns, rows, empty="No incidents match.")


def show(number: Number, as_json: AsJson = False) -> None:
    """Show one with its history."""
    runtime = open_runtime()
    from lamis.base.clock import iso
    from lamis.incidents.shown import incident_values

    with runtime.database.read() as session:
        found = _found(session, number)
    if as_json:
        print_json(dict(incident_values(found)))
        return
    row = found.row
    typer.echo(f"#{row.number} {plain(row.title)}")
    facts = {
        "state": row.state,
        "verdict": row.verdict,
        "severity": row.severity_name,
        "tenant": row.tenant,
        "device": row.device,
        "rule": row.rule,
        "source address": row.source_address,
        "alerts": row.count,
        "first seen": row.first_seen,
        "last seen": row.last_seen,
        "assignee": row.assignee,
        "muted until": row.muted_until,
    }
    for name, value in shown(facts):
        typer.echo(f"  {name}: {plain(value)}")
    for each in found.happenings:
        words = " ".join(word for word in (each.kind, each.detail, plain(each.text)) if word)
        typer.echo(f"  {iso(each.at)} {each.actor}: {words}")


def acknowledge(number: Number) -> None:
    """Say that somebody looks at it."""
    runtime = open_runtime()
    from lamis.base.clock import utc_now
    from lamis.base.scope import SYSTEM
    from lamis.incidents import actions_work

    with runtime.database.write() as session:
        done = actions_work.acknowledge(session, SYSTEM, _found(session, number).row.id, now=utc_now())
    typer.echo(f"Incident #{done} is acknowledged.")


def close(
    number: Number,
    verdict: Annotated[str, typer.Option(help="true-positive, false-positive or benign.")],
    comment: Annotated[str, typer.Option(help="Words for its history.")] = "",
) -> None:
    """End the work on it."""
    runtime = open_runtime()
    from lamis.base.clock import utc_now
    from lamis.base.errors import Invalid
    from lamis.base.scope import SYSTEM
    from lamis.incidents import actions_work
    from lamis.incidents.rules import verdict_of

    meant = verdict_of(verdict)
    if meant is None:
        raise Invalid(
            f"{verdict!r} is not a verdict; use true-positive, false-positive or benign.", field="verdict"
        )
    with runtime.database.write() as session:
        done = actions_work.close(
            session,
            SYSTEM,
            _found(session, number).row.id,
            verdict=meant,
            comment=comment,
            now=utc_now(),
        )
    typer.echo(f"Incident #{done} is closed as {meant.value}.")


def _found(session: "Session", which: str) -> "IncidentDetail":
    from lamis.base.clock import utc_now
    from lamis.base.scope import EVERYTHING
    from lamis.incidents import queries

    digits = which.removeprefix("#")
    if digits.isascii() and digits.isdecimal() and len(digits) <= 18:
        return queries.incident_by_number(session, EVERYTHING, int(digits), now=utc_now())
    return queries.incident_by_id(session, EVERYTHING, which, now=utc_now())
