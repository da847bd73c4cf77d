"""`lamis block`, `unblock`, `blocks`: the workers of the serving process act within a second."""

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from lamis.cli.context import open_runtime
from lamis.cli.output import AsJson, print_json, print_table

if TYPE_CHECKING:
    from lamis.blocking.planning import Plan

_SPAN = re.compile(r"(\d{1,6})([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
Tenant = Annotated[str | None, typer.Option(help="The tenant whose firewalls are meant (name or id).")]


def add_to(app: typer.Typer) -> None:
    app.command("block")(block)
    app.command("unblock")(unblock)
    app.command("blocks")(blocks)


def block(
    address: Annotated[str, typer.Argument(help="An address or a network.")],
    reason: Annotated[str, typer.Option(help="Why; whoever lifts it later will want to know.")],
    lasts: Annotated[str, typer.Option("--for", help="How long: 1h, 1d, 7d.")] = "1d",
    until_lifted: Annotated[bool, typer.Option("--until-lifted", help="Until somebody lifts it.")] = False,
    tenant: Tenant = None,
    firewall: Annotated[list[str] | None, typer.Option(help="Only this one; may be repeated.")] = None,
    override: Annotated[str, typer.Option(help="Set guards aside, for this reason.")] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell what would be done; write nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Have an address dropped by every firewall of a tenant."""
    span = None if until_lifted else _span(lasts)
    runtime = open_runtime()
    from lamis.base.clock import utc_now
    from lamis.base.scope import SYSTEM
    from lamis.blocking import actions, queries
    from lamis.blocking.networks import parse_network
    from lamis.blocking.planning import Wish, plan_block, tenant_for_block, tidy_reason

    wish = Wish(
        parse_network(address),
        tidy_reason(reason),
        span,
        tuple(firewall) if firewall else None,
        override_reason=override,
        is_confirmed=True,
    )
    now, settings = utc_now(), runtime.settings
    if dry_run:
        with runtime.database.read() as session:
            key = tenant_for_block(session, SYSTEM, tenant).key
            plan = plan_block(session, SYSTEM, wish, tenant_key=key, settings=settings, now=now)
        _tell_plan(plan, as_json=as_json)
        return
    with runtime.database.write() as session:
        key = tenant_for_block(session, SYSTEM, tenant).key
        found = actions.request_block(session, SYSTEM, wish, tenant_key=key, settings=settings, now=now)
    with runtime.database.read() as session:
        shown = queries.block_by_id(session, SYSTEM.scope, found.block_id)
    if as_json:
        _print([found.block_id])
        return
    for sentence in shown.warnings:
        typer.echo(f"Warning: {sentence}", err=True)
    names = ", ".join(each.firewall for each in shown.receipts) or "its block list"
    word = "is asked to be dropped by" if found.is_new else "was blocked already by"
    typer.echo(f"{shown.network} {word} {names} ({shown.id}); see: lamis blocks")


def unblock(
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="The blocked address, or a block's id.")],
    reason: Annotated[str, typer.Option(help="Why.")] = "",
    tenant: Tenant = None,
    as_json: AsJson = False,
) -> None:
    """Let an address pass again."""
    runtime = open_runtime()
    from lamis.base.clock import utc_now
    from lamis.base.errors import Invalid, NotFound
    from lamis.base.scope import SYSTEM
    from lamis.blocking import actions, queries
    from lamis.blocking.networks import parse_network, text_of
    from lamis.blocking.types import BlockFilter
    from lamis.tenants.queries import tenant_by_name

    with runtime.database.write() as session:
        known = tenant_by_name(session, SYSTEM.scope, tenant) if tenant else None
        tenant_id = known.id if known else tenant
        try:
            network = text_of(parse_network(address))
            wanted = BlockFilter(text=network, standing=True, tenant_id=tenant_id)
            found, _ = queries.blocks(session, SYSTEM.scope, wanted, limit=500)
            ids = [each.id for each in found if each.network == network]
        except Invalid:
            ids = [queries.block_by_id(session, SYSTEM.scope, address).id]
        if not ids:
            raise NotFound(f"{address} is not blocked; look: lamis blocks")
        for block_id in ids:
            actions.lift_block(session, SYSTEM, block_id, why=reason, now=utc_now())
    if as_json:
        _print(ids)
        return
    typer.echo(f"{address} is being unblocked ({len(ids)}); it is lifted once it is read back as gone.")


def blocks(
    as_json: AsJson = False,
    everything: Annotated[bool, typer.Option("--all", help="Lifted ones too.")] = False,
    text: Annotated[str, typer.Option("--search", help="Words of address, reason or person.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=100_000)] = 500,
) -> None:
    """List blocks, newest first."""
    runtime = open_runtime()
    from lamis.base.clock import iso_ms
    from lamis.base.scope import EVERYTHING
    from lamis.blocking import queries, queries_lists
    from lamis.blocking.shown import block_values
    from lamis.blocking.types import BlockFilter

    wanted = BlockFilter(text=text, standing=None if everything else True)
    with runtime.database.read() as session:
        found, _ = queries.blocks(session, EVERYTHING, wanted, limit=limit)
        pulled = queries_lists.newest_pulls(session, EVERYTHING)
    if as_json:
        print_json([block_values(each, pulled=pulled) for each in found])
        return
    rows = [
        (
            each.network,
            each.tenant,
            each.state.value,
            "; ".join(f"{receipt.firewall} {receipt.state.value}" for receipt in each.receipts)
            or "block list",
            iso_ms(each.expires_ms) if each.expires_ms else "until lifted",
            each.asked_by,
            each.reason,
        )
        for each in found
    ]
    columns = ("ADDRESS", "TENANT", "STATE", "FIREWALLS", "UNTIL", "ASKED BY", "REASON")
    print_table(columns, rows, empty="Nothing is blocked.")


def _tell_plan(plan: "Plan", *, as_json: bool) -> None:
    from lamis.blocking.shown import plan_values

    if as_json:
        print_json(plan_values(plan))
        return
    for each in plan.objections:
        typer.echo(f"Refused: {each.sentence}")
    for sentence in plan.warnings:
        typer.echo(f"Warning: {sentence}")
    names = ", ".join(target.name for target in plan.targets) or "no firewall"
    listed = " and its block list" if plan.is_listed else ""
    typer.echo(f"{plan.address} would be dropped by {names}{listed}; nothing was written.")


def _print(ids: list[str]) -> None:
    """The blocks of these ids as JSON."""
    from lamis.base.scope import EVERYTHING
    from lamis.blocking import queries, queries_lists
    from lamis.blocking.shown import block_values

    with open_runtime().database.read() as session:
        pulled = queries_lists.newest_pulls(session, EVERYTHING)
        print_json(
            [block_values(queries.block_by_id(session, EVERYTHING, id_), pulled=pulled) for id_ in ids]
        )


def _span(text: str) -> timedelta:
    from lamis.base.errors import Invalid
    from lamis.blocking.planning import lasting

    found = _SPAN.fullmatch(text.strip().lower())
    if not found:
        raise Invalid(f"{text!r} is no span of time; write one like 1h, 1d or 7d.", field="--for")
    span = timedelta(**{_UNITS[found[2]]: int(found[1])})
    lasting(int(span.total_seconds()))
    return span
