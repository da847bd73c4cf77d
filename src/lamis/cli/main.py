"""The commands, and the boundary that turns errors into exit codes.

Exit codes: 0 done, 1 something failed, 2 wrong usage or a wrong setting.
"""

import os
import sys
from typing import Annotated, NoReturn

import typer

from lamis import __version__
from lamis.base.errors import Invalid, LamisError
from lamis.base.log import set_up_logging
from lamis.cli import (
    alerts,
    backup,
    blocks,
    channels,
    connections,
    doctor,
    incidents,
    people,
    serving,
    tenants,
)

app = typer.Typer(
    name="lamis",
    help="LAMIS: one console over every Wazuh deployment, firewall and device fleet you keep.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for group in (serving, people, doctor, backup, tenants, connections, alerts, incidents, blocks, channels):
    group.add_to(app)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"lamis {__version__}")
        raise typer.Exit


@app.callback()
def _lamis(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and end.")
    ] = False,
) -> None:
    """LAMIS: one console over every Wazuh deployment, firewall and device fleet you keep."""
    set_up_logging("warning")  # commands that serve set the level that was asked for


def main() -> NoReturn:
    """Run the command that the arguments name; errors of LAMIS become one sentence and an exit code."""
    try:
        app()
    except LamisError as error:
        typer.echo(error.message, err=True)
        sys.exit(2 if isinstance(error, Invalid) else 1)
    except BrokenPipeError:  # whoever read our output went away, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    sys.exit(0)
