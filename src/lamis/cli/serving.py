"""The commands that keep running: `up`."""

from typing import Annotated

import typer

from lamis.cli.context import settings_for


def add_to(app: typer.Typer) -> None:
    app.command()(up)


def up(
    host: Annotated[str | None, typer.Option(help="Address to listen on (LAMIS_HOST).")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on (LAMIS_PORT).")] = None,
) -> None:
    """Serve pages and API and collect, all in this process."""
    settings = settings_for(host=host, port=port)
    from lamis.app.serve import serve

    serve(settings)
