"""The commands about the process and its store: `up`, `demo`, `migrate`."""

from typing import Annotated

import typer

from lamis.base.errors import Invalid
from lamis.cli.context import open_runtime, settings_for


def add_to(app: typer.Typer) -> None:
    app.command()(up)
    app.command()(demo)
    app.command()(migrate)
    for later in ("web", "worker", "scheduler"):
        app.command(later, hidden=True)(scaled_out)


def up(
    host: Annotated[str | None, typer.Option(help="Address to listen on (LAMIS_HOST).")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on (LAMIS_PORT).")] = None,
) -> None:
    """Serve pages and API and collect, all in this process."""
    settings = settings_for(host=host, port=port)
    from lamis.app.serve import serve

    serve(settings)


def demo(
    port: Annotated[int | None, typer.Option(envvar="PORT", help="Port to listen on (PORT).")] = None,
) -> None:
    """Serve a demo: three simulated indexers and a person to sign in as. Data goes to .demo."""
    settings = settings_for(port=port)
    from lamis.app.demo import FOLDER, demo

    if "data_dir" not in settings.model_fields_set:
        settings = settings.model_copy(update={"data_dir": FOLDER})
    demo(settings)


def migrate() -> None:
    """Bring the database to what this version needs; safe to repeat."""
    runtime = open_runtime()  # opening the store migrates it
    from lamis.schema.migrate import newest

    typer.echo(f"The database {runtime.database.path} is at {newest()}.")


def scaled_out() -> None:
    """Not in this version."""
    raise Invalid("Processes apart come with PostgreSQL and Redis; this version does all in one: lamis up.")
