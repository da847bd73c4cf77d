"""Showing lists: a table for people, one JSON document for programs. Progress goes to standard error."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Annotated, Protocol

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


def print_json(value: object) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def plain(text: str) -> str:
    """What a terminal shows as it is: words of documents cannot steer it."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def print_table(columns: Sequence[str], rows: Sequence[Sequence[str]], *, empty: str) -> None:
    """Print rows under their columns, or the sentence `empty`."""
    if not rows:
        typer.echo(empty)
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(plain(cell)) for cell in row))  # Text: what sources are named is never markup
    width = None if sys.stdout.isatty() else 4000
    Console(width=width, soft_wrap=not sys.stdout.isatty()).print(table)


def shown(values: Mapping[str, object]) -> list[tuple[str, str]]:
    """Names and values as words, without those that are not known."""
    return [(name, str(value)) for name, value in values.items() if value not in (None, "", [], {})]


class Step(Protocol):
    """Moves a progress bar on by `n`."""

    def __call__(self, n: int = 1) -> None: ...


@contextmanager
def progress(what: str, *, total: int | None = None) -> Iterator[Step]:
    """A progress bar on standard error, only where that is a terminal."""
    if not sys.stderr.isatty():
        yield lambda n=1: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda n=1: bar.advance(task, n)
