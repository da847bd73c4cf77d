"""Reading an import file: a list `connections:` in YAML or JSON, checked entry by entry."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from lamis.base.errors import Invalid
from lamis.connections.drafts import ConnectionDraft, parse_draft

_PLAIN = (
    "name",
    "kind",
    "url",
    "urls",
    "username",
    "password",
    "fingerprint",
    "verify",
    "proxy",
    "index_pattern",
    "level_floor",
    "dashboard_url",
    "poll_s",
    "backfill",
    "alias",
    "may_create",
)
# In the file, and as the draft calls it: the value is a path, or PEM text itself.
_FILES = {
    "password_file": "password",
    "ca_file": "ca_pem",
    "client_cert": "client_cert_pem",
    "client_key": "client_key_pem",
}
_FOREIGN = ("tenant",)
_NO_TEXT = frozenset({"tag:yaml.org,2002:null", "tag:yaml.org,2002:merge"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: its draft, or the sentence saying what is wrong with it."""

    name: str
    tenant: str
    draft: ConnectionDraft | None
    problem: str | None = None


def read_import_file(path: Path) -> list[Entry]:
    """The entries of a file. Raises Invalid when the file as a whole cannot be read."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"{path} cannot be read: {error}.", field="FILE") from error
    return read_import_text(text, called=str(path), folder=path.parent)


def read_import_text(text: str, *, called: str, folder: Path | None = None) -> list[Entry]:
    """The entries of the text of a file named `called`; the files it names are sought from `folder`.

    Without a folder, as for what a browser sends, no file of this machine is read and YAML's aliases are
    refused: a few lines of them stand for gigabytes. Raises Invalid when the text as a whole cannot be read.
    """
    try:
        # Both loaders are safe ones: they make plain values only.
        content = yaml.load(text, Loader=_WithoutAliases if folder is None else _AsWritten)  # noqa: S506
    except (yaml.YAMLError, ValueError, LookupError, AttributeError, RecursionError) as error:
        # What is tagged as a kind of value that it is not (`!!int ""`) fails inside the loader in many ways.
        raise Invalid(f"{called} is neither YAML nor JSON{_place(error)}.", field="FILE") from error
    listed = content.get("connections") if isinstance(content, dict) else None
    if not isinstance(listed, list):
        raise Invalid(f"{called} has no list `connections:`.", field="FILE")
    return [_entry(number, item, folder) for number, item in enumerate(listed, start=1)]


class _AsWritten(yaml.SafeLoader):
    """Takes values for the text that stands there: 0123 is not the number 83, nor `yes` a truth."""


_AsWritten.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in known if tag in _NO_TEXT]
    for letter, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


class _WithoutAliases(_AsWritten):
    """Reads YAML in which nothing stands for something else."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.composer.ComposerError(None, None, "aliases (*) are not taken here", mark)
        return super().compose_node(parent, index)


def _place(error: Exception) -> str:
    """What is wrong and where, without the line itself: it may hold a password."""
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return ""
    return f" (line {error.problem_mark.line + 1}: {error.problem})"


def _entry(number: int, item: object, folder: Path | None) -> Entry:
    if not isinstance(item, dict):
        return Entry(f"entry {number}", "", None, "This entry is not a list of names and values.")
    values = {str(name): value for name, value in item.items()}
    name = str(values.get("name") or f"entry {number}")
    tenant = str(values.get("tenant") or "").strip()
    try:
        if not tenant:
            raise Invalid("Name the tenant it belongs to.", field="tenant")
        return Entry(name, tenant, parse_draft(_as_draft(values, folder)))
    except Invalid as error:
        where = f"{error.field}: " if error.field else ""
        return Entry(name, tenant, None, where + error.message)


def _as_draft(values: Mapping[str, object], folder: Path | None) -> dict[str, object]:
    """The values named as `parse_draft` takes them, files read."""
    unknown = values.keys() - {*_PLAIN, *_FILES, *_FOREIGN}
    if unknown:
        raise Invalid("There is no such value; see docs/connections.md.", field=min(unknown))
    draft = {name: values[name] for name in _PLAIN if name in values}
    for name, drafted in _FILES.items():
        if values.get(name):
            draft[drafted] = _content(name, str(values[name]), folder)
    return draft


def _content(name: str, value: str, folder: Path | None) -> str:
    if "-----BEGIN " in value:
        return value
    if folder is None:
        cure = "write `password:`" if name == "password_file" else "put the PEM text itself here"
        raise Invalid(f"Files are not read from here; {cure}.", field=name)
    try:
        return (folder / Path(value).expanduser()).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"{value} cannot be read.", field=name) from error
