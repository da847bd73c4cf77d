"""The commands `backup` and `restore`."""

from pathlib import Path
from typing import Annotated

import typer

from lamis.cli.context import settings_for
from lamis.cli.output import progress


def add_to(app: typer.Typer) -> None:
    app.command()(backup)
    app.command()(restore)


def backup(file: Annotated[Path, typer.Argument(help="The file to write; it must not exist.")]) -> None:
    """Write everything, keys included, to one file, while LAMIS runs. Keep the file as secret as the keys."""
    settings = settings_for()
    from lamis.app.backup import back_up

    with progress("Writing rows") as step:
        counts = back_up(settings, file, progress=lambda table, rows: step(rows))
    typer.echo(f"{file} holds {counts['alert']:,} alerts and {sum(counts.values()):,} rows in all.")


def restore(file: Annotated[Path, typer.Argument(help="A file that lamis backup wrote.")]) -> None:
    """Make the installation of a backup anew in an empty data folder or database."""
    settings = settings_for()
    from lamis.app.backup import restore as restored

    with progress("Reading rows") as step:
        counts = restored(settings, file, progress=lambda table, rows: step(rows))
    typer.echo(f"{counts['alert']:,} alerts and {sum(counts.values()):,} rows in all are here again.")
