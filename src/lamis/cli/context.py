"""What every command needs: the settings, and the store where it is wanted."""

from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from lamis.base.settings import Settings
    from lamis.storage.runtime import Runtime


def settings_for(**given: Any) -> "Settings":
    """The settings, with what the command line gave on top. Old and mistyped names are told once."""
    from lamis.base.settings import environment, load_settings, notices

    for sentence in notices(environment()):
        typer.echo(sentence, err=True)
    return load_settings(**{name: value for name, value in given.items() if value is not None})


def open_runtime(*, again: bool = False) -> "Runtime":
    """The store of this installation, migrated; it may be served by another process meanwhile.

    `again` goes through all that migrating does, also where nothing is missing.
    """
    from lamis.app.store import open_store

    return open_store(settings_for(), again=again)
