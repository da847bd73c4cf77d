"""`lamis channels`: list, add, test, remove."""

from pathlib import Path
from typing import Annotated

import typer

from lamis.base.errors import Invalid
from lamis.cli.context import open_runtime
from lamis.cli.output import AsJson, print_json, print_table

Name = Annotated[str, typer.Argument(help="Its name or id.")]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(help="Channels: where notifications go.", no_args_is_help=True)
    group.command("list")(list_channels)
    group.command("add")(add_channel)
    group.command("test")(try_channel)
    group.command("remove")(remove_channel)
    app.add_typer(group, name="channels")


def list_channels(as_json: AsJson = False) -> None:
    """List the channels with how they fare; their addresses' secrets are never shown."""
    runtime = open_runtime()
    from lamis.base.scope import EVERYTHING
    from lamis.delivery.queries import channels
    from lamis.delivery.shown import channel_values

    with runtime.database.read() as session:
        found = [channel_values(each, may_manage=True) for each in channels(session, EVERYTHING)]
    if as_json:
        print_json(found)
        return
    rows = [
        (
            str(each["name"]),
            str(each["tenant"]),
            str(each["kind"]),
            str(each["place"]),
            "failing" if each["is_failing"] else "on" if each["is_active"] else "off",
            str(each["last_sent_at"] or ""),
        )
        for each in found
    ]
    print_table(
        ("NAME", "TENANT", "KIND", "LEADS TO", "STATE", "LAST DELIVERED"),
        rows,
        empty="No channels yet; add one: lamis channels add NAME --tenant T --url-file F",
    )


def add_channel(
    name: Annotated[str, typer.Argument(help="What people call it.")],
    tenant: Annotated[str | None, typer.Option(help="Name or id of its tenant.")] = None,
    kind: Annotated[str, typer.Option(help="webhook or smtp.")] = "webhook",
    url: Annotated[str | None, typer.Option(help="Address of the webhook.")] = None,
    url_file: Annotated[Path | None, typer.Option(help="File that holds the address.")] = None,
    host: Annotated[str | None, typer.Option(help="The mail server.")] = None,
    port: Annotated[int | None, typer.Option(help="Its port.")] = None,
    security: Annotated[str | None, typer.Option(help="starttls, tls or none.")] = None,
    username: Annotated[str | None, typer.Option(help="User at the mail server.")] = None,
    password_file: Annotated[Path | None, typer.Option(help="File that holds the password.")] = None,
    sender: Annotated[str | None, typer.Option(help="Address that mail comes from.")] = None,
    to: Annotated[list[str] | None, typer.Option(help="A recipient; may be repeated.")] = None,
    ca_file: Annotated[Path | None, typer.Option(help="PEM file of its own authority.")] = None,
    min_severity: Annotated[str | None, typer.Option(help="low, medium, high or critical.")] = None,
    event: Annotated[list[str] | None, typer.Option(help="opened, reopened, acknowledged, closed.")] = None,
    per_hour: Annotated[int | None, typer.Option(help="At most in an hour.")] = None,
    as_json: AsJson = False,
) -> None:
    """Add a channel; the signing secret of a webhook is printed, and only now. Send a test afterwards."""
    runtime = open_runtime()
    from lamis.access.trials import tenant_for
    from lamis.base.clock import utc_now
    from lamis.base.scope import SYSTEM
    from lamis.delivery import actions
    from lamis.delivery.drafts import parse_channel

    values: dict[str, object] = {
        "name": name,
        "kind": kind,
        "url": url or _content(url_file, "url-file"),
        "host": host,
        "port": port,
        "security": security,
        "username": username,
        "password": _content(password_file, "password-file"),
        "sender": sender,
        "recipients": to,
        "ca_pem": _content(ca_file, "ca-file"),
        "min_severity": min_severity,
        "per_hour": per_hour,
    }
    if event:
        values["events"] = event
    draft = parse_channel(values)
    with runtime.database.write() as session:
        key = tenant_for(session, SYSTEM, tenant).key
        channel_id, secret = actions.add_channel(
            session, SYSTEM, draft, tenant_key=key, vault=runtime.keys.vault, now=utc_now()
        )
    if as_json:
        print_json({"id": channel_id, "name": draft.name, "secret": secret})
        return
    typer.echo(f"Channel {draft.name} is there ({channel_id}); send a test: lamis channels test {channel_id}")
    if secret:
        typer.echo(f"Its signing secret, shown only now: {secret}")


def try_channel(name: Name, as_json: AsJson = False) -> None:
    """Send a test now and tell how it went; 1 where it was not taken."""
    runtime = open_runtime()
    from lamis.access.notifying import send_test
    from lamis.base.scope import EVERYTHING, SYSTEM
    from lamis.delivery.queries import channel_named

    with runtime.database.read() as session:
        channel = channel_named(session, EVERYTHING, name)
    _, outcome = send_test(runtime, SYSTEM, channel.id)
    if as_json:
        print_json(
            {
                "is_delivered": outcome.is_delivered,
                "status": outcome.status,
                "answer": outcome.answer,
                "error": outcome.error or None,
            }
        )
    elif outcome.is_delivered:
        typer.echo(f"{channel.name} took the test ({outcome.status}).")
    else:
        typer.echo(f"{channel.name} did not take the test. {outcome.error}", err=True)
    if not outcome.is_delivered:
        raise typer.Exit(1)


def remove_channel(
    name: Name, yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False
) -> None:
    """Forget a channel and its secrets; its deliveries stay in the log."""
    runtime = open_runtime()
    from lamis.base.clock import utc_now
    from lamis.base.scope import EVERYTHING, SYSTEM
    from lamis.delivery import actions
    from lamis.delivery.queries import channel_named

    with runtime.database.read() as session:
        channel = channel_named(session, EVERYTHING, name)
    if not yes:
        typer.confirm(f"Remove {channel.name} of {channel.tenant_name}?", abort=True)
    with runtime.database.write() as session:
        actions.remove_channel(session, SYSTEM, channel.id, now=utc_now())
    typer.echo(f"{channel.name} is removed; its deliveries stay in the log.")


def _content(path: Path | None, option: str) -> str | None:
    if path is None:
        return None
    try:
        return path.read_text(encoding="utf-8").strip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"--{option} cannot be read: {error}.", field=option) from error
