"""`create-operator` and `reset-password`: for whoever has the machine."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from lamis.base.errors import Invalid
from lamis.cli.context import open_runtime

Name = Annotated[str, typer.Argument(help="The name to sign in with; an e-mail address is fine.")]
PasswordFile = Annotated[
    str | None, typer.Option(metavar="F", help="Read the password from this file; - is standard input.")
]


def add_to(app: typer.Typer) -> None:
    app.command()(create_operator)
    app.command()(reset_password)


def create_operator(name: Name, password_file: PasswordFile = None) -> None:
    """Make a person who runs the installation and sees every tenant."""
    password = _password(password_file)
    runtime = open_runtime()
    from lamis.base.clock import utc_now
    from lamis.people import actions

    with runtime.database.write() as session:
        actions.create_operator(session, name=name, password=password, now=utc_now())
    typer.echo(f"{name} is an operator now and can sign in.")


def reset_password(name: Name, password_file: PasswordFile = None) -> None:
    """Give a person a new password; every sign-in and token of theirs ends."""
    password = _password(password_file)
    runtime = open_runtime()
    from lamis.base.clock import utc_now
    from lamis.people import actions

    with runtime.database.write() as session:
        actions.reset_password(session, name, password=password, now=utc_now())
    typer.echo(f"{name} signs in with the new password from now on; older sign-ins have ended.")


def _password(file: str | None) -> str:
    """From the file, without its last line break, or asked for twice."""
    if file == "-":
        return sys.stdin.read().rstrip("\r\n")
    if file is not None:
        try:
            return Path(file).read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise Invalid(
                f"The password file {file} cannot be read: {error}.", field="password_file"
            ) from error
    if not sys.stdin.isatty():
        raise Invalid("There is no terminal to ask on; give --password-file.", field="password_file")
    answer: str = typer.prompt("Password", hide_input=True, confirmation_prompt="The same again")
    return answer
