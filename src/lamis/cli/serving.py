"""The commands about the processes and their store: `up`, `web`, `worker`, `scheduler`, `demo`, `migrate`."""

from typing import Annotated

import typer

from lamis.cli.context import open_runtime, settings_for


def add_to(app: typer.Typer) -> None:
    app.command()(up)
    app.command()(demo)
    app.command()(migrate)
    app.command()(web)
    app.command()(worker)
    app.command()(scheduler)


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
    """Serve a demo: three simulated indexers, a firewall and a person to sign in as. Data goes to .demo."""
    settings = settings_for(port=port)
    from lamis.app.demo import FOLDER, demo

    if "data_dir" not in settings.model_fields_set:
        settings = settings.model_copy(update={"data_dir": FOLDER})
    demo(settings)


def migrate() -> None:
    """Bring the database to what this version needs; safe to repeat."""
    runtime = open_runtime(again=True)  # opening the store migrates it
    from lamis.schema.migrate import newest

    typer.echo(f"The database {runtime.database.shown} is at {newest()}.")


HealthPort = Annotated[
    int | None,
    typer.Option(
        min=1, max=65535, help="Port that answers /healthz and /readyz, at LAMIS_HOST; unset: none."
    ),
]


def web(
    host: Annotated[str | None, typer.Option(help="Address to listen on (LAMIS_HOST).")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on (LAMIS_PORT).")] = None,
) -> None:
    """Serve pages and API only, beside workers; needs PostgreSQL and Redis."""
    settings = settings_for(host=host, port=port)
    from lamis.app.compose import Duty
    from lamis.app.serve import serve

    serve(settings, Duty.WEB)


def worker(
    health_port: HealthPort = None,
    threads: Annotated[
        int | None, typer.Option(help="Sources read at the same time (LAMIS_COLLECT_THREADS).")
    ] = None,
) -> None:
    """Collect and do requested work only, in any number; needs PostgreSQL and Redis."""
    settings = settings_for(collect_threads=threads)
    from lamis.app.compose import Duty
    from lamis.app.serve import work

    work(settings, Duty.WORKER, health_port=health_port)


def scheduler(health_port: HealthPort = None) -> None:
    """Be the clock of the workers, or stand by; needs PostgreSQL and Redis."""
    settings = settings_for()
    from lamis.app.compose import Duty
    from lamis.app.serve import work

    work(settings, Duty.SCHEDULER, health_port=health_port)
