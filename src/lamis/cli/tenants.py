"""`lamis tenants`: list and add."""

from typing import Annotated

import typer

from lamis.cli.context import open_runtime
from lamis.cli.output import AsJson, print_json, print_table


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(help="Tenants: the organisations whose alerts are collected.", no_args_is_help=True)
    group.command("list")(list_tenants)
    group.command("add")(add_tenant)
    app.add_typer(group, name="tenants")


def list_tenants(
    as_json: AsJson = False,
    archived: Annotated[bool, typer.Option("--archived", help="Archived ones too.")] = False,
) -> None:
    """List the tenants by name."""
    runtime = open_runtime()
    from lamis.base.clock import iso
    from lamis.base.scope import EVERYTHING
    from lamis.tenants import queries

    with runtime.database.read() as session:
        found = queries.tenants(session, EVERYTHING, with_archived=archived)
    if as_json:
        print_json(
            [
                {
                    "id": tenant.id,
                    "name": tenant.name,
                    "created_at": iso(tenant.created_at),
                    "is_archived": tenant.is_archived,
                    "retention_days": tenant.retention_days,
                }
                for tenant in found
            ]
        )
        return
    rows = [
        (tenant.name, tenant.id, "archived" if tenant.is_archived else "", str(tenant.retention_days or ""))
        for tenant in found
    ]
    print_table(
        ("NAME", "ID", "STATE", "KEPT DAYS"), rows, empty="No tenants yet; add one: lamis tenants add NAME"
    )


def add_tenant(name: Annotated[str, typer.Argument(help="Its name.")], as_json: AsJson = False) -> None:
    """Make a tenant."""
    runtime = open_runtime()
    from lamis.base.clock import utc_now
    from lamis.base.scope import SYSTEM
    from lamis.tenants import actions

    with runtime.database.write() as session:
        tenant = actions.create_tenant(session, SYSTEM, name, now=utc_now())
    if as_json:
        print_json({"id": tenant.id, "name": tenant.name})
    else:
        typer.echo(f"Tenant {tenant.name} is there ({tenant.id}).")
