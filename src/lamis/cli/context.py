"""What every command needs: the settings, and the store where it is wanted."""

import os
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from lamis.base.settings import Settings
    from lamis.storage.runtime import Runtime


def settings_for(**given: Any) -> "Settings":
    """The settings, with what the command line gave on top. Old and mistyped names are told once."""
    from dotenv import dotenv_values

    from lamis.base.settings import load_settings, notices

    environ = {**dotenv_values(".env"), **os.environ}
    for sentence in notices({name: value or "" for name, value in environ.items()}):
        typer.echo(sentence, err=True)
    return load_settings(**{name: value for name, value in given.items() if value is not None})


def open_runtime() -> "Runtime":
    """The store of this installation, migrated; it may be served by another process meanwhile."""
    from lamis.app.store import open_store

    return open_store(settings_for())
